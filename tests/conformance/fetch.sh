#!/bin/sh
# Prints the folder of Node's own test suite (of the release whose engine we link), fetched as Debian's source package and
# kept beside the sysroot; nothing of it is ever committed. Only test/, doc/ and what the tests read are unpacked.
set -eu
suite=${PKG_SYSROOT_SUITE:-forky}
cache=${PKG_BUILD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pkg-build}
root=$cache/node-suite-$suite
if [ -f "$root/.complete" ]; then echo "$root/test"; exit 0; fi
die() { printf 'conformance: error %s: %s\nhint: %s\n' "$1" "$2" "$3" >&2; exit 1; }
key=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1)}
[ -n "$mirror" ] || die ENOMIRROR "this machine's apt names no Debian mirror" "run apt-get update, or set DEBIAN_MIRROR"
mkdir -p "$cache"
work=$(mktemp -d "$cache/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/none" "$work/src" "$work/root"
: >"$work/status"
echo "deb-src [signed-by=$key] $mirror $suite main" >"$work/sources.list"
cat >"$work/apt.conf" <<CONF
Dir::State "$work"; Dir::State::status "$work/status"; Dir::Cache "$work/cache"; Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "$work/none"; Dir::Etc::preferences "$work/none/p"; Dir::Etc::preferencesparts "$work/none";
APT::Sandbox::User "root"; Acquire::Min-ValidTime "${PKG_MIRROR_MAX_AGE:-15552000}"; Acquire::Retries "3";
CONF
export APT_CONFIG="$work/apt.conf"
apt-get -qq update >&2 || die EMIRROR "the source index of $suite could not be read or verified" "DEBIAN_MIRROR names another mirror"
(cd "$work/src" && apt-get -qq source --download-only nodejs >&2) || die EMIRROR "Node's source package could not be downloaded" "try again"
tar -xf "$work"/src/nodejs_*.orig.tar.xz -C "$work/root" --strip-components=1 --wildcards --no-wildcards-match-slash '*/test' '*/doc' '*/README.md' '*/LICENSE' \
  '*/CHANGELOG.md' '*/benchmark' '*/tools' '*/configure.py' '*/common.gypi' ||
  die EUNPACK "the source package could not be unpacked" "check the free space of $cache"
touch "$work/root/.complete"
mv -T "$work/root" "$root" 2>/dev/null || [ -f "$root/.complete" ]
echo "$root/test"
