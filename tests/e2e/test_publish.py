"""`pkg publish` and what else changes a registry, as npm 12.2.2 does it: output, exit codes and what is sent (PKG_ORACLE=path
of npm 12 compares with it again)."""
import base64, difflib, json, os, re, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json


# What was sent since the last call, times and tarballs' compression aside; with an oracle, both halves have to be equal.
def sent(registry):
    def plain(value):
        if isinstance(value, dict):
            if "data" in value and "length" in value:
                value = {**value, "data": "<tarball>", "length": "<length>"}
            if "shasum" in value:
                value = {**value, "integrity": "<integrity>", "shasum": "<shasum>"}
            return {key: plain(inner) for key, inner in value.items() if key not in ("_nodeVersion", "_npmVersion", "date")}
        return [plain(inner) for inner in value] if isinstance(value, list) else value
    bodies = [(method, path, plain(body)) for method, path, body in registry.bodies]
    registry.bodies.clear()
    if os.environ.get("PKG_ORACLE"):
        half = len(bodies) // 2
        ours, theirs = bodies[:half], bodies[half:]
        if ours != theirs:
            one, other = (json.dumps(each, indent=1, sort_keys=True).split("\n") for each in (ours, theirs))
            raise AssertionError("pkg and npm send\n" + "\n".join(difflib.unified_diff(one, other, "pkg", "npm", lineterm="", n=1)))
        return ours
    return bodies


def logged_in(scratch, registry, **more):
    env = environment(scratch, registry, **more)
    with open(env["npm_config_userconfig"], "w") as file:
        file.write(f"//127.0.0.1:{registry.server.server_port}/:_authToken=secret\n")
    return env


def accept(handler, body):
    return 201, {"ok": True}


README = "# a thing\n\nIt does\nthis and that.\n\nMore.\n"
FULL = {"name": "thing", "version": "1.0.0", "author": "Jo Doe <jo@example.test> (https://jo.example.test)", "keywords": "one, two",
        "contributors": ["C <c@example.test>", {"name": "D", "mail": "d@example.test"}], "repository": "someone/thing", "bin": "./cli.js",
        "main": "lib/main.js", "scripts": {"build": "node_modules/.bin/tsc", "prepublishOnly": "echo only", "publish": "echo pub", "postpublish": "echo post"},
        "dependencies": {"x": "^1.0.0"}, "license": "MIT", "files": ["lib", ""], "_private": 1}


