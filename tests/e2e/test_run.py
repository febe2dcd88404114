"""`pkg run`, `pkg exec`, `pkg config` and `pkg FILE`: what scripts see, what is passed on, what is printed, exit codes.

Expected texts are npm 12.2.1's; PKG_ORACLE=path of npm 12 compares output and exit code with it again."""
import json, os, signal, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fixture_registry import Registry, environment, main, run, write_json

TOOL = "#!/usr/bin/env node\nconsole.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 7;\n"
PACKAGES = {
    "tool@1.0.0": {"bin": {"tool": "cli.js", "other-bin": "cli.js"}, "files": {"cli.js": TOOL}},
    "third@1.0.0": {"bin": "cli.js", "files": {"cli.js": TOOL}},
    "only@2.0.0": {"bin": "cli.js", "files": {"cli.js": "#!/usr/bin/env node\nconsole.log('only', process.cwd() === process.env.INIT_CWD, process.argv.slice(2).join());\n"}},
}
SEE = "node -e \"const e = process.env; console.log([e.npm_lifecycle_event, e.npm_package_name, e.npm_package_version, e.npm_package_json, " \
      "e.npm_command, e.npm_package_config_port, e.INIT_CWD, e.PATH.split(':')[0], process.cwd()].join('\\n'))\""
MANIFEST = {"name": "@x/app", "version": "1.2.3", "config": {"port": 8080}, "dependencies": {"tool": "1"}, "scripts": {
    "see": SEE, "prefail": "echo before", "fail": "exit 3", "postfail": "echo never", "args": "node args.js",
    "all": "echo middle", "preall": "echo first", "postall": "echo last", "bin": "tool \"a b\"", "die": "kill -9 $$", "test": "echo tested",
    "wait": "node wait.js"}}


class App:
    def __init__(self, build, scratch, registry, manifest=MANIFEST, **environ):
        self.pkg, self.oracle = os.path.join(build, "bin", "pkg"), os.environ.get("PKG_ORACLE")
        self.env = environment(scratch, registry, **environ)
        self.path = os.path.join(scratch, "app")
        write_json(os.path.join(self.path, "package.json"), manifest)

    def __call__(self, *arguments, code=0, cwd="", stdin=None, oracle=True):
        cwd = os.path.join(self.path, cwd)
        done = run([self.pkg, *arguments], cwd, self.env, stdin=stdin)
        assert done.code == code, f"{arguments}: {done}"
        if self.oracle and oracle:
            theirs = run([self.oracle, *arguments], cwd, {**self.env, "npm_config_cache": self.env["npm_config_cache"] + "-npm"}, stdin=stdin)
            assert (theirs.code, theirs.out.replace("`npm ", "`pkg ")) == (done.code, done.out), f"{arguments}: {done}\nnpm: {theirs}"
        return done


def test_what_a_script_sees(build, scratch):
    with Registry(PACKAGES) as registry:
        app = App(build, scratch, registry)
        os.makedirs(os.path.join(app.path, "deep", "er"))
        done = app("run", "see", cwd="deep/er")
        assert f"> @x/app@1.2.3 see\n> {SEE}\n" in done.err, done
        assert done.out.split("\n") == ["see", "@x/app", "1.2.3", app.path + "/package.json", "run", "8080",
            app.path + "/deep/er", app.path + "/node_modules/.bin", app.path, ""], done


def test_before_after_arguments_and_exit_codes(build, scratch):
    with Registry(PACKAGES) as registry:
        app = App(build, scratch, registry)
        app("install", oracle=False)
        with open(os.path.join(app.path, "args.js"), "w") as file:
            file.write("console.log(JSON.stringify(process.argv.slice(2)));\n")
        done = app("run", "-s", "all")
        assert done.out == "first\nmiddle\nlast\n", done
        done = app("run", "fail", code=3)
        assert "before" in done.out and "never" not in done.out
        done = app("run", "--silent", "args", "--", "--flag", "a b", "$HOME", "*", "'q'", "")
        assert json.loads(done.out) == ["--flag", "a b", "$HOME", "*", "'q'", ""], done
        done = app("run", "-s", "bin", "c d", code=7)
        assert done.out == '["a b","c d"]\n', done
        assert app("test", "-s").out == "tested\n"
        assert app("run", "-s", "die", code=-signal.SIGKILL).out == ""


