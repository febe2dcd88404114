"""`pkg pkg get|set|delete|fix`, `pkg root` and `pkg prefix`: output and package.json as npm 12.2.1 has them
(PKG_ORACLE=path of npm 12 compares with it again)."""
import json, os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import environment, main, write_json

MANIFEST = {
    "name": "app", "version": "1.0.0", "scripts": {"test": "x", "deep-er": "y"}, "list": ["a", "b"], "one": ["a"],
    "nested": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}, "people": [{"name": "x"}, {"name": "y"}], "bool": True, "num": 1.5, "nul": None,
    "dependencies": {"z": "1", "b": "2"}, "optionalDependencies": {"b": "2"}, "devDependencies": {}, "exports": {"./x.js": "./y.js"},
}


def read(app):
    with open(os.path.join(app, "package.json")) as file:
        return json.load(file)


def test_pkg_get(build, scratch):
    pkg, env, app = os.path.join(build, "bin", "pkg"), environment(scratch, None), os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), MANIFEST)
    for keys in ("scripts", "name", "name version", "nope", "", "people.name", "people[0].name", "list", "one", "nested", "bool", "num", "nul",
                 "scripts.test", "scripts.deep-er", "exports[./x.js]", "list[1]", "list[7]", "people[1]", "nested.a.b.c"):
        assert both(pkg, app, env, ["pkg", "get", *keys.split()]).code == 0
        assert both(pkg, app, env, ["pkg", "get", "--json", *keys.split()]).code == 0
    assert both(pkg, app, env, ["pkg", "get", "name"]).out == "app\n"
    assert both(pkg, app, env, ["pkg", "get", "people.name"]).out == "people[0].name = 'x'\npeople[1].name = 'y'\n"
    for wrong in ([], ["bogus"], ["set"], ["set", "a"], ["set", "=b"], ["set", "a="], ["delete"], ["get", "-g"]):
        assert both(pkg, app, env, ["pkg", *wrong]).code == 1, wrong


def test_pkg_set(build, scratch):
    pkg, env, app = os.path.join(build, "bin", "pkg"), environment(scratch, None), os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), MANIFEST)
    done = both(pkg, app, env, ["pkg", "set", "description=a=b", "scripts.build=make it", "people[0].email=x@example.test", "list[]=c", "new.deep[0].key=v"])
    assert done.code == 0 and done.out == "", done
    now = read(app)
    assert (now["description"], now["list"], now["new"]) == ("a=b", ["a", "b", "c"], {"deep": [{"key": "v"}]}), now
    # Dependencies are sorted, and empty kinds of them go.
    assert list(now["dependencies"]) == ["z"] and "devDependencies" not in now, now
    for arguments in (["people[]={\"name\":\"z\"}", "--json"], ["private=true", "--json"], ["name.x=1"], ["name.x=1", "-f"], ["list.x=1"], ["list.x=1", "-f"],
                      ["scripts[]=x"], ["__proto__.x=1"], ["a.constructor=1"], ["scripts={\"a\":1}", "--json"], ["scripts.n=1", "--json"],
                      ["workspaces[]=w"], ["num=x"], ["dependencies.a=1"], ["exports[./x.js].import=./z.js", "-f"], ["people[3].name=far"]):
        both(pkg, app, env, ["pkg", "set", *arguments])
    assert both(pkg, app, env, ["pkg", "set", "bad={", "--json"], same=("code", "disk")).code == 1
    done = both(pkg, app, env, ["pkg", "set", "version.x=1"])
    assert done.code == 1 and "EOVERRIDEVALUE" in done.err, done
    for keys in (["description"], ["people[0]"], ["people[0].name", "bool"], ["nope"], ["no.such.way"], ["scripts.build"], ["list[0]"], ["name.x"], [""]):
        both(pkg, app, env, ["pkg", "delete", *keys])
    assert "description" not in read(app)


def test_pkg_in_workspaces(build, scratch):
    pkg, env, app = os.path.join(build, "bin", "pkg"), environment(scratch, None), os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), {"name": "app", "workspaces": ["w", "v"]})
    for name in ("w", "v"):
        write_json(os.path.join(app, name, "package.json"), {"name": name, "version": "1.0.0", "scripts": {"x": "y"}})
    for arguments in (["name"], ["name", "version"], ["scripts"], ["name", "--json"], ["--json"]):
        both(pkg, app, env, ["pkg", "get", "--workspaces", *arguments])
    both(pkg, app, env, ["pkg", "set", "-w", "v", "a=b"])
    assert both(pkg, app, env, ["pkg", "get", "a"], cwd="v").out == "v b\n"


def test_pkg_fix(build, scratch):
    pkg, env = os.path.join(build, "bin", "pkg"), environment(scratch, None)
    manifests = [
        {"name": " app ", "version": "v1.0.0", "bin": "./x.js", "bundleDependencies": True, "dependencies": {"b": "owner/repo", "c": 1, "d": "^1"},
         "scripts": {"a": "./node_modules/.bin/tsc -p .", "b": "node_modules/.bin/x", "c": 1}, "repository": "github:owner/repo"},
        {"bin": {"../../a": "../../b", "c": "./c/./d.js", "e": 1}, "version": "1.2", "name": "x"}, {"bin": ["./p/q.js"], "name": "@a/b", "version": "=1.2.3"},
        {"bundleDependencies": False, "repository": {"type": "git", "url": "git@github.com:owner/repo.git"}, "dependencies": "a@1, b", "devDependencies": ["c >2", "d"]},
        {"name": "bad name"}, {"name": 5}, {"version": "1.0.0-beta", "repository": "https://example.test/x.git", "bundleDependencies": {"a": 1}},
        {"name": "@a", "version": "1.0.0"}, {"name": "n", "repository": "https://github.com/owner/repo", "scripts": "no", "bin": {}},
    ]
    for index, manifest in enumerate(manifests):
        app = os.path.join(scratch, str(index), "app")
        write_json(os.path.join(app, "package.json"), manifest)
        both(pkg, app, env, ["pkg", "fix"])
    assert read(os.path.join(scratch, "0", "app")) == {
        "name": "app", "version": "1.0.0", "bin": {" app ": "x.js"}, "bundleDependencies": ["b", "c", "d"],
        "dependencies": {"b": "github:owner/repo", "d": "^1"}, "scripts": {"a": "tsc -p .", "b": "x"},
        "repository": {"type": "git", "url": "git+https://github.com/owner/repo.git"}}


def test_folders(build, scratch):
    pkg, env, app = os.path.join(build, "bin", "pkg"), environment(scratch, None, npm_config_prefix=os.path.join(scratch, "global")), os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), {"name": "app"})
    os.makedirs(os.path.join(app, "inner"))
    assert both(pkg, app, env, ["root"], cwd="inner").out == "<app>/node_modules\n"
    assert both(pkg, app, env, ["prefix"], cwd="inner").out == "<app>\n"
    assert both(pkg, app, env, ["root", "-g"]).out == os.path.join(scratch, "global", "lib", "node_modules") + "\n"
    assert both(pkg, app, env, ["prefix", "-g"]).out == os.path.join(scratch, "global") + "\n"


main(globals())
