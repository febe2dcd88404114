#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/session.h"
#include "installer/build.h"
#include "installer/diff.h"

namespace pkg::cli {

// What an install did, as npm tells it: "added 65 packages in 2s", who looks
// for funding, whose scripts were not run; with --json one object.
class InstallReport {
 public:
  // Collects everything; the tree may change afterwards.
  InstallReport(Session& session, const installer::Plan& plan, const resolver::Tree& tree,
                const installer::BuildOptions& build);

  void print();

  // What the same install says the next time, when there is nothing to do;
  // fill() puts its duration in and writes the warnings to stderr.
  std::string again() const;
  static std::string fill(const std::string& report, std::chrono::steady_clock::time_point started);

 private:
  std::string changes() const;  // "added 65 packages"
  std::string funding_text() const;

  Session& session_;
  std::size_t added_ = 0, changed_ = 0, removed_ = 0, funding_ = 0;
  std::string plan_text_;  // of a dry run
  std::string blocked_;    // the scripts nobody reviewed
  Json json_;
};

// How many packages of the tree ask for funding: those the root reaches, each
// name and version once.
std::size_t count_funding(const resolver::Tree& tree);

}  // namespace pkg::cli