def test_scripts_that_are_not_there(build, scratch):
    with Registry(PACKAGES) as registry:
        app = App(build, scratch, registry)
        done = app("run", "nothing", code=1)
        assert 'Missing script: "nothing"' in done.err and done.out == "", done
        assert app("run", "nothing", "--if-present").out == ""
        listed = app("run").out
        assert listed.startswith("Lifecycle scripts included in @x/app@1.2.3:\n  test\n    echo tested\navailable via `pkg run`:\n  see\n"), listed
        assert json.loads(app("run", "--json").out)["all"] == "echo middle"


def test_a_signal_reaches_the_script(build, scratch):
    with Registry(PACKAGES) as registry:
        app = App(build, scratch, registry)
        with open(os.path.join(app.path, "wait.js"), "w") as file:
            file.write("process.on('SIGTERM', () => { console.log('got it'); process.exit(5); });\nsetTimeout(() => process.exit(9), 20000);\nconsole.log('up');\n")
        child = subprocess.Popen([app.pkg, "run", "-s", "wait"], cwd=app.path, env=app.env, stdout=subprocess.PIPE, text=True)
        try:
            assert child.stdout.readline() == "up\n"
            child.send_signal(signal.SIGTERM)
            assert child.stdout.read() == "got it\n"
            assert child.wait(timeout=20) == 5
        finally:
            if child.poll() is None:
                child.kill()


def test_exec_runs_what_is_installed_or_fetches_it(build, scratch):
    with Registry(PACKAGES) as registry:
        app = App(build, scratch, registry)
        app("install", oracle=False)
        assert app("exec", "tool", "--", "--a", "b c", code=7).out == '["--a","b c"]\n'
        assert app("exec", "other-bin", code=7).out == "[]\n"
        assert app("exec", "-c", "tool one && echo unreached", code=7).out == '["one"]\n'
        assert app("exec", "--yes", "only@2", "--", "x", "y").out == "only true x,y\n"
        assert app("exec", "--package=only", "--yes", "-c", "only z").out == "only true z\n"
        assert not os.path.exists(os.path.join(app.path, "node_modules", "only"))
        done = app("exec", "--yes", "no-such-package-here", code=1)
        assert "E404" in done.err, done
        done = app("exec", "--no", "third", code=1)
        assert "cancel" in done.err.lower(), done


def test_config(build, scratch):
    with Registry(PACKAGES) as registry:
        app = App(build, scratch, registry)
        with open(os.path.join(app.path, ".npmrc"), "w") as file:
            file.write("save-exact=true\ntag=next\n@x:registry=http://127.0.0.1:1/\n//127.0.0.1:1/:_authToken=secret\n")
        assert app("config", "get", "save-exact").out == "true\n"
        assert app("config", "get", "tag").out == "next\n"
        assert app("config", "get", "registry").out == registry.url + "\n"
        assert app("config", "get", "@x:registry").out == "http://127.0.0.1:1/\n"
        done = app("config", "get", "//127.0.0.1:1/:_authToken", code=1)
        assert "secret" not in done.out + done.err, done
        assert app("config", "get", "tag", "--tag=beta").out == "beta\n"


def test_a_file_is_run_with_its_arguments(build, scratch):
    with Registry(PACKAGES) as registry:
        app = App(build, scratch, registry)
        with open(os.path.join(app.path, "app.mjs"), "w") as file:
            file.write("console.log(import.meta.filename === process.argv[1], process.argv.slice(2).join());\nprocess.exitCode = 4;\n")
        assert app("app.mjs", "-x", "run", code=4, oracle=False).out == "true -x,run\n"
        done = app("missing.js", code=1, oracle=False)
        assert "MODULE_NOT_FOUND" in done.err, done


if __name__ == "__main__":
    main(globals())
