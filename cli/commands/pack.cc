// `pkg pack`: the tarball that would be published, of a folder; or the one that a registry has.
// Spec: npm's document npm-pack.
#include <algorithm>

#include "cli/command.h"
#include "cli/installing.h"
#include "cli/packing.h"
#include "installer/json_text.h"

namespace pkg::cli {

Result<int> pack_command(Session& session) {
  PKG_TRY(Project project, load_project(session));
  std::vector<std::string> words = session.words, folders, workspaces;
  bool chosen = words.empty() || std::find(words.begin(), words.end(), ".") != words.end();
  if (!project.selected.empty() && chosen) {
    if (session.config().flag("include-workspace-root")) workspaces.push_back(session.project());
    for (std::size_t index : project.selected) workspaces.push_back(project.workspaces[index].path);
    std::erase(words, ".");
    words.insert(words.begin(), workspaces.begin(), workspaces.end());
  } else if (!project.selected.empty()) {
    session.terminal.warn("", "Ignoring workspaces for specified package(s)");
  }
  if (words.empty()) words.push_back(".");

  std::vector<Packed> all;
  for (const std::string& word : words) {
    PKG_TRY(auto spec, resolver::parse_spec(word, session.cwd));
    if (spec.type == resolver::SpecType::kDirectory) {
      PKG_TRY(Packed packed, pack_folder(session, spec.fetch_spec, workspaces));
      all.push_back(std::move(packed));
    } else if (spec.is_registry()) {
      PKG_TRY(Packed packed, pack_from_registry(session, spec));
      all.push_back(std::move(packed));
    } else {
      return fail("EUNSUPPORTED", "`pkg pack` takes folders and packages of a registry, and " + word + " is neither");
    }
  }
  Json answer = Json::object();
  for (const Packed& packed : all) {
    PKG_TRY(Contents contents, contents_of(packed));
    if (session.json()) {
      answer[packed.name] = packed_json(packed, contents);
    } else {
      show_packed(session, packed, contents);
      session.terminal.line(file_name(packed));
    }
  }
  if (session.json()) session.terminal.line(installer::json_text(answer, "  "));
  return 0;
}

}  // namespace pkg::cli
