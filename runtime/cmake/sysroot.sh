#!/bin/sh
# Makes the sysroot that every part of pkg is compiled and linked against: Debian packages of one suite, unpacked into a
# folder of their own, with nothing changed on the system. Prints the folder's path.
#
#   sysroot.sh            uses the cached folder when it is there, else downloads and makes it
#
# Environment:
#   DEBIAN_MIRROR         base URL of a Debian mirror; default: the one this machine's own apt uses
#   PKG_SYSROOT_SUITE     suite to take the packages from; default forky (V8 13.6, the engine of Node 24)
#   PKG_BUILD_CACHE       where sysroots are kept; default ${XDG_CACHE_HOME:-~/.cache}/pkg-build
#   PKG_MIRROR_MAX_AGE    seconds for which a mirror's signed index counts as current; default 180 days. The testing suite
#                         signs for a week, and mirrors that are synchronised rarely lag behind that.
#
# The archive's signatures are always checked. The folder's name holds a digest of what it is made of, and it appears by
# rename, so that an interrupted run leaves nothing half-made and any number of checkouts share it.
set -eu

suite=${PKG_SYSROOT_SUITE:-forky}
cache=${PKG_BUILD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pkg-build}
max_age=${PKG_MIRROR_MAX_AGE:-15552000}

die() { # CODE SENTENCE HINT
  printf 'sysroot: error %s: %s\nhint: %s\n' "$1" "$2" "$3" >&2
  exit 1
}

command -v g++ >/dev/null || die ENOCOMPILER "there is no g++ on this machine" "run ./dev setup, or install g++ 12 or later"
gcc_major=$(g++ -dumpversion | cut -d. -f1)
[ "$gcc_major" -ge 12 ] || die ENOCOMPILER "g++ $gcc_major is too old" "install g++ 12 or later"
[ "$gcc_major" -le 16 ] || gcc_major=16

packages="libnode-dev libnode137 libuv1-dev libcurl4-openssl-dev libarchive-dev libsqlite3-dev libssl-dev
nlohmann-json3-dev libcli11-dev catch2 libexpected-dev libsimdjson-dev libsimdutf-dev libada-url-dev libllhttp-dev
libnghttp2-dev libc-ares-dev zlib1g-dev libbrotli-dev libzstd-dev libdeflate-dev libicu-dev libc6-dev libc-bin
linux-libc-dev libstdc++-$gcc_major-dev libgcc-$gcc_major-dev"

# The suite's own compiler is newer than the host's; what it compiled needs its C++ library, shared and static.
newest_cxx() { apt-cache search --names-only '^libstdc\+\+-[0-9]+-dev$' | sed -E 's/^libstdc\+\+-([0-9]+)-dev.*/\1/' | sort -n | tail -n 1; }

digest=$(printf '%s %s 4' "$suite" "$packages" | sha256sum | cut -c1-12)
root=$cache/sysroot-$suite-$digest

# Our copies of the libraries are spared look-ups at each start; a folder made by another version of the script is done again.
relocate() { # FOLDER
  command -v python3 >/dev/null || die ENOPYTHON "there is no python3 on this machine" "run ./dev setup"
  script=$(dirname "$0")/relocate.py
  version=$(sha256sum <"$script" | cut -c1-12)
  [ "$(cat "$1/.relocated" 2>/dev/null)" != "$version" ] || return 0
  python3 "$script" "$(dirname "$(find "$1/usr/lib" -name 'libnode.so.*' -type f)")" ||
    die EUNPACK "libnode could not be relocated" "report it"
  echo "$version" >"$1/.relocated"
}

if [ -f "$root/.complete" ]; then
  relocate "$root"
  echo "$root"
  exit 0
fi

command -v apt-get >/dev/null || die ENOAPT "there is no apt-get on this machine" "pkg is built on Debian or Ubuntu"
key=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$key" ] || die ENOKEYRING "the Debian archive's keys are missing ($key)" "apt-get install debian-archive-keyring"
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1)}
[ -n "$mirror" ] || die ENOMIRROR "this machine's apt names no Debian mirror" \
  "run apt-get update, or set DEBIAN_MIRROR to the base URL of one"

