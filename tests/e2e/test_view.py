"""`pkg view`: pages, fields and JSON as npm 12.2.1 prints them (PKG_ORACLE=path of npm 12 compares with it again)."""
import os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, write_json

WORDS = "x'" * 60
PACKAGES = {
    "a@1.0.0": {"description": "the a", "dependencies": {"c": "^1"}, "license": "MIT", "bin": {"a": "./a.js", "a2": "b.js"},
                "homepage": "https://a.example.test", "engines": {"node": ">=1"}, "_npmUser": {"name": "u", "email": "u@example.test"},
                "nested": {"deep": {"er": {"and": {"so": {"on": {"x": {"y": 1}}}}}}}, "list": [1, 2, 3, "four", True, None],
                "numbers": list(range(40)), "names": ["n%d" % (i * i) for i in range(30)], "long": WORDS, "quotes": "a'b\"c", "lines": "one\n" * 30,
                "person": {"name": "P", "email": "p@example.test"}, "dist": {"unpackedSize": 123456}},
    "a@1.1.0": {"license": {"type": "ISC"}, "contributors": [{"name": "c1", "email": "c1@example.test"}, {"name": "c2"}], "deprecated": "use b",
                "one": ["only"], "none": [], "odd-key": {"a-b": 1, "__proto": 2, "7": 3}},
    "b@1.0.0-beta.1": {}, "c@1.0.0": {"dependencies": {"dep%02d" % i: "1" for i in range(30)}},
    "@s/p@3.0.0": {},
}
CASES = ["a", "a@1.0.0", "a version", "a version --json", "a@1 version", "a@1 version license", "a@1 version --json", "a@1 version license --json",
         "a --json", "a@1 --json", "a dist.tarball versions", "a@1.0.0 nested", "a@1.0.0 list", "a@1.0.0 list long --json", "a@1.0.0 long list",
         "a@1.0.0 numbers", "a@1.0.0 names", "a@1.0.0 names numbers", "a@1.0.0 quotes", "a@1.0.0 quotes lines", "a@1.0.0 person", "a@1.0.0 long",
         "a maintainers", "a contributors", "a contributors.email", "a contributors.email --json", "a contributors[0].email", "a contributors[1]",
         "a nope", "a nope --json", "a dist-tags", "a time", "a one", "a one --json", "a none", "a odd-key", "a odd-key[a-b]", "a readme", "b", "c",
         "a@1 dist", "a@next version", "a@^1.0.1 version", "@s/p", "@s/p name", "a keywords", "a bin", "a name description"]


def test_view(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    tags = {"next": "1.0.0", **{"t%d" % i: "1.0.0" for i in range(6)}}
    with Registry(PACKAGES, {"a": tags}) as registry:
        for name, document in registry.documents.items():
            document.update({"_id": name, "readme": "# " + name, "keywords": ["x", "y"], "maintainers": [{"name": "me", "email": "me@example.test"}]})
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "a", "version": "1.0.0", "workspaces": ["w", "v"]})
        write_json(os.path.join(app, "w", "package.json"), {"name": "c", "version": "1.0.0"})
        write_json(os.path.join(app, "v", "package.json"), {"name": "nowhere", "version": "1.0.0"})
        for case in CASES:
            assert both(pkg, app, env, ["view", *case.split()]).code == 0, case
        assert both(pkg, app, env, ["info", "a@1.0.0", "version", "license"]).out == "version = '1.0.0'\nlicense = 'MIT'\n"
        assert both(pkg, app, env, ["show", "a", "dist-tags.next"]).out == "1.0.0\n"
        for arguments in (["view"], ["view", ".", "name"], ["v", ".@1.0.0", "version"]):
            both(pkg, app, env, arguments)
        both(pkg, app, env, ["view", "-w", "w", ".", "version", "name"])
        both(pkg, app, env, ["view", "--workspaces", ".", "version"])
        for missing in ("zzz", "a@9", "a@nope", "@s/zzz"):
            done = both(pkg, app, env, ["view", missing])
            assert done.code == 1 and "E404" in done.err, done


main(globals())
