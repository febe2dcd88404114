"""`pkg version` as npm 12.2.2 has it: files, commit, tag, scripts (PKG_ORACLE=path of npm 12 compares with it again)."""
import json, os, re, subprocess, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json

IDENTITY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.test", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.test",
            "GIT_CONFIG_NOSYSTEM": "1"}


def git(app, env, *arguments):
    done = run(["git", *arguments], app, env)
    assert done.code == 0, done
    return done.out


def project(app, **fields):
    write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.2.3", **fields})
    write_json(os.path.join(app, "package-lock.json"), {"name": "app", "version": "1.2.3", "lockfileVersion": 3, "requires": True,
                                                        "packages": {"": {"name": "app", "version": "1.2.3"}}})


def test_bumps(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    env = environment(scratch, None)
    app = os.path.join(scratch, "app")
    for words in ("major", "minor", "patch", "premajor", "preminor", "prepatch", "prerelease", "prerelease --preid=rc", "prepatch --preid=beta", "2.0.0", "v3.1.0-x.1",
                  "1.2.3", "1.2.3 --allow-same-version", "nope", "major minor", "patch --tag-version-prefix=x-", "from-git", "patch --json", "release"):
        project(app)
        both(pkg, app, env, ["version", *words.split()])
    project(app, version="1.3.0-rc.1")
    for words in ("prerelease", "minor", "release"):
        both(pkg, app, env, ["version", words])
    os.remove(os.path.join(app, "package-lock.json"))
    with open(os.path.join(app, "package.json"), "w") as file:
        file.write('{\n\t"name": "app",\n\t"b": 1,\n\t"version": "1.0.0"\n}\n')
    assert both(pkg, app, env, ["version", "minor"]).out == "v1.1.0\n"
    with open(os.path.join(app, "package.json")) as file:
        assert '"version": "1.1.0"' in file.read()


def test_list(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    env = environment(scratch, None)
    app = os.path.join(scratch, "app")
    project(app)
    done = run([pkg, "version", "--json"], app, env)
    versions = json.loads(done.out)
    assert versions["app"] == "1.2.3" and list(versions)[:2] == ["app", "npm"] and "node" in versions and "v8" in versions, done
    assert run([pkg, "version"], app, env).out.startswith("{\n  app: '1.2.3',\n  npm: '"), done


def test_git(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    env = environment(scratch, None, **IDENTITY)
    app = os.path.join(scratch, "app")
    project(app, scripts={"preversion": "echo pre $npm_old_version $npm_new_version", "version": "echo during", "postversion": "git log -1 --format=%s"})
    git(app, env, "init", "-q")
    git(app, env, "add", ".")
    git(app, env, "commit", "-qm", "first")
    done = run([pkg, "version", "minor"], app, env)
    assert done.code == 0 and done.out == "pre 1.2.3 1.3.0\nduring\n1.3.0\nv1.3.0\n", done
    assert git(app, env, "tag", "-n1").split() == ["v1.3.0", "1.3.0"] and git(app, env, "status", "--porcelain") == ""
    assert git(app, env, "show", "--stat", "--format=%s", "HEAD").count("package") == 2
    assert run([pkg, "version", "patch", "-m", "release %s (%s)", "--tag-version-prefix=r", "--ignore-scripts"], app, env).out == "r1.3.1\n"
    assert git(app, env, "log", "-1", "--format=%s").strip() == "release 1.3.1 (1.3.1)" and "r1.3.1" in git(app, env, "tag")
    before = git(app, env, "rev-parse", "HEAD")
    assert run([pkg, "version", "patch", "--no-git-tag-version", "--ignore-scripts"], app, env).out == "v1.3.2\n"
    assert git(app, env, "rev-parse", "HEAD") == before
    done = run([pkg, "version", "patch", "--ignore-scripts"], app, env)
    assert done.code == 1 and "Git working directory not clean" in done.err, done
    assert run([pkg, "version", "patch", "--force", "--ignore-scripts"], app, env).out == "v1.3.3\n"
    git(app, env, "commit", "-q", "--allow-empty", "-m", "more")
    git(app, env, "tag", "-a", "-m", "x", "v7.8.9")
    assert run([pkg, "version", "from-git", "--ignore-scripts", "--no-git-tag-version"], app, env).out == "v7.8.9\n"
    both(pkg, app, env, ["version", "patch", "--no-git-tag-version", "--ignore-scripts"])


def test_workspaces(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({}) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.0.0", "workspaces": ["w", "v"]})
        write_json(os.path.join(app, "w", "package.json"), {"name": "w", "version": "1.0.0"})
        write_json(os.path.join(app, "v", "package.json"), {"name": "v", "version": "2.0.0", "dependencies": {"w": "^1.0.0"}})
        assert run([pkg, "install"], app, env).code == 0
        for words in ("patch -w w", "minor --workspaces", "patch --workspaces --include-workspace-root", "major -w v --no-workspaces-update"):
            both(pkg, app, env, ["version", *words.split()])


main(globals())
