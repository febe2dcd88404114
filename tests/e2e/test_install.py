"""`pkg install`, `uninstall` and `ci` over a small registry: the tree, both lockfiles, package.json, output and exit codes.

What is expected is what npm 12.2.1 does; PKG_ORACLE=path of npm 12 has every step done by it, too, in a twin of the folder, and
compares package.json, the lockfiles, every file below node_modules and the exit code."""
import json, os, shutil, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fixture_registry import Registry, environment, fingerprint, main, masked, run, write_json

TOOL = "#!/usr/bin/env node\nconsole.log('tool', process.argv.slice(2).join(' '));\n"
PACKAGES = {
    "b@1.0.0": {}, "b@1.1.0": {}, "b@2.0.0": {}, "b@3.0.0-rc.1": {},
    "a@1.0.0": {"dependencies": {"b": "^1.0.0"}},
    "c@1.0.0": {"dependencies": {"b": "^2.0.0", "a": "1"}},
    "@scope/d@1.2.3": {"dependencies": {"b": "~1.0.0"}, "license": "MIT", "engines": {"node": ">=1"}},
    "tool@1.0.0": {"bin": {"tool": "cli.js"}, "files": {"cli.js": TOOL}},
    "peer@1.0.0": {"peerDependencies": {"b": "^1.0.0"}},
    "wants-b2@1.0.0": {"peerDependencies": {"b": "^2.0.0"}},
    "scripted@1.0.0": {"scripts": {"postinstall": "node -e \"require('fs').writeFileSync('ran', process.env.npm_lifecycle_event)\""}},
    "other-os@1.0.0": {"os": ["aix"]},
    "new-engine@1.0.0": {"engines": {"node": ">=999"}},
    "with-optional@1.0.0": {"optionalDependencies": {"other-os": "1", "b": "1"}},
    "bundler@1.0.0": {"dependencies": {"inner": "1"}, "bundleDependencies": ["inner"],
                      "files": {"index.js": "", "node_modules/inner/package.json": "{\"name\":\"inner\",\"version\":\"1.0.0\"}"}},
    "inner@1.0.0": {},
}
TAGS = {"b": {"latest": "2.0.0", "next": "3.0.0-rc.1"}}


class Project:
    def __init__(self, build, scratch, registry, manifest, **environ):
        self.pkg, self.scratch, self.registry = os.path.join(build, "bin", "pkg"), scratch, registry
        self.oracle = os.environ.get("PKG_ORACLE")
        self.env = environment(scratch, registry, **environ)
        self.path = os.path.join(scratch, "app")
        self.twin = os.path.join(scratch, "twin", "app")
        self.write("package.json", {"name": "app", "version": "1.0.0", **manifest})

    # A file of the project: JSON, or text.
    def write(self, name, content):
        for folder in [self.path] + ([self.twin] if self.oracle else []):
            path = os.path.join(folder, name)
            if isinstance(content, str):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as file:
                    file.write(content)
            else:
                write_json(path, content)

    def remove(self, name):
        for folder in [self.path] + ([self.twin] if self.oracle else []):
            path = os.path.join(folder, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def __call__(self, *arguments, code=0):
        done = run([self.pkg, *arguments], self.path, self.env)
        assert done.code == code, f"{arguments}: {done}"
        if self.oracle:
            theirs = run([self.oracle, *arguments], self.twin, {**self.env, "npm_config_cache": self.env["npm_config_cache"] + "-npm"})
            assert theirs.code == code, f"npm {arguments}: {theirs}"
            ours, twins = self.everything(self.path), self.everything(self.twin)
            names = [name for name in sorted(ours.keys() | twins.keys()) if ours.get(name) != twins.get(name)]
            assert not names, f"{arguments}: npm has " + ", ".join(f"{n}: {twins.get(n)} not {ours.get(n)}" for n in names)
        return done

    def everything(self, folder):
        found = fingerprint(folder, ignore=("node_modules/.pkg-state",))
        return {name: what for name, what in found.items() if not name.startswith("node_modules/.pkg")}

    def json(self, name):
        with open(os.path.join(self.path, name)) as file:
            return json.load(file)

    def text(self, name):
        with open(os.path.join(self.path, name)) as file:
            return file.read()

    def version(self, location):
        return self.json(f"node_modules/{location}/package.json")["version"]

    def exists(self, name):
        return os.path.lexists(os.path.join(self.path, name))


def test_install_hoists_and_locks(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"a": "1", "c": "1", "@scope/d": "^1.0.0", "tool": "*"}})
        done = app("install")
        assert masked(done.out, scratch) == "\nadded 6 packages in <time>\n", done
        assert [app.version(x) for x in ("a", "b", "c", "c/node_modules/b", "@scope/d", "tool")] == \
            ["1.0.0", "1.0.0", "1.0.0", "2.0.0", "1.2.3", "1.0.0"]
        assert not app.exists("node_modules/@scope/d/node_modules")
        assert os.readlink(os.path.join(app.path, "node_modules/.bin/tool")) == "../tool/cli.js"
        lock = app.json("package-lock.json")
        assert lock["lockfileVersion"] == 3 and list(lock["packages"])[0] == ""
        entry = lock["packages"]["node_modules/@scope/d"]
        assert entry == {"version": "1.2.3", "resolved": f"{registry.url}@scope/d/-/d-1.2.3.tgz", "integrity": entry["integrity"],
                         "license": "MIT", "dependencies": {"b": "~1.0.0"}, "engines": {"node": ">=1"}}
        hidden = app.json("node_modules/.package-lock.json")
        assert hidden["packages"] == {k: v for k, v in lock["packages"].items() if k}

        before, requests = fingerprint(app.path), len(registry.requests)
        done = app("install")
        assert masked(done.out, scratch) == "\nup to date in <time>\n", done
        assert fingerprint(app.path) == before
        if not app.oracle:
            assert len(registry.requests) == requests


