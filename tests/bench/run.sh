#!/bin/sh
# ./dev bench: run.sh BUILD [NAME...]. Prints figures of the built programs; with PEER=command (another runtime, such as a
# node or bun) the same programs run there too, in turns, and the ratio of the medians is printed. Nothing here fails for
# being slow: machines are noisy.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1
shift
runs=${RUNS:-15}
exec "$build/lib/pkg/node" "$here/compare.js" --runs "$runs" --runtime "$build/lib/pkg/node" --pkg "$build/bin/pkg" ${PEER:+--peer "$PEER"} "$@"
