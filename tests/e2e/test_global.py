"""Global packages: `install -g`, `uninstall -g`, `update -g`, `ls -g`, `outdated -g`, `root -g`, `prefix -g`, and `link`.

What is expected is npm 12.2.1's; with PKG_ORACLE every step is done by npm, too, in a copy of the same folder."""
import json, os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, fingerprint, main, masked, run, write_json

TOOL = "#!/usr/bin/env node\nconsole.log('tool', process.argv.slice(2).join(' '));\n"
PACKAGES = {
    "b@1.0.0": {}, "b@1.1.0": {}, "b@2.0.0": {},
    "a@1.0.0": {"dependencies": {"b": "^1.0.0"}, "bin": {"a": "a.js"}, "files": {"a.js": TOOL}},
    "tool@1.0.0": {"bin": {"tool": "cli.js", "other": "cli.js", "gone": "gone.js"}, "files": {"cli.js": TOOL}},
    "tool@1.1.0": {"bin": {"tool": "cli.js"}, "dependencies": {"b": "2"}, "files": {"cli.js": TOOL}},
    "rival@1.0.0": {"bin": {"tool": "rival.js"}, "files": {"rival.js": TOOL}},
    "@scope/d@1.2.3": {"bin": "d.js", "dependencies": {"a": "1"}, "files": {"d.js": TOOL}},
    "peer@1.0.0": {"peerDependencies": {"b": "^1.0.0"}},
    "scripted@1.0.0": {"scripts": {"postinstall": "node -e \"require('fs').writeFileSync('ran', process.env.npm_lifecycle_event)\""}},
}


