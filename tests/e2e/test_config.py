"""`pkg config set`, `delete` and `pkg set`; `install-test` and `install-ci-test`, as npm 12.2.2 has them (PKG_ORACLE=path of
npm 12 compares with it again)."""
import os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json


def test_set(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    env = environment(scratch, None)
    del env["npm_config_registry"], env["npm_config_fund"], env["npm_config_audit"]
    app = os.path.join(scratch, "app")
    write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.0.0"})
    # Each starts from the same file; what is left in it has to be npm's.
    start = "; mine\nfund = false\n//r.example.test/:_authToken = ${TOKEN}\nfoo=bar\nsave-exact=true\n"
    env["npm_config_userconfig"] = os.path.join(app, "user.npmrc")
    for words in ("config set fund=true", "config set fund true", "config set save-prefix=~ fund", "config set fund=", "set audit=false", "config delete fund save-exact",
                  "config rm foo", "config del nothing", "config set @s:registry=http://s.example.test/", "config set //r.example.test/:_authToken=x",
                  "config set loglevel=verbose --location=project", "set fund=true --location project", "config set nope=1", "config set nope", "config set", "config delete", "set",
                  "config set fund=maybe", "config set loglevel = info", "config nope"):
        with open(env["npm_config_userconfig"], "w") as file:
            file.write(start)
        # npm lets everybody write a project's file; ours is as the umask has it.
        same = ("code", "out") if "project" in words else ("code", "out", "disk")
        both(pkg, app, {**env, "npm_config_userconfig": "user.npmrc"}, words.split(), same=same)
    with open(os.path.join(app, ".npmrc")) as file:
        assert file.read() == "loglevel=verbose\nfund=true\n"
    os.remove(os.path.join(app, ".npmrc"))
    run([pkg, "config", "set", "fund=true", "audit=false"], app, env)
    assert run([pkg, "config", "get", "fund"], app, env).out == "true\n" and run([pkg, "get", "audit"], app, env).out == "false\n"
    assert os.stat(env["npm_config_userconfig"]).st_mode & 0o77 == 0


def test_install_test(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry({"a@1.0.0": {}}) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.0.0", "scripts": {"test": "echo tested; exit 3"}})
        for command in ("install-test", "it"):
            done = run([pkg, command, "a"], app, env)
            assert done.code == 3 and done.out.startswith("\nadded 1 package" if command == "install-test" else "\nup to date") and done.out.endswith("tested\n"), done
        assert os.path.exists(os.path.join(app, "node_modules", "a"))
        for command in ("install-ci-test", "cit"):
            done = run([pkg, command], app, env)
            assert done.code == 3 and done.out.startswith("\nadded 1 package") and done.out.endswith("tested\n"), done
        os.remove(os.path.join(app, "package-lock.json"))
        done = run([pkg, "cit"], app, env)
        assert done.code == 1 and "tested" not in done.out, done


main(globals())
