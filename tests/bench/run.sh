#!/bin/sh
# Builds and runs the benchmarks: run.sh BUILD [TEXT] [--rounds N] [--peer NAME=PROGRAM]... (see README.md)
set -eu
build=$1
shift
ninja -C "$build" --quiet pkg_bench
exec python3 "$(dirname "$0")/compare.py" --build "$build" "$@"
