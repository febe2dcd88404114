"""`pkg init -y` and `pkg init <initializer>`: package.json as npm 12.2.1 writes it (PKG_ORACLE=path of npm 12 compares
with it again)."""
import json, os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json


def write(app, files):
    os.makedirs(app, exist_ok=True)
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(app, path)), exist_ok=True)
        with open(os.path.join(app, path), "w") as file:
            file.write(text)


def read(app):
    with open(os.path.join(app, "package.json")) as file:
        return json.load(file)


def test_init_yes(build, scratch):
    pkg, env = os.path.join(build, "bin", "pkg"), environment(scratch, None)
    git = '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:o/r.git\n'
    cases = [
        ("app", {}, []), ("node-Foo Bar.js", {"zz.js": "", "bin/b.js": "", "README.md": "# title\n\nfirst para\nmore\n\nsecond", ".git/config": git, "test/x": "", "docs/x": "",
                                              "lib/x": "", "man/x": "", "example/x": "", "node_modules/mocha/x": ""},
                         ["--scope=@me", "--init-license=MIT", "--init-author-name=Me", "--init-author-email=m@example.test", "--init-type=module", "--init-private"]),
        ("have", {"package.json": json.dumps({"name": "have", "version": "bad", "author": {"name": "A", "url": "u"}, "dependencies": {}, "keywords": ["k"], "private": False,
                                              "bin": "x.js"})}, []),
        ("kept", {"package.json": json.dumps({"name": "@s/kept", "version": "2.0.0", "license": "ISC", "scripts": {"a": "b"}, "main": "x.js", "description": "d", "type": "module"})}, []),
        ("main", {"main.js": "", "main.d.ts": "", "a.js": ""}, ["--init-version=0.0.1"]), ("silent", {"silent.js": "", "a.js": ""}, ["--silent"]),
        ("loud", {"README": "just text"}, ["--force"]), ("scoped", {}, ["--scope=s"]),
    ]
    for name, files, flags in cases:
        app = os.path.join(scratch, name)
        write(app, files)
        yes = [] if "--force" in flags else ["-y"]
        assert both(pkg, app, env, ["init", *yes, *flags]).code == 0, name
    assert read(os.path.join(scratch, "app")) == {"name": "app", "version": "1.0.0", "description": "", "main": "index.js",
                                                  "scripts": {"test": "echo \"Error: no test specified\" && exit 1"}, "keywords": [], "type": "commonjs"}
    app = os.path.join(scratch, "bad%name")
    write(app, {})
    assert both(pkg, app, env, ["init", "-y"]).code == 1


def test_init_workspaces(build, scratch):
    pkg, env = os.path.join(build, "bin", "pkg"), environment(scratch, None)
    app = os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.0.0"})
    assert both(pkg, app, env, ["init", "-y", "-w", "packages/a", "-w", "b"], same=("code", "disk")).code == 0
    assert read(app)["workspaces"] == ["packages/a", "b"]
    assert os.path.islink(os.path.join(app, "node_modules", "a"))
    empty = os.path.join(scratch, "empty")
    os.makedirs(empty)
    assert both(pkg, empty, env, ["init", "-y", "-w", "a"], same=("code",)).code == 254


def test_questions(build, scratch):
    pkg, env = os.path.join(build, "bin", "pkg"), environment(scratch, None)
    app = os.path.join(scratch, "app")
    os.makedirs(app)
    done = run([pkg, "init"], app, env, stdin="called\n2.0.0\nabout it\n\njest\n\na, b\nMe\nMIT\nmodule\ny\n")
    assert done.code == 0 and "package name: (app) " in done.out, done
    assert read(app) == {"name": "called", "version": "2.0.0", "description": "about it", "main": "index.js", "scripts": {"test": "jest"},
                         "keywords": ["a", "b"], "author": "Me", "license": "MIT", "type": "module"}
    other = os.path.join(scratch, "other")
    os.makedirs(other)
    assert run([pkg, "init"], other, env, stdin="x\n").code == 0 and not os.path.exists(os.path.join(other, "package.json"))


def test_initializer(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    script = "#!/bin/sh\necho \"$0\" | sed 's:.*/::'; echo \"$@\"\n"
    packages = {"create-foo@1.0.0": {"bin": "x.sh", "files": {"x.sh": script}}, "create-foo@2.0.0": {"bin": "x.sh", "files": {"x.sh": script}},
                "@s/create@1.0.0": {"bin": "x.sh", "files": {"x.sh": script}}, "@s/create-foo@1.0.0": {"bin": "x.sh", "files": {"x.sh": script}}}
    with Registry(packages) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "app"})
        for words in (["foo"], ["foo@1", "a", "b"], ["@s"], ["@s@1.0.0", "x"], ["@s/foo", "--", "--flag"]):
            done = both(pkg, app, env, ["init", "-y", *words])
            assert done.code == 0, done
        assert both(pkg, app, env, ["create", "foo@1", "-y", "--", "a", "--b"]).out.endswith("\na --b\n")
        done = both(pkg, app, env, ["init", "./here"])
        assert done.code == 1 and "Unrecognized initializer" in done.err, done


main(globals())
