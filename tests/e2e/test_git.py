"""Dependencies out of git repositories: bare ones in a folder, and those of known hosts, which git is told are there, too.

What is expected is npm 12.2.1's; with PKG_ORACLE every step is done by npm, too, in a copy of the same folder."""
import json, os, shutil, subprocess, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, write_json

PACKAGES = {"b@1.0.0": {}, "b@1.1.0": {}, "b@2.0.0": {}, "builder@1.0.0": {"bin": {"builder": "cli.js"}, "files": {
    "cli.js": "#!/usr/bin/env node\nrequire('fs').writeFileSync('built.js', 'built');\n"}}}


class Machine:
    def __init__(self, build, scratch, registry, **environ):
        self.pkg, self.folder, self.scratch = os.path.join(build, "bin", "pkg"), os.path.join(scratch, "all"), scratch
        self.repos = os.path.join(scratch, "repos")
        settings = {f"url.file://{self.repos}/github/.insteadOf": "https://github.com/",
                    f"url.file://{self.repos}/gitlab/.insteadOf": "https://gitlab.com/",
                    f"url.file://{self.repos}/bitbucket/.insteadOf": "https://bitbucket.org/",
                    f"url.file://{self.repos}/gist/.insteadOf": "https://gist.github.com/",
                    f"url.file://{self.repos}/private/.insteadOf": "ssh://git@github.com/",
                    "protocol.file.allow": "always", "user.name": "test", "user.email": "test@example.test",
                    "init.defaultBranch": "main"}
        git = {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
        for number, (key, value) in enumerate(settings.items()):
            git.update({f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value})
        dates = {"GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z"}
        self.env = environment(scratch, registry, npm_config_allow_git="all", **git, **dates, **environ)
        self.manifest({})

    # A bare repository below `repos`; each of `commits`: {"tag": ..., "branch": ..., path: text or JSON}. Returns the commits' ids.
    def repo(self, name, *commits):
        work, bare = os.path.join(self.scratch, "work", name), os.path.join(self.repos, name)
        os.makedirs(work)
        git = lambda *words: subprocess.run(["git", *words], cwd=work, env=self.env, check=True, capture_output=True, text=True).stdout.strip()
        git("init", "-q")
        ids = []
        for commit in commits:
            if "branch" in commit:
                git("checkout", "-q", "-b", commit["branch"])
            for path, content in commit.items():
                if path in ("tag", "branch", "submodule"):
                    continue
                path = os.path.join(work, path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                if isinstance(content, str):
                    with open(path, "w") as file:
                        file.write(content)
                else:
                    write_json(path, content)
            if "submodule" in commit:
                git("submodule", "add", "-q", "file://" + os.path.join(self.repos, commit["submodule"]), "sub")
            git("add", "-A")
            git("commit", "-q", "--allow-empty", "-m", "x")
            ids.append(git("rev-parse", "HEAD"))
            if "tag" in commit:
                git("tag", *(["-a", "-m", "x"] if len(ids) % 2 else []), commit["tag"])
        git("checkout", "-q", "main")
        os.makedirs(os.path.dirname(bare), exist_ok=True)
        subprocess.run(["git", "clone", "-q", "--bare", work, bare], env=self.env, check=True, capture_output=True)
        return ids

    def url(self, name):
        return "git+file://" + os.path.join(self.repos, name)

    def manifest(self, fields):
        write_json(os.path.join(self.folder, "app", "package.json"), {"name": "app", "version": "1.0.0", **fields})

    def __call__(self, *arguments, code=0, same=("code", "out", "disk"), **more):
        done = both(self.pkg, self.folder, self.env, arguments, same=same, cwd="app", **more)
        assert done.code == code, f"{arguments}: {done}"
        return done

    def json(self, name):
        with open(os.path.join(self.folder, "app", name)) as file:
            return json.load(file)

    def lock(self, name):
        return self.json("package-lock.json")["packages"]["node_modules/" + name]

    def exists(self, name):
        return os.path.lexists(os.path.join(self.folder, "app", name))

    def clean(self, *names):
        for name in names or ("node_modules", "package-lock.json"):
            path = os.path.join(self.folder, "app", name)
            if os.path.exists(path):
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def machine(test):
    def run_test(build, scratch):
        with Registry(PACKAGES) as registry:
            test(Machine(build, scratch, registry))
    return run_test


def package(name, version="1.0.0", **fields):
    return {"name": name, "version": version, **fields}


@machine
def test_branches_tags_commits_and_ranges(pc):
    ids = pc.repo("p.git", {"package.json": package("p", "1.0.0"), "tag": "v1.0.0", ".npmignore": "secret\n", "secret": "x", "index.js": "1"},
                  {"package.json": package("p", "1.2.0", dependencies={"b": "1"}), "tag": "release-1.2.0"},
                  {"package.json": package("p", "2.0.0", scripts={"postinstall": "exit 1"}), "tag": "v2.0.0"},
                  {"package.json": package("p", "2.1.0")},
                  {"package.json": package("p", "9.9.9"), "branch": "next/big"})
    url = pc.url("p.git")
    for what, version, commit in [("", "2.1.0", 3), ("#v1.0.0", "1.0.0", 0), ("#next/big", "9.9.9", 4), ("#main", "2.1.0", 3),
                                  ("#" + ids[1], "1.2.0", 1), ("#semver:^1.0.0", "1.2.0", 1), ("#semver:1.0", "1.0.0", 0),
                                  ("#semver:*", "2.0.0", 2), ("#refs/heads/next/big", "9.9.9", 4), ("#" + ids[4], "9.9.9", 4)]:
        pc.manifest({"dependencies": {"p": url + what}})
        pc("install", "--ignore-scripts")
        assert pc.lock("p")["resolved"] == f"{url}#{ids[commit]}", (what, pc.lock("p"))
        assert pc.lock("p")["version"] == pc.json("node_modules/p/package.json")["version"] == version, (what, pc.lock("p"))
        assert not pc.exists("node_modules/p/.git")
        pc.clean()
    # Another branch is another dependency; what the lockfile has of the same one stays.
    for what in ("", "#next/big", "#v1.0.0"):
        pc.manifest({"dependencies": {"p": url + what}})
        pc("install", "--ignore-scripts")
    pc("ls")
    assert pc.exists("node_modules/p/index.js") and not pc.exists("node_modules/p/secret")
    pc("ci")
    pc("install")
    # A commit that has no name of its own, in short.
    pc("install", url + "#" + ids[1][:9])
    assert pc.lock("p")["resolved"].endswith(ids[1]) and pc.json("package.json")["dependencies"]["p"] == f"{url}#{ids[1][:9]}"
    for what, code in [("#nothing", 1), ("#semver:^7.0.0", 1)]:
        pc.manifest({"dependencies": {"p": url + what}})
        pc("install", code=code, same=("code",))
    pc.manifest({"dependencies": {"p": pc.url("none.git")}})
    assert "ls-remote" in pc("install", code=128, same=("code",)).err


@machine
def test_added_and_saved(pc):
    ids = pc.repo("p.git", {"package.json": package("p", "1.0.0")}, {"package.json": package("p", "1.1.0"), "tag": "v1.1.0"})
    pc.repo("dependent.git", {"package.json": package("dependent", dependencies={"p": pc.url("p.git") + "#v1.1.0", "b": "2"})})
    pc("install", pc.url("p.git"))
    assert pc.json("package.json")["dependencies"] == {"p": pc.url("p.git")}
    pc("install", "-D", "q@" + pc.url("p.git") + "#" + ids[0])
    pc("install", pc.url("dependent.git"))
    assert pc.lock("dependent")["dependencies"] == {"p": pc.url("p.git") + "#v1.1.0", "b": "2"}
    pc("update")
    pc("install", "--lockfile-version=2")
    pc("uninstall", "p")
    pc("prune")
    pc("install", "--package-lock-only", pc.url("p.git") + "#semver:1.1.0")


@machine
def test_policy(pc):
    pc.repo("p.git", {"package.json": package("p")})
    pc.repo("dependent.git", {"package.json": package("dependent", dependencies={"p": pc.url("p.git")})})
    pc.manifest({"dependencies": {"p": pc.url("p.git")}})
    assert "EALLOWGIT" in pc("install", "--allow-git=none", code=1, same=("code", "disk")).err
    pc("install", "--allow-git=root")
    pc.clean("node_modules")
    assert "EALLOWGIT" in pc("ci", "--allow-git=none", code=1, same=("code",)).err
    pc("ci", "--allow-git=root")
    pc("install", "--allow-git=root", pc.url("p.git"))
    pc.clean()
    pc.manifest({})
    assert "EALLOWGIT" in pc("install", "--allow-git=root", pc.url("dependent.git"), code=1, same=("code",)).err
    pc.clean()
    pc.manifest({"optionalDependencies": {"p": pc.url("p.git")}})
    pc("install", "--allow-git=none")
    assert not pc.exists("node_modules/p")


@machine
def test_known_hosts(pc):
    ids = pc.repo("github/me/p.git", {"package.json": package("p", "1.0.0"), "tag": "v1.0.0"}, {"package.json": package("p", "1.1.0")})
    pc.repo("private/me/hidden.git", {"package.json": package("hidden")})
    for host in ("gitlab/group/sub", "bitbucket/me"):
        pc.repo(f"{host}/p.git", {"package.json": package("p", "3.0.0")})
    pc.repo("gist/0123456789abcdef.git", {"package.json": package("p", "4.0.0")})
    forms = {"me/p": "git+ssh://git@github.com/me/p.git#", "github:me/p#v1.0.0": "git+ssh://git@github.com/me/p.git#",
             "git+https://github.com/me/p.git": "git+https://github.com/me/p.git#", "git+ssh://git@github.com/me/p.git": "git+ssh://git@github.com/me/p.git#",
             "git://github.com/me/p.git#main": "git+ssh://git@github.com/me/p.git#", "git@github.com:me/p.git": "git+ssh://git@github.com/me/p.git#",
             "https://github.com/me/p.git": "git+https://github.com/me/p.git#", "me/p#semver:^1": "git+ssh://git@github.com/me/p.git#",
             "gitlab:group/sub/p": "git+ssh://git@gitlab.com/group/sub/p.git#", "bitbucket:me/p": "git+ssh://git@bitbucket.org/me/p.git#",
             "gist:0123456789abcdef": "git+ssh://git@gist.github.com/0123456789abcdef.git#", "me/hidden": "git+ssh://git@github.com/me/hidden.git#"}
    for form, resolved in forms.items():
        name = "hidden" if "hidden" in form else "p"
        pc.manifest({"dependencies": {name: form}})
        # Where a host's archive cannot be had, only what would be installed can be compared.
        pc("install", "--package-lock-only")
        assert pc.lock(name)["resolved"].startswith(resolved), (form, pc.lock(name))
        pc.clean("package-lock.json")
    pc.manifest({})
    pc("install", "--package-lock-only", "me/p#v1.0.0")
    assert pc.json("package.json")["dependencies"] == {"p": "github:me/p#v1.0.0"}
    pc("install", "--package-lock-only", "git+https://github.com/me/p.git")
    assert pc.json("package.json")["dependencies"] == {"p": "git+https://github.com/me/p.git"}


@machine
def test_preparing(pc):
    say = lambda event: f"node -e \"require('fs').appendFileSync('order', '{event} ')\""
    pc.repo("built.git", {"package.json": package("built", main="built.js", devDependencies={"builder": "1"}, scripts={
        "prepare": "builder && " + say("prepare"), "prepack": say("prepack"), "postinstall": say("postinstall"), "preinstall": say("preinstall")}),
        ".gitignore": "built.js\nnode_modules\n", ".npmignore": "node_modules\n"})
    pc.repo("failing.git", {"package.json": package("failing", scripts={"prepare": "exit 3"})})
    pc.repo("bundling.git", {"package.json": package("bundling", dependencies={"b": "1"}, bundleDependencies=["b"], scripts={"prepare": "true"})})
    pc.manifest({"dependencies": {"built": pc.url("built.git"), "bundling": pc.url("bundling.git")}})
    pc("install")
    assert pc.exists("node_modules/built/built.js") and pc.exists("node_modules/bundling/node_modules/b")
    pc.clean()
    pc("install", "--ignore-scripts")
    assert not pc.exists("node_modules/built/built.js")
    pc.clean()
    pc("install", "--omit=dev", "--dangerously-allow-all-scripts")
    pc.clean()
    pc.manifest({"dependencies": {"failing": pc.url("failing.git")}})
    done = pc("install", code=3, same=("code",))
    assert "git dep preparation failed" in done.err, done


@machine
def test_submodules_and_paths(pc):
    pc.repo("inner.git", {"inside.js": "1"})
    pc.repo("outer.git", {"package.json": package("outer"), "submodule": "inner.git"})
    pc.repo("mono.git", {"package.json": package("mono"), "packages/one/package.json": package("one", "7.0.0"), "packages/one/one.js": "1"})
    pc.manifest({"dependencies": {"outer": pc.url("outer.git")}})
    pc("install")
    assert pc.exists("node_modules/outer/sub/inside.js") and not pc.exists("node_modules/outer/sub/.git")
    pc.manifest({"dependencies": {"one": pc.url("mono.git") + "#path:packages/one"}})
    pc("install")


if __name__ == "__main__":
    main(globals())
