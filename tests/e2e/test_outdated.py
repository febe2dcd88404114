"""`pkg outdated` and `pkg explain`: what npm 12.2.1 prints (PKG_ORACLE=path of npm 12 compares with it again)."""
import json, os, shutil, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json

PACKAGES = {
    "a@1.0.0": {"dependencies": {"c": "^1.0.0"}, "homepage": "https://a.example.test/"},
    "b@1.0.0": {"dependencies": {"c": "1.0.0", "d": "*"}, "peerDependencies": {"a": "1"}},
    "c@1.0.0": {}, "d@1.0.0": {"dependencies": {"b": "*"}}, "e@1.0.0": {}, "f@1.0.0": {}, "f@2.0.0": {},
}
LATER = {"a@1.1.0": {"homepage": "https://a.example.test/new"}, "a@2.0.0": {"homepage": "https://a.example.test/new"}, "c@1.1.0": {},
         "c@2.0.0": {}, "d@1.0.1": {}, "e@2.0.0-rc.1": {}, "e@1.0.0": {}}


def prepare(scratch, registry, pkg, env):
    app = os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), {
        "name": "the-app", "version": "1.0.0", "workspaces": ["w"],
        "dependencies": {"a": "^1.0.0", "alias": "npm:c@^1.0.0", "e": "latest"}, "devDependencies": {"b": "1"},
        "optionalDependencies": {"f": "^1.0.0"}, "overrides": {"d": "1.0.0"}})
    write_json(os.path.join(app, "w", "package.json"), {"name": "w", "version": "0.1.0", "dependencies": {"c": "1", "f": "2"}})
    done = run([pkg, "install"], app, env)
    assert done.code == 0, done
    for key, fields in LATER.items():
        registry.publish(key, fields)
    return app


def test_outdated(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({**PACKAGES}) as registry:
        env = environment(scratch, registry)
        app = prepare(scratch, registry, pkg, env)
        done = both(pkg, app, env, ["outdated"])
        assert (done.code, done.out) == (1, (
            "Package         Current  Wanted  Latest  Location            Depended by\n"
            "a                 1.0.0   1.1.0   2.0.0  node_modules/a      app\n"
            "alias:c@^1.0.0    1.0.0   1.1.0   2.0.0  node_modules/alias  app\n"
            "c                 1.0.0   1.1.0   2.0.0  node_modules/c      w@0.1.0\n"
            "f                 1.0.0   1.0.0   2.0.0  node_modules/f      app\n")), done
        for flags in (["--all"], ["--long"], ["--parseable"], ["-lp"], ["--json"], ["--json", "--long"], ["--all", "--json"],
                      ["--omit=dev"], ["--omit=optional"], ["c"], ["a", "b"], ["nothing"], ["-w", "w"], ["--no-workspaces"],
                      ["-w", "w", "--include-workspace-root", "--all"], ["--before=2019-01-01"]):
            both(pkg, app, env, ["outdated", *flags])
        both(pkg, app, env, ["outdated"], cwd="w")
        shutil.rmtree(os.path.join(app, "node_modules", "a"))
        shutil.rmtree(os.path.join(app, "node_modules", "b"))
        for flags in ([], ["--json"], ["--parseable"], ["--all"]):
            done = both(pkg, app, env, ["outdated", *flags])
            assert done.code == 1, done
        assert both(pkg, app, env, ["outdated", "nothing", "--json"]).out == "{}\n"


def test_explain(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({**PACKAGES}) as registry:
        env = environment(scratch, registry)
        app = prepare(scratch, registry, pkg, env)
        done = both(pkg, app, env, ["explain", "d"])
        assert (done.code, done.out) == (0, (
            "d@1.0.0 dev\nnode_modules/d\n  overridden d@\"1.0.0\" (was \"*\") from b@1.0.0\n  node_modules/b\n"
            "    b@\"*\" from d@1.0.0\n    dev b@\"1\" from the root project\n")), done
        for words in (["a"], ["b"], ["c"], ["c", "a"], ["w"], ["node_modules/c"], ["c@1"], ["c@2"], ["./node_modules/a/"], ["f@>=1"], ["w", "f"],
                      ["f", "-w", "w"], ["c", "--no-workspaces"]):
            both(pkg, app, env, ["why", *words])
            both(pkg, app, env, ["explain", "--json", *words], same=("code", "disk") if words == ["c@2"] else ("code", "out", "disk"))
        done = both(pkg, app, env, ["explain", "nothing"])
        assert done.code == 1 and "No dependencies found matching nothing" in done.err, done
        assert both(pkg, app, env, ["explain"]).code == 1
        write_json(os.path.join(app, "node_modules", "stray", "package.json"), {"name": "stray", "version": "1.0.0"})
        assert both(pkg, app, env, ["why", "stray"]).out == "stray@1.0.0 extraneous\nnode_modules/stray\n"
        both(pkg, app, env, ["why", "stray", "--json"])


main(globals())