def test_publish(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({"old@1.0.0": {}, "old@2.0.0": {}}) as registry:
        for name in ("thing", "@s/thing", "old", "beta", "w1"):
            registry.routes["PUT", "/" + name] = accept
        env = logged_in(scratch, registry)
        app = os.path.join(scratch, "app")
        for file, text in {"lib/main.js": "1\n", "lib/main.d.ts": "1\n", "README.md": README, "AUTHORS": "A\n", "cli.js": "#!/usr/bin/env node\n"}.items():
            os.makedirs(os.path.dirname(os.path.join(app, file)), exist_ok=True)
            with open(os.path.join(app, file), "w") as out:
                out.write(text)
        write_json(os.path.join(app, "package.json"), FULL)
        # npm shows scripts on stdout; ours are notices on stderr.
        quiet = lambda text: re.sub(r"(?m)^(\n> .*\n> .*\n)", "", text).strip("\n")
        done = both(pkg, app, env, ["publish"], change=quiet)
        assert done.code == 0 and done.out.endswith("+ thing@1.0.0"), done
        body = sent(registry)[0][2]
        manifest = body["versions"]["1.0.0"]
        assert manifest["readme"] == README and manifest["types"] == "./lib/main.d.ts" and "_private" not in manifest, manifest
        assert manifest["author"] == {"name": "Jo Doe", "email": "jo@example.test", "url": "https://jo.example.test"}, manifest
        assert body["access"] is None and body["dist-tags"] == {"latest": "1.0.0"}, body
        for arguments in (["--tag=next", "--access=public"], ["--dry-run"], ["--dry-run", "--json", "--ignore-scripts"], ["--ignore-scripts", "--json"]):
            both(pkg, app, env, ["publish", *arguments], change=quiet if "--json" not in arguments else masked_sizes)
            sent(registry)
        assert "EUNSCOPED" in both(pkg, app, env, ["publish", "--access=restricted"], change=quiet).err
        assert "EUNSUPPORTED" in run([pkg, "publish", "--provenance"], app, env).err
        for fields, code, words in (
                ({"name": "@s/thing", "version": "1.0.0", "publishConfig": {"access": "public", "tag": "pre"}}, 0, ""),
                ({"name": "old", "version": "1.0.0"}, 1, "cannot publish over"), ({"name": "old", "version": "1.5.0"}, 1, "Cannot implicitly apply"),
                ({"name": "old", "version": "3.0.0"}, 0, ""), ({"name": "beta", "version": "1.0.0-beta.1"}, 1, "must specify a tag"),
                ({"name": "thing", "version": "1.0.0", "private": True}, 1, "EPRIVATE"), ({"name": "thing", "version": "x"}, 1, "Invalid version"),
                ({"name": "thing"}, 1, ""), ({"name": "thing", "version": "1.0.0", "packageExtensions": {}}, 1, "EPACKAGEEXTENSIONS"),
                ({"name": "thing", "version": "1.0.0", "bugs": "x@example.test", "homepage": "home.example.test", "repository": {"url": "gitlab:a/b"}}, 0, "")):
            write_json(os.path.join(app, "package.json"), fields)
            done = both(pkg, app, env, ["publish"])
            assert done.code == code and words in done.err, (fields, done)
            sent(registry)
        write_json(os.path.join(app, "package.json"), {"name": "thing", "version": "1.0.0"})
        with open(env["npm_config_userconfig"], "w") as file:
            file.write("")
        assert "ENEEDAUTH" in both(pkg, app, env, ["publish"]).err
        assert both(pkg, app, env, ["publish", "--dry-run"]).code == 0


def masked_sizes(text):
    return re.sub(r'"(size|shasum|integrity)": [^\n]*', r'"\1": <>', text)


def test_publish_asks_for_a_password(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        env = logged_in(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "thing", "version": "1.0.0"})
        registry.routes["PUT", "/thing"] = lambda handler, body: (201, {}) if handler.headers.get("npm-otp") == "123456" else (401, {"error": "You must provide a one-time pass. Upgrade your client to npm@latest in order to use 2FA."})
        done = both(pkg, app, env, ["publish"])
        assert done.code == 1 and "EOTP" in done.err, done
        assert both(pkg, app, env, ["publish", "--otp=123456"]).code == 0


def test_publish_workspaces(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        for name in ("w1", "w2", "w3"):
            registry.routes["PUT", "/" + name] = accept
        env = logged_in(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "root", "version": "1.0.0", "private": True, "workspaces": ["w*"]})
        write_json(os.path.join(app, "w1", "package.json"), {"name": "w1", "version": "1.0.0", "publishConfig": {"tag": "own"}})
        write_json(os.path.join(app, "w2", "package.json"), {"name": "w2", "version": "1.0.0", "private": True})
        write_json(os.path.join(app, "w3", "package.json"), {"name": "w3", "version": "1.0.0"})
        assert both(pkg, app, env, ["publish", "--workspaces"]).out == "+ w1@1.0.0\n+ w3@1.0.0\n"
        bodies = sent(registry)
        assert [list(body["dist-tags"]) for _, _, body in bodies] == [["own"], ["latest"]], bodies
        both(pkg, app, env, ["publish", "-w", "w3"])
        sent(registry)


def test_publish_tarball(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        registry.routes["PUT", "/thing"] = accept
        env = logged_in(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "thing", "version": "1.0.0", "description": "d"})
        run([pkg, "pack"], app, env)
        done = run([pkg, "publish", "./thing-1.0.0.tgz"], app, env)
        assert done.code == 0 and done.out == "+ thing@1.0.0\n", done
        (method, path, body), = registry.bodies
        with open(os.path.join(app, "thing-1.0.0.tgz"), "rb") as file:
            assert base64.b64decode(body["_attachments"]["thing-1.0.0.tgz"]["data"]) == file.read()


def test_dist_tags(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        for name in ("a", "@s/a"):
            registry.routes["GET", f"/-/package/{name}/dist-tags"] = lambda handler, body: (200, {"next": "2.0.0", "latest": "1.0.0"})
            for tag in ("next", "new", "beta"):
                registry.routes["PUT", f"/-/package/{name}/dist-tags/{tag}"] = accept
                registry.routes["DELETE", f"/-/package/{name}/dist-tags/{tag}"] = accept
        env = logged_in(scratch, registry, npm_config_tag="new")
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "a", "version": "1.0.0", "workspaces": ["w"]})
        write_json(os.path.join(app, "w", "package.json"), {"name": "@s/a", "version": "1.0.0"})
        for words in ("ls a", "ls", "", "a", "ls @s/a", "add a@1.0.0 beta", "add @s/a@2.0.0 next", "add a@1.0.0", "add a@3.0.0 next", "add a@1.0.0 1.x", "add a@1.0.0 ^1",
                      "rm a next", "rm a nope", "rm a", "add", "nope a b", "ls zzz", "ls -w w", "-w w", "add -w w a@1.0.0 beta"):
            both(pkg, app, env, ["dist-tag", *words.split()])
            sent(registry)
        assert both(pkg, app, env, ["dist-tag", "ls", "a"]).out == "latest: 1.0.0\nnext: 2.0.0\n"


