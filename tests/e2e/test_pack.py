"""`pkg pack`: which files, in which order, with which modes; the tar inside is npm 12.2.1's byte for byte
(PKG_ORACLE=path of npm 12 compares with it again)."""
import gzip, hashlib, json, os, re, shutil, subprocess, sys, tarfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fixture_registry import Registry, environment, main, run, write_json


# Writes files: path -> text, or an object for JSON; a text that begins with "#!" is executable.
def write(app, files):
    for path, content in files.items():
        full = os.path.join(app, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=2) + "\n"
        with open(full, "w") as file:
            file.write(text)
        os.chmod(full, 0o755 if text.startswith("#!") else 0o644)


# The packed files, in order. `folder`: where it runs; the tar is compared with npm's.
def pack(pkg, app, env, arguments=(), cwd="."):
    listed = packed(pkg, app, env, arguments, cwd)
    oracle = os.environ.get("PKG_ORACLE")
    if oracle:
        theirs = packed(oracle, app, env, arguments, cwd)
        assert listed == theirs, f"{arguments}: pkg {listed}\n=== npm {theirs}"
    return listed[1]


# Exit code; names, modes and sizes; digest of the tar; stdout as JSON, without what depends on the compressor.
def packed(program, app, env, arguments, cwd):
    folder = os.path.join(app, cwd)
    done = run([program, "pack", "--json", *arguments], folder, env)
    start = done.out.find("{\n")
    answer = json.loads(done.out[start:]) if start >= 0 else None
    names, digests = [], []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".tgz"):
            continue
        path = os.path.join(folder, name)
        with gzip.open(path) as file:
            digests.append(hashlib.sha256(file.read()).hexdigest())
        with tarfile.open(path) as archive:
            names += [f"{entry.mode:o} {entry.name[8:]}" if entry.mode != 0o644 else entry.name[8:] for entry in archive]
        os.unlink(path)
    if answer and "error" not in answer:
        for each in answer.values():
            for key in ("size", "shasum", "integrity"):
                assert each.pop(key), done
    elif answer:
        answer = answer["error"].get("code")
    return done.code, names, digests, answer, done.out[:max(start, 0)]


EVERYTHING = {
    "index.js": "1", "lib/a.js": "a", "lib/b10.js": "b", "lib/b9.js": "b", "lib/B.js": "b", "lib/deep/c.ts": "c", "README.md": "r", "readme~": "no", "LICENSE": "l",
    "Licence.txt": "l", "COPYING": "c", "CHANGELOG.md": "c", ".gitignore": "dist\n*.log\n", "dist/x.js": "x", "a.log": "log", "lib/b.log": "log", ".npmrc": "x=1",
    "package-lock.json": {}, "yarn.lock": "y", "node_modules/dep/index.js": "n", "lib/node_modules/dep/index.js": "n", ".git/HEAD": "h", "lib/.git/HEAD": "h",
    ".DS_Store": "d", "x.orig": "o", ".a.swp": "s", "._x": "x", "bin/cli.js": "#!/usr/bin/env node\n", "test/.npmrc": "n", "@at/file": "at",
    "npm-debug.log": "x", "build/config.gypi": "g", "CVS/x": "x", "lib/CVS/x": "x", "docs/README.md": "r", "docs/LICENSE": "l", "zzé.js": "é", "no-extension": "x",
    "l" * 60 + "/" + "m" * 60 + ".js": "long", "n" * 100 + ".js": "longer", "o/" * 60 + "x.js": "deep", "empty": "",
}


def test_which_files(build, scratch):
    pkg, env = os.path.join(build, "bin", "pkg"), environment(scratch, None)
    manifests = [
        {}, {"main": "./dist/x.js"}, {"main": "dist/x.js", "bin": "./bin/cli.js"}, {"files": []}, {"files": ["lib"]}, {"files": ["lib/"]}, {"files": ["./lib/a.js", "/dist"]},
        {"files": ["**/*.js"]}, {"files": ["lib", "!lib/deep"]}, {"files": ["lib/**", "!**/*.log"]}, {"files": ["*.js", "docs/*"]}, {"files": ["lib/{a,b9}.js"]},
        {"files": ["dist", "*.log"], "main": "index.js"}, {"files": ["nothing", "no*"]}, {"files": ["."]}, {"files": ["*"]}, {"files": ["**"]}, {"files": ["!lib"]},
        {"files": ["lib/[ab]*.js"], "bin": {"x": "bin/cli.js"}, "browser": "docs/README.md"}, {"files": [".npmrc", "package-lock.json", "node_modules", ".git"]},
        {"files": ["lib/+(a|b9).js", "@at"]}, {"files": ["LIB", "DIST/x.js"]}, {"files": ["../x", "lib/../dist"]}, {"files": ["docs"], "main": "lib/a"},
    ]
    for index, manifest in enumerate(manifests):
        app = os.path.join(scratch, str(index), "app")
        write(app, {**EVERYTHING, "package.json": {"name": "app", "version": "1.0.0", **manifest}})
        os.symlink("index.js", os.path.join(app, "link.js"))
        files = pack(pkg, app, env)
        if not manifest:
            assert "lib/a.js" in files and "dist/x.js" not in files and "a.log" not in files and ".npmrc" not in files, files
        if manifest == {"files": ["lib"]}:
            assert [file for file in files if not file.startswith("lib/")] == ["LICENSE", "COPYING", "package.json", "README.md", "Licence.txt"] or files, files