class Machine:
    def __init__(self, build, scratch, registry):
        self.pkg, self.folder = os.path.join(build, "bin", "pkg"), os.path.join(scratch, "all")
        # A relative prefix is the same place in the folder's copy.
        self.env = environment(scratch, registry, npm_config_prefix="../prefix")
        self.write("app/package.json", {"name": "app", "version": "1.0.0", "bin": {"app": "app.js"}, "dependencies": {"b": "1"}})
        self.write("app/app.js", TOOL)

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not isinstance(content, str):
            return write_json(path, content)
        with open(path, "w") as file:
            file.write(content)

    def __call__(self, *arguments, code=0, same=("code", "out", "disk"), cwd="app", **more):
        done = both(self.pkg, self.folder, self.env, arguments, same=same, cwd=cwd, **more)
        assert done.code == code, f"{arguments}: {done}"
        return done

    def link(self, name):
        return os.readlink(os.path.join(self.folder, name))

    def exists(self, name):
        return os.path.lexists(os.path.join(self.folder, name))

    def json(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return json.load(file)


def machine(test):
    def run_test(build, scratch):
        with Registry(PACKAGES) as registry:
            test(Machine(build, scratch, registry))
    return run_test


@machine
def test_paths(pc):
    assert pc("root", "-g").out == "<app>/prefix/lib/node_modules\n"
    assert pc("prefix", "-g").out == "<app>/prefix\n"
    assert pc("prefix", "--location=global").out == "<app>/prefix\n"
    assert pc("root").out == "<app>/app/node_modules\n"


@machine
def test_install_and_uninstall(pc):
    done = pc("install", "-g", "a", "@scope/d", "tool@1.0.0")
    assert done.out == "\nadded 4 packages in <time>\n", done
    assert pc.link("prefix/bin/tool") == pc.link("prefix/bin/other") == "../lib/node_modules/tool/cli.js"
    assert pc.link("prefix/bin/d") == "../lib/node_modules/@scope/d/d.js" and not pc.exists("prefix/bin/gone")
    assert pc.exists("prefix/lib/node_modules/a/node_modules/b") and not pc.exists("prefix/lib/node_modules/@scope/d/node_modules")
    left = [name for name in os.listdir(os.path.join(pc.folder, "prefix/lib/node_modules")) if name.startswith(".")]
    assert left == [] and not pc.exists("prefix/lib/package-lock.json") and not pc.exists("app/node_modules"), left
    pc("install", "-g", "tool")
    assert not pc.exists("prefix/bin/other") and pc.exists("prefix/lib/node_modules/tool/node_modules/b")
    pc("install", "-g", "a", "b@1")
    assert pc("uninstall", "-g", "a", "nothing").out == "\nremoved 1 package in <time>\n"
    assert not pc.exists("prefix/bin/a") and pc.exists("prefix/bin/d")
    pc("uninstall", "--location=global", "tool", "@scope/d", "b")
    pc("uninstall", "-g", "b")


@machine
def test_what_is_not_the_packages_own_is_not_replaced(pc):
    pc.write("prefix/bin/tool", "mine")
    before = fingerprint(pc.folder)
    done = pc("install", "-g", "tool@1.0.0", code=1, same=("code", "out"))
    assert "EEXIST" in done.err and "prefix/bin/tool" in done.err, done
    assert {k: v for k, v in fingerprint(pc.folder).items() if k.startswith("prefix/bin") or "app" in k} == \
        {k: v for k, v in before.items() if k.startswith("prefix/bin") or "app" in k}
    assert not pc.exists("prefix/lib/node_modules/tool")
    pc("install", "-g", "tool@1.0.0", "--force")
    assert pc.link("prefix/bin/tool") == "../lib/node_modules/tool/cli.js"
    assert "EEXIST" in pc("install", "-g", "rival", code=1, same=("code", "out")).err
    assert pc.link("prefix/bin/tool") == "../lib/node_modules/tool/cli.js"
    pc("install", "-g", "rival", "--force")
    assert pc.link("prefix/bin/tool") == "../lib/node_modules/rival/rival.js"


@machine
def test_peers_scripts_and_flags(pc):
    pc("install", "-g", "peer")
    assert not pc.exists("prefix/lib/node_modules/b")
    done = pc("install", "-g", "scripted")
    assert not pc.exists("prefix/lib/node_modules/scripted/ran") and "--allow-scripts" in done.err, done
    pc("install", "-g", "scripted", "--allow-scripts=scripted")
    assert pc.exists("prefix/lib/node_modules/scripted/ran")
    assert "ESHRINKWRAPGLOBAL" in pc("install", "-g", "a", "--package-lock-only", code=1, same=("code", "out")).err
    assert "Workspaces not supported" in pc("install", "-g", "a", "-w", "x", code=1, same=("code", "out")).err
    pc("install", "-g", "a", "--dry-run")
    assert not pc.exists("prefix/lib/node_modules/a")
    assert "E404" in pc("install", "-g", "a", "nothing-of-this-name", code=1, same=("code", "out")).err
    assert not pc.exists("prefix/lib/node_modules/a") and pc.exists("prefix/lib/node_modules/peer")
    report = json.loads(pc("install", "-g", "a", "--json", same=("code", "disk")).out)
    assert report["added"] == 2, report


@machine
def test_listing(pc):
    pc("ls", "-g", code=254)
    os.makedirs(os.path.join(pc.folder, "prefix/lib"))
    assert pc("ls", "-g").out == "<app>/prefix/lib\n└── (empty)\n\n"
    pc("install", "-g", "tool@1.0.0", "a", "b@1.0.0")
    assert "tool@1.0.0" in pc("ls", "-g").out
    pc("ls", "-g", "--all")
    pc("ls", "-g", "--json")
    pc("ls", "-g", "--parseable", "--long")
    pc("ls", "-g", "b")
    pc("ls", "-g", "none", code=1)
    pc("outdated", "-g", code=1)
    pc("outdated", "-g", "--json", code=1)
    pc("outdated", "-g", "--parseable", "--long", code=1)
    pc("outdated", "-g", "b", code=1)
    pc("rebuild", "-g")


@machine
def test_update(pc):
    pc("install", "-g", "tool@1.0.0", "a", "b@1.0.0")
    pc("update", "-g", "tool")
    assert pc.json("prefix/lib/node_modules/tool/package.json")["version"] == "1.1.0"
    assert pc.json("prefix/lib/node_modules/b/package.json")["version"] == "1.0.0"
    pc("update", "-g", "nothing")
    pc("update", "-g")
    assert pc.json("prefix/lib/node_modules/b/package.json")["version"] == "2.0.0"


@machine
def test_a_folder_is_linked_globally(pc):
    pc("install", "-g")
    assert pc.link("prefix/lib/node_modules/app") == "../../../app" and pc.link("prefix/bin/app") == "../lib/node_modules/app/app.js"
    pc("ls", "-g")
    pc("outdated", "-g")
    pc("update", "-g")
    pc("uninstall", "-g")
    assert not pc.exists("prefix/bin/app") and not pc.exists("prefix/lib/node_modules/app")
    pc("install", "-g", "../app", cwd="prefix" if pc.exists("prefix") else "app")


@machine
def test_link_makes_this_package_global(pc):
    pc.write("app/package.json", {"name": "@me/app", "version": "1.0.0", "bin": {"app": "app.js"}, "dependencies": {"b": "1"},
                                  "scripts": {"prepare": "echo yes > prepared", "postinstall": "echo yes > posted"}})
    pc("link")
    assert pc.link("prefix/lib/node_modules/@me/app") == "../../../../app" and pc.link("prefix/bin/app") == "../lib/node_modules/@me/app/app.js"
    pc("ln")
    pc("install", "-g", "b")
    pc("link", "--dangerously-allow-all-scripts")
    assert "ELINKGLOBAL" in pc("link", "-g", code=1, same=("code", "out")).err
    pc("unlink", "-g")
    assert not pc.exists("prefix/lib/node_modules/@me/app") and pc.exists("prefix/lib/node_modules/b")


@machine
def test_link_brings_global_packages_into_the_project(pc):
    pc("link")
    pc.write("other/package.json", {"name": "other", "version": "1.0.0", "dependencies": {"b": "2"}})
    pc("install", cwd="other")
    pc("link", "app", cwd="other")
    assert pc.link("other/node_modules/app") == "../../app" and pc.link("other/node_modules/.bin/app") == "../app/app.js"
    assert pc.json("other/package.json")["dependencies"] == {"b": "2"}
    assert "node_modules/app" not in pc.json("other/package-lock.json")["packages"]
    pc("ls", cwd="other")
    # What is not global yet is made so: from the registry, or as a link.
    # The lockfile does not know of the link before, which goes, as in npm.
    pc("link", "tool@1.0.0", cwd="other")
    assert pc.json("prefix/lib/node_modules/tool/package.json")["version"] == "1.0.0"
    assert pc.link("other/node_modules/tool") == "../../prefix/lib/node_modules/tool"
    pc.write("third/package.json", {"name": "the-third", "version": "3.0.0"})
    pc("link", "../third", cwd="other")
    assert pc.link("prefix/lib/node_modules/the-third") == "../../../third"
    assert "E404" in pc("link", "nothing-of-this-name", cwd="other", code=1, same=("code", "out")).err
    pc("unlink", "app", cwd="other")
    assert not pc.exists("other/node_modules/app") and pc.exists("prefix/lib/node_modules/app")


@machine
def test_link_saves_when_it_is_told_to(pc):
    pc("link")
    pc.write("other/package.json", {"name": "other", "version": "1.0.0"})
    pc("link", "app", "--save", cwd="other")
    assert pc.json("other/package.json")["dependencies"] == {"app": "file:../app"}
    pc("link", "tool", "-D", cwd="other")
    assert pc.json("other/package.json")["devDependencies"] == {"tool": "file:../prefix/lib/node_modules/tool"}
    pc("link", "tool", "-O", "--dry-run", cwd="other")
    pc("unlink", "app", cwd="other")
    assert "dependencies" not in pc.json("other/package.json")
    pc.write("mono/package.json", {"name": "mono", "version": "1.0.0", "workspaces": ["w"]})
    pc.write("mono/w/package.json", {"name": "w", "version": "1.0.0"})
    pc("link", "-w", "w", cwd="mono")
    assert pc.link("prefix/lib/node_modules/w") == "../../../mono/w"
    pc("link", "app", "-w", "w", "--save", cwd="mono")


if __name__ == "__main__":
    main(globals())