def test_resolved_is_left_out_of_both_lockfiles(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"c": "1"}})
        app("install", "--omit-lockfile-registry-resolved")
        for name in ("package-lock.json", "node_modules/.package-lock.json"):
            assert not [k for k, v in app.json(name)["packages"].items() if "resolved" in v], name
        app("ci", "--omit-lockfile-registry-resolved")
        assert app.version("b") == "2.0.0"


def test_added_packages_are_saved(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {})
        app("install", "b")
        app("install", "-D", "tool@1", "-E", "a@^1.0.0")
        app("install", "-O", "@scope/d@1.2")
        app("install", "--no-save", "c")
        manifest = app.json("package.json")
        assert manifest["dependencies"] == {"b": "^2.0.0"}
        assert manifest["devDependencies"] == {"a": "1.0.0", "tool": "1.0.0"}, manifest
        assert manifest["optionalDependencies"] == {"@scope/d": "1.2"}, manifest
        assert app.version("c") == "1.0.0"
        app("install", "b@next")
        assert app.json("package.json")["dependencies"] == {"b": "^3.0.0-rc.1"} and not app.exists("node_modules/c")
        app("install", "mine@npm:a@1")
        assert app.json("package.json")["dependencies"]["mine"] == "npm:a@^1.0.0" and app.version("mine") == "1.0.0"


def test_uninstall_removes_what_nobody_needs(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"a": "1", "c": "1"}})
        app("install")
        app("uninstall", "c")
        assert app.json("package.json")["dependencies"] == {"a": "1"}
        assert app.exists("node_modules/b") and not app.exists("node_modules/c")
        app("uninstall", "a", "--no-save")
        assert app.json("package.json")["dependencies"] == {"a": "1"} and not app.exists("node_modules/a")


def test_ci_wants_a_lockfile_that_agrees(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"a": "1"}})
        done = app("ci", code=1)
        assert "EUSAGE" in done.err, done
        app("install", "--package-lock-only")
        assert not app.exists("node_modules")
        lock = app.text("package-lock.json")
        app("ci")
        assert app.version("b") == "1.1.0" and app.text("package-lock.json") == lock
        app.write("node_modules/left/package.json", {"name": "left", "version": "1.0.0"})
        app("ci")
        assert not app.exists("node_modules/left")
        app.write("package.json", {"name": "app", "version": "1.0.0", "dependencies": {"a": "1", "tool": "1"}})
        done = app("ci", code=1)
        assert "EUSAGE" in done.err and "tool" in done.err, done
        assert app.version("b") == "1.1.0" and app.text("package-lock.json") == lock


def test_omit_optional_bundled_and_peers(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"with-optional": "1", "bundler": "1", "peer": "1"},
                                                 "devDependencies": {"tool": "1"}})
        app("install")
        lock = app.json("package-lock.json")["packages"]
        assert lock["node_modules/other-os"]["optional"] is True and not app.exists("node_modules/other-os")
        assert lock["node_modules/bundler/node_modules/inner"]["inBundle"] is True
        assert app.version("bundler/node_modules/inner") == "1.0.0" and app.version("b") == "1.1.0"
        app("install", "--omit=dev")
        assert not app.exists("node_modules/tool") and app.exists("node_modules/with-optional")
        app("ci", "--omit=optional", "--omit=dev")
        assert app.exists("node_modules/b") and not app.exists("node_modules/tool")


