"""`kill -9` at random moments of an install: the next `pkg install` gives what an undisturbed one gives, in paths, contents,
modes, links and lockfile. Twenty kills that hit, with an empty and a warm cache, in a fresh and an older tree; the seed is
printed, and PKG_TEST_SEED takes one."""
import os, random, shutil, signal, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fixture_registry import Registry, environment, fingerprint, main, run, write_json

KILLS = 20


def packages():
    made = {}
    for i in range(48):
        files = {f"lib/{j % 7}/file-{j}.js": f"// {i} {j}\n" + "x" * (j * 37 % 3000) for j in range(60)}
        files["bin.js"] = "#!/usr/bin/env node\nconsole.log(1);\n"
        files["index.js"] = f"module.exports = {i};\n"
        fields = {"files": files, "bin": {f"tool-{i}": "bin.js"}}
        if i >= 6:
            fields["dependencies"] = {f"p{i % 6}": "^1.0.0" if i % 4 else "^2.0.0"}
        made[f"p{i}@1.0.0"] = fields
    for i in range(6):
        made[f"p{i}@2.0.0"] = {"files": {"index.js": f"module.exports = 'two {i}';\n"}}
    return made


def project(folder):
    write_json(os.path.join(folder, "package.json"), {
        "name": "app", "version": "1.0.0",
        "dependencies": {f"p{i}": "^1.0.0" for i in range(0, 48, 2)}, "devDependencies": {f"p{i}": "1" for i in range(1, 48, 2)}})


OLDER = {"name": "app", "version": "1.0.0", "dependencies": {"p0": "2", "p1": "2", "p9": "1"}}


# The state an install starts from: a fresh project, or one whose node_modules holds something older.
def prepare(folder, older, pkg, env):
    if older:
        write_json(os.path.join(folder, "package.json"), OLDER)
        assert run(pkg, folder, env).code == 0
        os.remove(os.path.join(folder, "package-lock.json"))
        shutil.rmtree(os.path.join(folder, "node_modules", "p0"))
    project(folder)


def differences(want, got):
    names = sorted(name for name in want.keys() | got.keys() if want.get(name) != got.get(name))
    return [f"{name}: {want.get(name)} became {got.get(name)}" for name in names]


def test_killed_installs_are_repaired(build, scratch):
    seed = int(os.environ.get("PKG_TEST_SEED", time.time_ns() % 1_000_000))
    print(f"seed {seed}")
    rng = random.Random(seed)
    with Registry(packages()) as registry:
        pkg = [os.path.join(build, "bin", "pkg"), "install"]
        warm = environment(scratch, registry)

        def cold(name):
            return environment(scratch, registry, npm_config_cache=os.path.join(scratch, "cache-" + name))

        def result(folder):
            # The state file of the no-op check holds times and inode numbers of its folder: no part of the result.
            return {name: mark for name, mark in fingerprint(folder).items() if not os.path.basename(name).startswith(".pkg-")}

        expected, length = {}, {}
        for older in (False, True):
            folder = os.path.join(scratch, f"undisturbed-{older}")
            prepare(folder, older, pkg, warm)
            start = time.monotonic()
            done = run(pkg, folder, cold(f"undisturbed-{older}"))
            length["cold", older] = time.monotonic() - start
            assert done.code == 0, done
            expected[older] = result(folder)
            shutil.rmtree(folder)
            prepare(folder, older, pkg, warm)
            start = time.monotonic()
            assert run(pkg, folder, warm).code == 0
            length["warm", older] = time.monotonic() - start
            assert not differences(expected[older], result(folder))
        assert len(expected[False]) > 2500, len(expected[False])

        alive = 0
        for kill in range(4 * KILLS):  # those that come too late do not count
            if alive == KILLS:
                break
            kind, older = ("cold", "warm")[kill % 2], kill % 4 > 1
            folder = os.path.join(scratch, f"app-{kill}")
            env = warm if kind == "warm" else cold(str(kill))
            prepare(folder, older, pkg, warm)
            child = subprocess.Popen(pkg, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.002, length[kind, older] * 0.9))
            alive += child.poll() is None
            child.send_signal(signal.SIGKILL)
            child.wait()
            done = run(pkg, folder, env)
            assert done.code == 0, (kill, done)
            different = differences(expected[older], result(folder))
            assert not different, f"kill {kill} ({kind}, older: {older}): {len(different)} differences: {different[:6]}"
            shutil.rmtree(folder)
        print(f"{alive} of {kill + 1} kills hit a running install")
        assert alive == KILLS, alive


main(globals())