def test_ignore_files(build, scratch):
    pkg, env = os.path.join(build, "bin", "pkg"), environment(scratch, None)
    cases = [
        {".npmignore": "lib\n"}, {".npmignore": "# comment\n\n/lib/*.js\n!/lib/a.js\n"}, {".npmignore": "*.js\n!lib/deep\n"}, {".npmignore": "lib/\ndocs/*\n!docs/LICENSE\n"},
        {".npmignore": "**/deep\nreadme.md\npackage.json\n"}, {"lib/.npmignore": "*.js\n!a.js\n"}, {"lib/.gitignore": "deep\n", "lib/.npmignore": "b*\n"},
        {".gitignore": "lib/*\n!lib/deep/\n"}, {".npmignore": "*\n!lib/**\n"}, {".npmignore": "/*\n!/lib\n"}, {".npmignore": "lib/**/*.js"}, {".npmignore": "deep/"},
        {".npmignore": "!.DS_Store\n!x.orig\n!dist\n"}, {".npmignore": "  docs  \r\n*.md\r\n"}, {".npmignore": "\\!x\n[ab].js\n{docs,lib}/[A-Z]*\n"},
        {".npmignore": "lib", "package.json": {"name": "app", "version": "1.0.0", "files": ["lib"]}},
        {"lib/.npmignore": "a.js", "package.json": {"name": "app", "version": "1.0.0", "files": ["lib"]}},
        {".npmignore": "a.js", "package.json": {"name": "app", "version": "1.0.0", "main": "lib/a.js", "bin": {"b": "lib/b9.js"}}},
    ]
    for index, case in enumerate(cases):
        app = os.path.join(scratch, str(index), "app")
        write(app, {**EVERYTHING, "package.json": {"name": "app", "version": "1.0.0"}, **case})
        pack(pkg, app, env)


def test_bundled_dependencies(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    packages = {
        "a@1.0.0": {"dependencies": {"b": "1"}, "files": {"a.js": "a", "docs/x": "x"}, "devDependencies": {"d": "1"}, "main": "a.js"}, "b@1.0.0": {"dependencies": {"a": "1"}},
        "c@1.0.0": {}, "d@1.0.0": {}, "@s/e@1.0.0": {"dependencies": {"c": "2"}}, "c@2.0.0": {}, "f@1.0.0": {},
    }
    with Registry(packages) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write(app, {"package.json": {"name": "@x/app", "version": "1.0.0", "dependencies": {"a": "1", "@s/e": "1", "c": "1"}, "devDependencies": {"d": "1", "f": "1"},
                                     "bundleDependencies": ["a", "@s/e", "d", "missing"], "files": ["index.js"]}, "index.js": "1"})
        assert run([pkg, "install"], app, env).code == 0
        files = pack(pkg, app, env)
        assert "node_modules/a/a.js" in files and "node_modules/b/index.js" in files and not any("node_modules/d/" in file for file in files), files
        package = json.load(open(os.path.join(app, "package.json")))
        write(app, {"package.json": {**package, "bundleDependencies": True}})
        pack(pkg, app, env)
        write(app, {"package.json": {**package, "overrides": {"b": "1.0.0"}}})
        run([pkg, "install"], app, env)
        pack(pkg, app, env)


def test_scripts_workspaces_and_registry(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({"a@1.0.0": {"files": {"x.js": "#!x", "y/z.js": "z"}}, "a@2.0.0": {}}) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write(app, {"package.json": {"name": "@s/app", "version": "v1.2.3", "workspaces": ["w", "v"], "scripts": {"prepack": "echo prepack > made; echo $npm_lifecycle_event",
                    "prepare": "cat made; echo prepared >> made", "postpack": "cat made; rm made", "prepublish": "echo never"}},
                    "index.js": "1", "w/package.json": {"name": "w", "version": "1.0.0", "files": ["x"]}, "w/x/y.js": "y", "w/z.js": "z", "v/package.json": {"name": "v", "version": "2.0.0"},
                    "v/q.js": "q", "v/package-lock.json": {}, ".npmignore": "q.js\n", "sub/x.js": "x"})
        assert "made" in pack(pkg, app, env)
        assert "made" not in pack(pkg, app, env, ["--ignore-scripts"])
        assert pack(pkg, app, env, ["--dry-run"]) == []
        for arguments in (["-w", "w"], ["--workspaces"], ["--workspaces", "--include-workspace-root"], ["-w", "v", "."], ["./w"], ["./w", "./v"], ["a"], ["a@1", "./w"], ["-w", "w", "a"]):
            pack(pkg, app, env, arguments)
        pack(pkg, app, env, cwd="w")
        pack(pkg, app, env, cwd="sub")
        os.makedirs(os.path.join(app, "out"))
        pack(pkg, app, env, ["./w", "--pack-destination=out"])
        done = run([pkg, "pack", "--pack-destination=out", "./w"], app, env)
        assert done.out == "w-1.0.0.tgz\n" and os.path.exists(os.path.join(app, "out", "w-1.0.0.tgz")), done
        for manifest in ({"version": "1.0.0"}, {"name": "x"}, {"name": "x y", "version": "1.0.0"}, {"name": "x", "version": "one"}):
            write(app, {"bad/package.json": manifest})
            pack(pkg, app, env, ["./bad"])
        write(app, {"p/package.json": {"name": "p", "version": "1.0.0", "patchedDependencies": {"a": "patches/a.patch"}, "files": ["patches"]}, "p/patches/a.patch": "x", "p/patches/b": "y"})
        assert "patches/a.patch" not in pack(pkg, app, env, ["./p"])


main(globals())