mkdir -p "$cache"
work=$(mktemp -d "$cache/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/none" "$work/root/usr/lib" "$work/root/usr/lib64"
: >"$work/apt/status"
echo "deb [signed-by=$key] $mirror $suite main" >"$work/apt/sources.list"
cat >"$work/apt/apt.conf" <<CONF
Dir::State "$work/apt"; Dir::State::status "$work/apt/status"; Dir::Cache "$work/apt/cache";
Dir::Etc::sourcelist "$work/apt/sources.list"; Dir::Etc::sourceparts "$work/apt/none";
Dir::Etc::preferences "$work/apt/none/preferences"; Dir::Etc::preferencesparts "$work/apt/none";
APT::Sandbox::User "root"; APT::Install-Recommends "false"; Acquire::Min-ValidTime "$max_age"; Acquire::Retries "3";
CONF
export APT_CONFIG="$work/apt/apt.conf"

echo "sysroot: reading the index of $suite" >&2
apt-get -qq update >&2 || die EMIRROR "the index of suite $suite could not be read or verified" \
  "check the network and that the mirror carries $suite; DEBIAN_MIRROR names another mirror"
for package in $packages; do
  apt-cache show "$package" >/dev/null 2>&1 || die ENOPACKAGE "the mirror's suite $suite has no package $package" \
    "name another mirror with DEBIAN_MIRROR or another suite with PKG_SYSROOT_SUITE"
done
cxx_major=$(newest_cxx)
packages="$packages libstdc++-$cxx_major-dev"
echo "sysroot: downloading packages" >&2
# shellcheck disable=SC2086
apt-get -qq -y install --download-only $packages >&2 || die EMIRROR "the packages could not be downloaded" "try again"
(cd "$work/apt/cache/archives" && apt-get -qq download npm >&2) || die EMIRROR "Debian's npm package could not be downloaded" "try again"

echo "sysroot: unpacking $(ls "$work"/apt/cache/archives/*.deb | wc -l) packages" >&2
ln -s usr/lib "$work/root/lib"
ln -s usr/lib64 "$work/root/lib64"
mkdir "$work/npm"
dpkg -x "$work"/apt/cache/archives/npm_*.deb "$work/npm"
for deb in "$work"/apt/cache/archives/*.deb; do
  case $deb in
    */npm_* | */node-* | */nodejs* | */perl* | */debconf* | */dpkg_*) continue ;; # dependencies of the packages, not of their libraries
  esac
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/root" --keep-directory-symlink --exclude=./usr/share/doc --exclude=./usr/share/man \
    --exclude=./usr/share/locale || die EUNPACK "$(basename "$deb") could not be unpacked" "check the free space of $cache"
done

# The host's compiler looks for its C++ library in the folder of its own version: it finds the newest one there.
compiler_dir=$(dirname "$(find "$work/root/usr/lib/gcc" -path "*/$gcc_major/libgcc.a")")
newest_dir=$(dirname "$compiler_dir")/$cxx_major
if [ "$gcc_major" != "$cxx_major" ]; then
  for library in libstdc++.so libstdc++.a libsupc++.a; do
    cp --remove-destination -P "$newest_dir/$library" "$compiler_dir/$library"
  done
fi

relocate "$work/root"

# The default npm registry is configuration of the build: the default of npm's own `registry` setting.
definitions=$(find "$work/npm" -path '*/@npmcli/config/lib/definitions/definitions.js' | head -n 1)
[ -n "$definitions" ] || die ENOREGISTRY "Debian's npm package has no config definitions" "this version of npm is laid out differently; report it"
awk '/^ *(registry: new Definition|define\(.registry.)/ { on = 1 }
     on && match($0, /default: *.https?:[^"'"'"'`]*/) { s = substr($0, RSTART, RLENGTH); sub(/^default: *./, "", s); print s; exit }' \
  "$definitions" >"$work/root/.npm-registry"
[ -s "$work/root/.npm-registry" ] || die ENOREGISTRY "the default registry was not found in npm's config definitions" "report it"
sed -n 's/^Version: \([^+~-]*\).*/\1/p' <<VERSION >"$work/root/.npm-version"
$(dpkg-deb -f "$work"/apt/cache/archives/npm_*.deb | grep '^Version:')
VERSION
touch "$work/root/.complete"
mv -T "$work/root" "$root" 2>/dev/null || [ -f "$root/.complete" ] || die EUNPACK "$root could not be put in place" "remove it and try again"
echo "$root"