def test_deprecate_owner_unpublish(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({"a@1.0.0": {}, "a@1.1.0": {}, "a@2.0.0": {}, "one@1.0.0": {}, "@s/b@1.0.0": {}, "@s/b@2.0.0": {}}) as registry:
        for name, document in registry.documents.items():
            document.update({"_id": name, "_rev": "1-x", "maintainers": [{"name": "me", "email": "me@example.test"}, {"name": "you", "email": "you@example.test"}]})
            for method, path in (("PUT", f"/{name}"), ("PUT", f"/{name}/-rev/1-x"), ("DELETE", f"/{name}/-rev/1-x")):
                registry.routes[method, path] = accept
            for version in document["versions"]:
                registry.routes["DELETE", f"/{name}/-/{name.split('/')[-1]}-{version}.tgz/-rev/1-x"] = accept
            registry.routes["GET", "/" + name] = lambda handler, body, name=name: (200, registry.documents[name])
        for user in ("you", "they"):
            registry.routes["GET", f"/-/user/org.couchdb.user:{user}"] = lambda handler, body, user=user: (200, {"name": user, "email": user + "@example.test", "x": 1})
        env = logged_in(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "a", "version": "1.0.0"})
        for words in (["deprecate", "a@1", "use 2"], ["deprecate", "a", ""], ["deprecate", "@s/b@1.0.0", "no"], ["deprecate", "a@9", "x"], ["deprecate", "a@1", "x", "--dry-run"],
                      ["deprecate", "a"], ["deprecate", "a@latest", "x"], ["undeprecate", "a@1.0.0"], ["undeprecate"],
                      ["owner", "ls"], ["owner", "ls", "@s/b"], ["owner", "ls", "zzz"], ["owner"], ["owner", "add", "they", "a"], ["owner", "add", "you"], ["owner", "rm", "you", "@s/b"],
                      ["owner", "rm", "they", "a"], ["owner", "add"], ["owner", "add", "nobody", "a"],
                      ["unpublish", "a@2.0.0"], ["unpublish", "a"], ["unpublish", "a", "--force"], ["unpublish"], ["unpublish", "a@^1"], ["unpublish", "one@1.0.0"],
                      ["unpublish", "one@1.0.0", "--force"], ["unpublish", "@s/b@1.0.0"], ["unpublish", "a@1.1.0", "--dry-run"], ["unpublish", "a@9.0.0"], ["unpublish", "zzz@1.0.0"]):
            done = both(pkg, app, env, words)
            if registry.bodies and words[0] != "owner":
                # The questions before a change are asked in one way or another.
                registry.bodies[:] = [each for each in registry.bodies if each[0] != "GET"]
            sent(registry) if words[0] != "owner" else registry.bodies.clear()


main(globals())
