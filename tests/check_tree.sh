#!/bin/sh
# Checks of the tree and of what was built, that no compiler makes: check_tree.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=$1
failed=0
bad() { echo "check_tree: $1" >&2; failed=$((failed + 1)); }

# The runtime links V8 alone out of libnode.
for program in "$build/lib/pkg/node" "$build/bin/pkg"; do
  [ -f "$program" ] || { bad "$program is not built"; continue; }
  if nm -DC --undefined-only "$program" | grep -q ' node::'; then bad "$program references node:: symbols"; fi
done
if ldd "$build/bin/pkg" | grep -qE 'libnode|libcurl|libstdc'; then bad "bin/pkg must load libc alone at its start"; fi

# No host name of a package registry or distribution mirror stands in the tree: they are configuration of the build.
sysroot=$(sed -n 's/^PKG_SYSROOT:PATH=//p' "$build/CMakeCache.txt")
hosts=$({ cat "$sysroot/.npm-registry"; apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null; } |
  sed -nE 's#^[a-z]+://([^/:]+).*#\1#p' | sort -u)
for host in $hosts; do
  if git rev-parse --git-dir >/dev/null 2>&1; then found=$(git grep -lF -- "$host" || true); else
    found=$(grep -rlF --exclude-dir="$build" --exclude-dir=build-asan --exclude-dir=node_modules -- "$host" . || true); fi
  [ -z "$found" ] || bad "a host name of a registry or mirror stands in: $found"
done
[ "$failed" = 0 ] && echo "check_tree: 3 checks passed"
exit "$failed"
