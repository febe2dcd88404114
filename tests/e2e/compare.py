"""For tests of commands that npm has too: runs one, and where PKG_ORACLE names an npm 12, npm as well, in a copy of
the same folder, and compares exit code, stdout and what is left on the disk."""
import os, shutil
from fixture_registry import fingerprint, masked, run

# What each writes for itself.
OWN = {"node_modules/.package-lock.json", "node_modules/.pkg-state", "node_modules/.pkg-stage"}


def left(folder):
    return {path: what for path, what in fingerprint(folder).items()
            if path not in OWN and not path.startswith("node_modules/.pkg") and "/node_modules/.pkg" not in path}


# The command's Done, with its stdout masked. `same`: what has to be equal. `change(text)`: what else to mask.
def both(pkg, folder, env, arguments, same=("code", "out", "disk"), cwd=".", change=lambda text: text, stdin=None):
    oracle = os.environ.get("PKG_ORACLE")
    copy = os.path.join(os.path.dirname(folder) + ".npm", os.path.basename(folder))
    if oracle:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy, symlinks=True)
    done = run([pkg, *arguments], os.path.join(folder, cwd), env, stdin=stdin)
    done.out = change(masked(done.out.replace(folder, "<app>"), folder))
    if oracle:
        theirs = run([oracle, *arguments], os.path.join(copy, cwd), env, stdin=stdin)
        theirs.out = change(masked(theirs.out.replace(copy, "<app>"), copy))
        if "code" in same:
            assert done.code == theirs.code, f"{arguments}: {done}\n=== npm: {theirs}"
        if "out" in same:
            assert done.out == theirs.out, f"{arguments}: {done}\n=== npm: {theirs}"
        if "disk" in same:
            ours, other = left(folder), left(copy)
            different = {path: (ours.get(path), other.get(path)) for path in {*ours, *other} if ours.get(path) != other.get(path)}
            assert not different, f"{arguments}: (pkg, npm) leave {different}"
        shutil.rmtree(copy)
    return done
