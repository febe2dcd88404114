#!/bin/sh
# Makes a folder that runs from anywhere on Linux without the sysroot: install.sh BUILD PREFIX SYSROOT
#   bin/pkg, lib/pkg/node        launchers (cli/launcher.c)
#   lib/pkg/{pkg,node}.bin       the programs, stripped
#   lib/pkg/*.so*                their loader and every shared object they need
set -eu
build=$1 prefix=$2 sysroot=$3
lib=$prefix/lib/pkg
libraries=$(dirname "$(find "$sysroot/usr/lib" -name 'libnode.so.*' | head -n 1)")
mkdir -p "$prefix/bin" "$lib"
install_program() { # FROM TO
  rm -f "$2.new"
  strip -o "$2.new" "$1"
  chmod 755 "$2.new"
  mv "$2.new" "$2"
}
install_program "$build/bin/pkg" "$lib/pkg.bin"
install_program "$build/lib/pkg/node" "$lib/node.bin"
install_program "$build/bin/launcher" "$prefix/bin/pkg"
install_program "$build/bin/launcher" "$lib/node"
# libcurl is opened at run time, so it is nobody's dependency.
{
  ldd "$build/bin/pkg"
  ldd "$build/lib/pkg/node"
  LD_LIBRARY_PATH= "$sysroot/usr/lib64/ld-linux-x86-64.so.2" --library-path "$libraries" --list "$libraries/libcurl.so.4"
  echo "libcurl.so.4 => $libraries/libcurl.so.4 (0)"
} | sed -nE 's#^[[:space:]]*([^ /]+) => (/[^ ]+) .*#\1 \2#p' | sort -u | while read -r name path; do
  cp -L "$path" "$lib/$name.new"
  mv "$lib/$name.new" "$lib/$name"
done
cp -L "$sysroot/usr/lib64/ld-linux-x86-64.so.2" "$lib/ld-linux-x86-64.so.2.new"
chmod 755 "$lib/ld-linux-x86-64.so.2.new"
mv "$lib/ld-linux-x86-64.so.2.new" "$lib/ld-linux-x86-64.so.2"
