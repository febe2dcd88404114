"""`pkg update`, `pkg prune`, `pkg dedupe` and `pkg find-dupes`: trees, lockfiles and package.json as npm 12.2.1 leaves
them (PKG_ORACLE=path of npm 12 compares with it again)."""
import json, os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json

PACKAGES = {
    "a@1.0.0": {"dependencies": {"c": "^1.0.0"}},
    "b@1.0.0": {"dependencies": {"c": "^1.1.0"}},
    "c@1.0.0": {}, "d@1.0.0": {}, "d@2.0.0": {},
}
LATER = {"a@1.1.0": {"dependencies": {"c": "^1.0.0"}}, "a@2.0.0": {}, "c@1.1.0": {}, "c@1.2.0": {}, "b@1.0.1": {"dependencies": {"c": "^1.1.0"}}}


def read(*path):
    with open(os.path.join(*path)) as file:
        return json.load(file)


def versions(app):
    return {location: entry["version"] for location, entry in read(app, "package-lock.json")["packages"].items() if location and "version" in entry}


def project(scratch, name, fields):
    app = os.path.join(scratch, name)
    write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.0.0", **fields})
    return app


def publish(registry, packages):
    for key, fields in packages.items():
        registry.publish(key, fields)


def test_update(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({**PACKAGES}) as registry:
        env = environment(scratch, registry, npm_config_prefer_online="true")
        fields = {"dependencies": {"a": "^1.0.0", "d": "1.0.0"}}
        for name in ("all", "names", "save", "saved", "v2"):
            app = project(scratch, name, fields)
            extra = ["--lockfile-version=2"] if name == "v2" else []
            assert run([pkg, "install", *extra], app, env).code == 0
        publish(registry, LATER)

        app = os.path.join(scratch, "all")
        done = both(pkg, app, env, ["update"])
        assert (done.code, done.out) == (0, "\nchanged 2 packages in <time>\n"), done
        assert versions(app) == {"node_modules/a": "1.1.0", "node_modules/c": "1.2.0", "node_modules/d": "1.0.0"}
        assert read(app, "package.json")["dependencies"] == fields["dependencies"]
        assert both(pkg, app, env, ["update"]).out == "\nup to date in <time>\n"

        app = os.path.join(scratch, "names")
        assert both(pkg, app, env, ["up", "c"]).code == 0
        assert versions(app) == {"node_modules/a": "1.0.0", "node_modules/c": "1.2.0", "node_modules/d": "1.0.0"}
        done = both(pkg, app, env, ["update", "a@2"])
        assert done.code == 1 and "EUPDATEARGS" in done.err, done
        both(pkg, app, env, ["update", "--dry-run"])
        assert versions(app)["node_modules/a"] == "1.0.0"

        app = os.path.join(scratch, "save")
        both(pkg, app, env, ["update", "--save"])
        assert read(app, "package.json")["dependencies"] == {"a": "^1.1.0", "d": "1.0.0"}
        app = os.path.join(scratch, "saved")
        both(pkg, app, env, ["update", "a", "--save"])
        assert read(app, "package.json")["dependencies"] == {"a": "^1.1.0", "d": "1.0.0"}
        app = os.path.join(scratch, "v2")
        both(pkg, app, env, ["update"])
        assert read(app, "package-lock.json")["lockfileVersion"] == 3


def test_update_in_workspaces(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({**PACKAGES}) as registry:
        env = environment(scratch, registry, npm_config_prefer_online="true")
        app = project(scratch, "app", {"workspaces": ["w"], "devDependencies": {"a": "1"}})
        write_json(os.path.join(app, "w", "package.json"), {"name": "w", "version": "1.0.0", "dependencies": {"c": "~1.0.0"}})
        assert run([pkg, "install"], app, env).code == 0
        publish(registry, {**LATER, "c@1.0.5": {}})
        assert both(pkg, app, env, ["update", "--save"]).code == 0
        assert read(app, "package.json")["devDependencies"] == {"a": "^1.1.0"}


def test_prune(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({**PACKAGES, **LATER}) as registry:
        env = environment(scratch, registry)
        app = project(scratch, "app", {"dependencies": {"a": "1"}, "devDependencies": {"d": "1"}})
        assert run([pkg, "install"], app, env).code == 0
        write_json(os.path.join(app, "node_modules", "stray", "package.json"), {"name": "stray", "version": "1.0.0"})
        done = both(pkg, app, env, ["prune", "--dry-run"])
        assert done.out == "remove stray 1.0.0\n\nremoved 1 package in <time>\n", done
        assert both(pkg, app, env, ["prune"]).out == "\nremoved 1 package in <time>\n"
        assert not os.path.exists(os.path.join(app, "node_modules", "stray"))
        done = both(pkg, app, env, ["prune", "--omit=dev", "--json"])
        assert [each["name"] for each in json.loads(done.out)["remove"]] == ["d"], done
        assert "node_modules/d" in versions(app) and not os.path.exists(os.path.join(app, "node_modules", "d"))
        assert both(pkg, app, env, ["install"], same=("code", "disk")).code == 0

        # Without a lockfile what is on disk is what there is, less what nobody wants.
        os.unlink(os.path.join(app, "package-lock.json"))
        write_json(os.path.join(app, "node_modules", "stray", "package.json"), {"name": "stray", "version": "1.0.0"})
        assert both(pkg, app, env, ["prune"]).out == "\nremoved 1 package in <time>\n"
        assert "node_modules/stray" not in versions(app)


def test_dedupe(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    packages = {"c@1.1.0": {}, "c@1.0.0": {}, "c@2.0.0": {}, "a@1.0.0": {"dependencies": {"c": "1.x"}},
                "b@1.0.0": {"dependencies": {"c": "1.0.0"}}, "e@1.0.0": {"dependencies": {"c": "<2"}}}
    with Registry(packages) as registry:
        env = environment(scratch, registry)
        app = project(scratch, "app", {"dependencies": {"a": "1", "b": "1", "e": "1"}})
        assert run([pkg, "install"], app, env).code == 0
        before = versions(app)
        assert len([1 for location in before if location.endswith("/c")]) > 1, before
        done = both(pkg, app, env, ["find-dupes"])
        assert done.code == 0 and versions(app) == before, done
        assert both(pkg, app, env, ["ddp"]).code == 0
        assert versions(app) == {"node_modules/a": "1.0.0", "node_modules/b": "1.0.0", "node_modules/c": "1.0.0", "node_modules/e": "1.0.0"}
        assert both(pkg, app, env, ["dedupe"]).out == "\nup to date in <time>\n"
        done = both(pkg, app, env, ["dedupe", "-g"], same=("code",))
        assert done.code == 1 and "EDEDUPEGLOBAL" in done.err, done


main(globals())
