"""`pkg whoami`, `login`, `logout`, `ping`, `search`, `docs`, `repo`, `bugs` and `fund`, as npm 12.2.2 has them (PKG_ORACLE=path of
npm 12 compares with it again)."""
import base64, json, os, re, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json


def userconfig(env, text=None):
    if text is not None:
        with open(env["npm_config_userconfig"], "w") as file:
            file.write(text)
    with open(env["npm_config_userconfig"]) as file:
        return file.read()


def test_whoami_ping(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        registry.routes["GET", "/-/whoami"] = lambda handler, body: (200, {"username": "me"}) if handler.headers.get("authorization") == "Bearer secret" else (401, {})
        registry.routes["GET", "/-/ping"] = lambda handler, body: (200, {"fine": True})
        env = environment(scratch, registry)
        host = f"//127.0.0.1:{registry.server.server_port}/"
        time = lambda text: re.sub(r'"time": \d+', '"time": 0', text)
        os.makedirs(scratch + "/a")
        assert both(pkg, scratch + "/a", env, ["ping"]).code == 0
        both(pkg, scratch + "/a", env, ["ping", "--json"], change=time)
        userconfig(env, "")
        assert "ENEEDAUTH" in both(pkg, scratch + "/a", env, ["whoami"]).err
        userconfig(env, f"{host}:_authToken=secret\n")
        assert both(pkg, scratch + "/a", env, ["whoami"]).out == "me\n"
        assert both(pkg, scratch + "/a", env, ["whoami", "--json"]).out == '"me"\n'
        userconfig(env, f"{host}:_authToken=wrong\n")
        assert both(pkg, scratch + "/a", env, ["whoami"]).code == 1
        userconfig(env, f"{host}:_auth={base64.b64encode(b'you:pw').decode()}\n")
        assert both(pkg, scratch + "/a", env, ["whoami"]).out == "you\n"
        del registry.routes["GET", "/-/ping"]
        assert both(pkg, scratch + "/a", env, ["ping"]).code == 1


def test_login(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        users = {}
        app = os.path.join(scratch, "app")
        os.makedirs(app)

        def put(handler, body):
            if body["name"] in users and "-rev" not in handler.path:
                return 409, {"error": "conflict"}
            users[body["name"]] = body
            return 201, {"ok": True, "token": "token-of-" + body["name"]}
        for user in ("jo", "known"):
            path = f"/-/user/org.couchdb.user:{user}"
            registry.routes["PUT", path] = registry.routes["PUT", path + "/-rev/1-r"] = put
            registry.routes["GET", path] = lambda handler, body: (200, {"_rev": "1-r", "roles": ["x"], "email": "e"})
        registry.routes["DELETE", "/-/user/token/token-of-jo"] = lambda handler, body: (200, {})
        env = environment(scratch, registry)
        host = f"//127.0.0.1:{registry.server.server_port}/"
        for arguments in (["login", "--auth-type=legacy"], ["adduser", "--auth-type=legacy"], ["login"]):
            userconfig(env, "other=1\n")
            users.clear()
            done = run([pkg, *arguments], app, env, stdin="jo\npw\n")
            assert done.code == 0 and done.out.endswith(f"Logged in on {registry.url}.\n"), done
            assert f"{host}:_authToken=token-of-jo" in userconfig(env) and "other=1" in userconfig(env), userconfig(env)
            assert users["jo"]["password"] == "pw" and users["jo"]["type"] == "user"
        assert os.stat(env["npm_config_userconfig"]).st_mode & 0o77 == 0
        assert run([pkg, "logout"], app, env).code == 0
        assert "token-of-jo" not in userconfig(env), userconfig(env)
        assert both(pkg, app, env, ["logout"]).code == 1
        users["known"] = {}
        done = run([pkg, "login", "--auth-type=legacy", "--scope=@s"], app, env, stdin="known\npw\n")
        assert done.code == 0 and done.out.endswith(f"Logged in to scope @s on {registry.url}.\n"), done
        assert f"@s:registry={registry.url}" in userconfig(env) and users["known"]["roles"] == ["x"], users

        # By a page: the answer comes when someone logged in there.
        polls = []

        def done_page(handler, body):
            polls.append(1)
            return (200, {"token": "web-token"}) if len(polls) > 2 else (202, {})
        registry.routes["POST", "/-/v1/login"] = lambda handler, body: (200, {"loginUrl": registry.url + "login/x", "doneUrl": registry.url + "done/x"})
        registry.routes["GET", "/done/x"] = done_page
        done = run([pkg, "login"], app, env)
        assert done.code == 0 and done.out == f"Login at:\n{registry.url}login/x\nLogged in on {registry.url}.\n", done
        assert f"{host}:_authToken=web-token" in userconfig(env) and len(polls) == 3


def test_search(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        objects = [
            {"package": {"name": "one", "version": "1.0.0", "description": "the one", "keywords": ["k", "l"], "date": "2020-01-02T03:04:05.678Z",
                         "publisher": {"username": "p"}, "maintainers": [{"username": "m"}, {"username": "n"}]}, "score": {}},
            {"package": {"name": "two", "version": "2.0.0", "maintainers": []}},
            {"package": {"name": "three", "version": "3.0.0", "description": "tab\there", "keywords": "x, y", "date": "2020-01-02T03:04:05.678Z", "maintainers": [{"username": "z"}]}}]
        registry.routes["GET", "/-/v1/search"] = lambda handler, body: (200, {"objects": [] if "text=none" in handler.path else objects, "total": 3})
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        os.makedirs(app)
        for words in (["one"], ["One", "Two"], ["one", "--json"], ["one", "--parseable"], ["none"], ["none", "--json"], ["none", "--parseable"], [],
                      ["one", "--searchexclude=k"], ["one", "--searchexclude=/^t/ zzz"], ["one", "--searchlimit=2"]):
            both(pkg, app, env, ["search", *words])
        assert any("text=one%20two&size=20" in path or "text=one two&size=20" in path for path in registry.requests), registry.requests


def test_pages(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    packages = {
        "hosted@1.0.0": {"repository": {"type": "git", "url": "git+https://github.com/a/b.git", "directory": "x/y"}},
        "short@1.0.0": {"repository": "gitlab:a/b"}, "home@1.0.0": {"homepage": "https://home.example.test/ä b", "bugs": "https://bugs.example.test"},
        "mail@1.0.0": {"bugs": {"email": "b@example.test"}}, "own@1.0.0": {"repository": {"url": "git+ssh://git@git.example.test:22/a/b.git"}},
        "plain@1.0.0": {"repository": "https://git.example.test/a/b"}, "gist@1.0.0": {"repository": "gist:1234567890abcdef"},
        "hut@1.0.0": {"repository": "sourcehut:~a/b", "bugs": {"url": "https://bugs.example.test/2"}}, "bare@1.0.0": {},
        "commit@1.0.0": {"repository": "github:a/b#v1"}, "bucket@1.0.0": {"repository": {"url": "bitbucket:a/b", "directory": "d"}}}
    with Registry(packages) as registry:
        env = environment(scratch, registry, npm_config_browser="false")
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "here", "version": "1.0.0", "repository": "a/here", "workspaces": ["w"]})
        write_json(os.path.join(app, "w", "package.json"), {"name": "w", "version": "1.0.0", "repository": "a/w"})
        site = lambda text: re.sub(r"https://www\.[a-z]+\.[a-z]+/package/", "<site>/", text)
        for command in ("docs", "repo", "bugs", "home", "issues"):
            for key in packages:
                name = key.split("@")[0]
                # npm words a host it does not know by Node's URL; we refuse where it does.
                both(pkg, app, env, [command, name], change=site)
            for words in ([], ["."], ["hosted", "short"], ["hosted", "--json"], ["-w", "w"], ["zzz"], ["hosted@9"]):
                both(pkg, app, env, [command, *words], change=site)
        opener = os.path.join(scratch, "opener")
        with open(opener, "w") as file:
            file.write(f'#!/bin/sh\nprintf %s "$1" > {scratch}/opened\n')
        os.chmod(opener, 0o755)
        assert run([pkg, "repo", "--browser=" + opener], app, env).out == ""
        with open(scratch + "/opened") as file:
            assert file.read() == "https://github.com/a/here"


def test_fund(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    packages = {
        "a@1.0.0": {"funding": "https://a.example.test", "dependencies": {"b": "1", "c": "1"}}, "b@1.0.0": {"funding": {"type": "t", "url": "https://b.example.test"}},
        "c@1.0.0": {"dependencies": {"d": "1", "e": "1"}}, "d@1.0.0": {"funding": ["https://d.example.test", {"type": "x", "url": "https://d2.example.test"}]},
        "e@1.0.0": {"funding": "https://a.example.test"}, "f@1.0.0": {"funding": "nowhere"}, "g@1.0.0": {"funding": {"url": "http://g.example.test"}}}
    with Registry(packages) as registry:
        env = environment(scratch, registry, npm_config_browser="false")
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.0.0", "funding": "https://own.example.test", "workspaces": ["w"],
                                                       "dependencies": {"a": "1", "c": "1", "f": "1"}, "devDependencies": {"e": "1"}})
        write_json(os.path.join(app, "w", "package.json"), {"name": "w", "version": "1.0.0", "dependencies": {"g": "1"}})
        assert both(pkg, app, env, ["fund"]).code == 0
        assert run([pkg, "install"], app, env).code == 0
        for words in ([], ["--json"], ["--no-unicode"], ["-w", "w"], ["-w", "w", "--json"], ["a"], ["b", "--json"], ["d"], ["d", "--which=2"], ["d", "--which=9"], ["d", "--which=0"],
                      ["f"], ["."], ["zzz"], ["-g"]):
            both(pkg, app, env, ["fund", *words])


main(globals())
