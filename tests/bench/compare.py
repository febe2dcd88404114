"""Runs the benchmarks and prints their figures, one table: ours, then each peer with its ratio to ours (above 1: the peer
takes longer). Rounds of all programs alternate, so that the machine's moods hit them alike; each keeps its best."""
import argparse, os, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
RUNTIME = ("startup.js", "buffers.js", "read_file.js", "http_hello.js", "http2_hello.js")


# The lines "name<TAB>unit<TAB>value" that a program prints. Every figure is a cost: less is better.
def figures(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f"bench: error: {' '.join(command)} ended with {done.returncode}")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: (unit, float(value)) for name, unit, value in rows}


def keep_best(best, found):
    for name, (unit, value) in found.items():
        best[name] = (unit, min(value, best.get(name, (unit, value))[1]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("only", nargs="?", default="", help="run what has this in its name")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", action="append", default=os.environ.get("PKG_BENCH_PEERS", "").split(),
                        metavar="NAME=PROGRAM", help="another runtime; also PKG_BENCH_PEERS, separated by spaces")
    options = parser.parse_args()
    if os.environ.get("PEER"):
        options.peer.append("peer=" + os.environ["PEER"])
    programs = {"pkg": os.path.join(options.build, "lib", "pkg", "node")}
    for peer in options.peer:
        name, separator, program = peer.partition("=")
        if not separator:
            parser.error(f"--peer takes NAME=PROGRAM, not {peer}")
        programs[name] = program

    best = {name: {} for name in programs}
    keep_best(best["pkg"], figures([os.path.join(options.build, "bin", "pkg_bench"), options.only]))
    for script in RUNTIME:
        for _ in range(options.rounds):
            for name, program in programs.items():
                keep_best(best[name], figures([program, os.path.join(HERE, script), options.only]))

    print(f"{'':34}" + "".join(f"{name:>20}" for name in programs))
    for row, (unit, ours) in best["pkg"].items():
        line = f"{row:34}{f'{ours:.2f} {unit}':>20}"
        for name in list(programs)[1:]:
            there = best[name].get(row)
            line += f"{f'{there[1]:.2f} ({there[1] / ours:.2f}x)':>20}" if there else f"{'-':>20}"
        print(line)


main()
