"""`pkg ls` over a project with a workspace, an override, an alias, and things that are missing, invalid and extraneous.

Expected texts are what npm 12.2.1 prints for the same folders (PKG_ORACLE=path of npm 12 compares with it again)."""
import json, os, shutil, subprocess, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fixture_registry import Registry, environment, main, run, write_json

PACKAGES = {
    "b@1.0.0": {}, "b@2.0.0": {},
    "a@1.0.0": {"dependencies": {"b": "^1.0.0", "c": "1"}},
    "c@1.0.0": {"dependencies": {"b": "1"}},
    "d@1.0.0": {"description": "the fourth", "dependencies": {"b": "^2.0.0"}, "peerDependencies": {"nobody": "1"},
                "peerDependenciesMeta": {"nobody": {"optional": True}}},
}


def prepare(scratch, registry, pkg, env):
    app = os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), {
        "name": "app", "version": "1.0.0", "workspaces": ["w"], "dependencies": {"a": "1", "alias": "npm:c@1"},
        "devDependencies": {"d": "1"}, "overrides": {"c": {"b": "2.0.0"}}})
    write_json(os.path.join(app, "w", "package.json"), {"name": "w", "version": "0.1.0", "dependencies": {"c": "1"}})
    done = run([pkg, "install"], app, env)
    assert done.code == 0, done
    return app


def check(pkg, app, env, arguments, out, code=0):
    command = [pkg, "ls", *arguments]
    done = run(command, app, env)
    text = done.out.replace(app, "<app>")
    assert (done.code, text) == (code, out), f"ls {arguments}: {done}"
    oracle = os.environ.get("PKG_ORACLE")
    if oracle:
        theirs = run([oracle, *command[1:]], app, env)
        assert (theirs.code, theirs.out) == (done.code, done.out), f"ls {arguments}: npm says {theirs}"
    return done


def test_ls(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry(PACKAGES) as registry:
        env = environment(scratch, registry)
        app = prepare(scratch, registry, pkg, env)
        check(pkg, app, env, [], "app@1.0.0 <app>\n├── a@1.0.0\n├── alias@npm:c@1.0.0\n├── d@1.0.0\n└─┬ w@0.1.0 -> ./w\n  └── c@1.0.0\n\n")
        check(pkg, app, env, ["--all"],
              "app@1.0.0 <app>\n├─┬ a@1.0.0\n│ ├── b@1.0.0\n│ └─┬ c@1.0.0\n│   └── b@2.0.0 overridden\n├─┬ alias@npm:c@1.0.0\n"
              "│ └── b@1.0.0 deduped\n├─┬ d@1.0.0\n│ ├── b@2.0.0\n│ └── UNMET OPTIONAL DEPENDENCY nobody@1\n"
              "└─┬ w@0.1.0 -> ./w\n  └── c@1.0.0 deduped\n\n")
        check(pkg, app, env, ["--omit=dev", "-p"], "<app>\n<app>/node_modules/a\n<app>/node_modules/alias\n<app>/node_modules/w\n<app>/node_modules/c\n")
        check(pkg, app, env, ["nothing"], "app@1.0.0 <app>\n└── (empty)\n\n", code=1)
        check(pkg, app, env, ["-w", "w", "--json"], json.dumps({
            "version": "1.0.0", "name": "app", "dependencies": {"w": {"version": "0.1.0", "resolved": "file:../w", "overridden": False,
            "dependencies": {"c": {"version": "1.0.0", "resolved": f"{registry.url}c/-/c-1.0.0.tgz", "overridden": False}}}}}, indent=2) + "\n")

        # Something is lost, something is changed, something is there that nobody asked for.
        shutil.rmtree(os.path.join(app, "node_modules", "d"))
        write_json(os.path.join(app, "node_modules", "a", "package.json"), {"name": "a", "version": "0.9.0"})
        write_json(os.path.join(app, "node_modules", "extra", "package.json"), {"name": "extra", "version": "3.0.0"})
        done = check(pkg, app, env, [],
                     'app@1.0.0 <app>\n├── a@0.9.0 invalid: "1" from the root project\n├── alias@npm:c@1.0.0\n'
                     '├── UNMET DEPENDENCY d@1\n├── extra@3.0.0 extraneous\n└─┬ w@0.1.0 -> ./w\n  └── c@1.0.0\n\n', code=1)
        assert "ELSPROBLEMS" in done.err and "missing: d@1, required by app@1.0.0" in done.err, done
        problems = json.loads(run([pkg, "ls", "--json"], app, env).out)
        assert problems["error"]["code"] == "ELSPROBLEMS", problems
        assert problems["dependencies"]["d"] == {"required": "1", "missing": True, "problems": ["missing: d@1, required by app@1.0.0"]}


main(globals())
