#!/usr/bin/env python3
"""Runs Node's own tests that are known to pass on our runtime; one that no longer passes is a failure.

    ratchet.py --suite DIR/test --runtime build/lib/pkg/node [--jobs N] [--match REGEX] [--update RESULTS.json]

passing.txt beside this file has the names (folder/test-x.js), one a line, sorted. A test passes when it exits 0 in time
with the flags of its own `// Flags:` comments. One that fails is run once more, alone, since the tests share two cores
with each other. --update adds the names that passed in a results file {name: {"state": "pass"}}; it never takes any away.
"""
import argparse, concurrent.futures, json, os, re, shlex, shutil, signal, subprocess, sys, tempfile, threading

HERE = os.path.dirname(os.path.abspath(__file__))
PASSING = os.path.join(HERE, "passing.txt")
FLAGS = re.compile(r"^// Flags:\s*(.*)$", re.M)


def run(args, slot, name):
    path = os.path.join(args.suite, name)
    if not os.path.exists(path):
        return False, "the suite has no such test"
    flags = shlex.split(" ".join(FLAGS.findall(open(path, encoding="utf8", errors="replace").read())))
    env = dict(os.environ, TEST_THREAD_ID=str(slot), TEST_SERIAL_ID=str(slot), NODE_TEST_DIR=args.tmp, TZ="UTC", NO_COLOR="1",
               NODE_TEST_KNOWN_GLOBALS="0")
    for key in ("NODE_OPTIONS", "NODE_PATH", "FORCE_COLOR"):
        env.pop(key, None)
    child = subprocess.Popen([args.runtime, *flags, path], cwd=os.path.dirname(args.suite), env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        out, _ = child.communicate(timeout=args.timeout)
        return child.returncode == 0, out[-2000:].decode("utf8", "replace") + f"\n(exit code {child.returncode})"
    except subprocess.TimeoutExpired:
        return False, f"still running after {args.timeout:g} s"
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)  # what the test left behind, in its own session
        except ProcessLookupError:
            pass
        child.stdout.close()
        child.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", required=True)
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--match")
    parser.add_argument("--update")
    args = parser.parse_args()
    names = [line.strip() for line in open(PASSING) if line.strip() and not line.startswith("#")]
    if args.update:
        new = {name for name, result in json.load(open(args.update)).items() if result["state"] == "pass"}
        merged = sorted(set(names) | new)
        open(PASSING, "w").write("".join(name + "\n" for name in merged))
        print(f"{len(merged)} names, {len(merged) - len(set(names))} of them new")
        return 0
    names = [name for name in names if not args.match or re.search(args.match, name)]
    args.suite = os.path.abspath(args.suite)
    args.tmp = tempfile.mkdtemp(prefix="pkg-conformance-")
    slots, lock, failed = list(range(1, args.jobs + 1)), threading.Lock(), []

    def job(name):
        with lock:
            slot = slots.pop()
        try:
            passed, _ = run(args, slot, name)
        finally:
            with lock:
                slots.append(slot)
        return name, passed

    # Tests of parallel/ and es-module/ may run side by side; those of sequential/ need fixed ports or quiet.
    side_by_side = [name for name in names if not name.startswith(("sequential/", "pummel/"))]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        again = [name for name, passed in pool.map(job, side_by_side) if not passed]
    beside = set(side_by_side)
    again += [name for name in names if name not in beside]
    for name in again:
        passed, output = run(args, 1, name)
        if not passed:
            failed.append(name)
            print(f"--- {name}\n{output}")
    shutil.rmtree(args.tmp, ignore_errors=True)
    for name in failed:
        print(f"no longer passes: {name}")
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
