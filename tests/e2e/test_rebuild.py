"""`pkg rebuild`: what it runs and links, as npm 12.2.1 does (PKG_ORACLE=path of npm 12 compares with it again)."""
import os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json

LOG = "echo $npm_lifecycle_event >> log"
PACKAGES = {
    "a@1.0.0": {"scripts": {"preinstall": LOG, "install": LOG, "postinstall": LOG}, "bin": "a.js", "files": {"a.js": "#!/usr/bin/env node\n"}},
    "b@1.0.0": {"scripts": {"install": LOG}}, "bad@1.0.0": {"scripts": {"install": "exit 3"}},
}


def log(app, name):
    path = os.path.join(app, "node_modules", name, "log")
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().split()


def test_rebuild(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry(PACKAGES) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {
            "name": "app", "version": "1.0.0", "dependencies": {"a": "1", "b": "1"}, "allowScripts": {"a": True},
            "scripts": {"install": "echo never > never"}})
        assert run([pkg, "install", "--ignore-scripts"], app, env).code == 0
        os.unlink(os.path.join(app, "node_modules", ".bin", "a"))
        done = both(pkg, app, env, ["rebuild"])
        assert (done.code, done.out) == (0, "rebuilt dependencies successfully\n"), done
        assert log(app, "a") == ["preinstall", "install", "postinstall"] and log(app, "b") == [], done
        assert os.path.islink(os.path.join(app, "node_modules", ".bin", "a")) and "1 package had" in done.err, done
        both(pkg, app, env, ["rebuild", "b"])
        both(pkg, app, env, ["rb", "a@1", "--ignore-scripts"])
        both(pkg, app, env, ["rebuild", "a@2"])
        assert len(log(app, "a")) == 3
        both(pkg, app, env, ["rebuild", "a@^1.0.0"])
        assert len(log(app, "a")) == 6
        done = both(pkg, app, env, ["rebuild", "a@latest"])
        assert done.code == 1 and "only supports SemVer" in done.err, done


def test_rebuild_fails_for_optional_packages_too(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry(PACKAGES) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {
            "name": "app", "version": "1.0.0", "optionalDependencies": {"bad": "1"}, "allowScripts": {"bad": True}})
        assert run([pkg, "install", "--ignore-scripts"], app, env).code == 0
        done = both(pkg, app, env, ["rebuild"])
        assert (done.code, done.out) == (3, ""), done


main(globals())