# What fails says so with npm's code, and leaves no lockfile and no tree.
def test_failures_leave_nothing(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        cases = [({"dependencies": {"b": "9"}}, [], "ETARGET"), ({"dependencies": {"nothing-of-this-name": "1"}}, [], "E404"),
                 ({"dependencies": {"other-os": "1"}}, [], "EBADPLATFORM"),
                 ({"dependencies": {"new-engine": "1"}}, ["--engine-strict"], "EBADENGINE"),
                 ({"dependencies": {"b": "1", "wants-b2": "1"}}, [], "ERESOLVE"),
                 ({"dependencies": {"b": "not a spec@"}}, [], "EINVALIDTAGNAME")]
        for number, (manifest, flags, code) in enumerate(cases):
            app = Project(build, os.path.join(scratch, str(number)), registry, manifest)
            before = fingerprint(app.path)
            done = app("install", *flags, code=1)
            assert code in done.err, f"{manifest}: {done}"
            assert fingerprint(app.path) == before, f"{manifest}: {sorted(fingerprint(app.path))}"


def test_a_tarball_that_is_not_what_was_promised(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        wrong = registry.tarballs["/tool/-/tool-1.0.0.tgz"]
        registry.tarballs["/a/-/a-1.0.0.tgz"] = wrong
        app = Project(build, scratch, registry, {"dependencies": {"a": "1"}})
        done = app("install", code=1)
        assert "EINTEGRITY" in done.err, done
        assert not app.exists("package-lock.json") and not app.exists("node_modules/a")


def test_invalid_package_json(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {})
        app.write("package.json", "{ nope")
        done = app("install", "a", code=1)
        assert "EJSONPARSE" in done.err and app.text("package.json") == "{ nope", done


def test_scripts_of_dependencies_are_blocked_unless_allowed(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"scripted": "1"}, "scripts": {
            "preinstall": "echo pre >> order", "install": "echo install >> order", "postinstall": "echo post >> order",
            "prepare": "echo prepare >> order"}})
        done = app("install")
        assert not app.exists("node_modules/scripted/ran") and "allowScripts" in done.err, done
        assert app.text("order").split() == ["pre", "install", "post", "prepare"]
        app.write("package.json", {"name": "app", "version": "1.0.0", "dependencies": {"scripted": "1"}, "allowScripts": {"scripted": True}})
        app("ci")
        assert app.text("node_modules/scripted/ran") == "postinstall"
        app("ci", "--ignore-scripts")
        assert not app.exists("node_modules/scripted/ran")


def test_workspaces_are_linked(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"workspaces": ["packages/*"]})
        app.write("packages/one/package.json", {"name": "one", "version": "1.0.0", "dependencies": {"two": "1", "b": "1"}})
        app.write("packages/two/package.json", {"name": "two", "version": "1.0.0", "dependencies": {"b": "2"}})
        app("install")
        assert os.readlink(os.path.join(app.path, "node_modules/one")) == "../packages/one"
        assert sorted([app.version("b"), app.json("packages/two/node_modules/b/package.json")["version"]]) == ["1.1.0", "2.0.0"]
        app("install", "tool", "-w", "one")
        assert app.json("packages/one/package.json")["dependencies"]["tool"] == "^1.0.0"
        assert "tool" not in app.json("package.json").get("dependencies", {})


# npm keeps an empty list of a project's development dependencies in its lockfile, and no other empty list.
def test_an_empty_list_of_development_dependencies(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"a": "1"}, "devDependencies": {}, "peerDependencies": {}})
        app("install")
        root = app.json("package-lock.json")["packages"][""]
        assert root["devDependencies"] == {} and "peerDependencies" not in root, root
        app("ci")
        app("install", "tool")
        app("install", "-D", "@scope/d")
        app("uninstall", "@scope/d")
        app("install")


# A first install into one workspace, and folders named from where the command was typed.
def test_requests_for_a_workspace_and_for_folders(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"workspaces": ["packages/*"]})
        app.write("packages/one/package.json", {"name": "one", "version": "1.0.0"})
        app.write("lib/near/package.json", {"name": "near", "version": "1.0.0"})
        app("install", "tool", "-w", "one")
        assert app.json("packages/one/package.json")["dependencies"] == {"tool": "^1.0.0"} and app.version("tool") == "1.0.0"
        app("install", ".")
        assert "dependencies" not in app.json("package.json")
        app("install", "./lib/near")
        assert app.json("package.json")["dependencies"] == {"near": "file:lib/near"}
        os.symlink("lib", os.path.join(app.path, "alias"))
        if app.oracle:
            os.symlink("lib", os.path.join(app.twin, "alias"))
        app("install", "./alias/near")
        assert app.json("package.json")["dependencies"] == {"near": "file:lib/near"}


def test_dry_run_and_json(build, scratch):
    with Registry(PACKAGES, TAGS) as registry:
        app = Project(build, scratch, registry, {"dependencies": {"a": "1"}})
        before = fingerprint(app.path)
        done = app("install", "--dry-run")
        assert fingerprint(app.path) == before and "added 2 packages" in done.out, done
        report = json.loads(app("install", "--json").out)
        assert (report["added"], report["removed"], report["changed"]) == (2, 0, 0), report


if __name__ == "__main__":
    main(globals())
