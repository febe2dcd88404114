#!/usr/bin/env python3
"""Writes an assembly file and a C++ table that put JavaScript files into the executable.

    embed.py OUT.S OUT.cc LIB NODE_MODULES

Every .js file below LIB becomes a builtin whose id is its path without `.js`. LIB/embed.json names the npm packages of
NODE_MODULES that are embedded too, as internal/deps/<package>/<path>, with internal/deps/<package> as the entry.
ASCII files are embedded as they are; others as UTF-16, the form that V8 can use in place.
"""
import json, os, sys


def scripts_below(folder):
    for where, dirs, names in os.walk(folder):
        dirs[:] = sorted(d for d in dirs if d != "node_modules")
        for name in sorted(names):
            if name.endswith(".js"):
                yield os.path.join(where, name)


def collect(lib, modules, scratch):
    files = {os.path.relpath(path, lib)[:-3]: path for path in scripts_below(lib)}
    for package, what in json.load(open(os.path.join(lib, "embed.json"))).items():
        root = os.path.join(modules, package)
        if not os.path.isdir(root):
            sys.exit(f"embed: error ENOENT: package {package} is not installed in {modules}")
        for item in what["files"]:
            path = os.path.join(root, item)
            for script in scripts_below(path) if item.endswith("/") else [path]:
                files[f"internal/deps/{package}/{os.path.relpath(script, root)[:-3]}"] = script
        entry = os.path.join(scratch, f"{package}.entry.js")
        with open(entry, "w") as file:
            file.write(f"module.exports = require('./{package}/{what['entry']}');\n")
        files[f"internal/deps/{package}"] = entry
    return files


def main():
    asm_path, table_path, lib, modules = sys.argv[1:]
    scratch = os.path.splitext(asm_path)[0] + ".scratch"
    os.makedirs(scratch, exist_ok=True)
    files = collect(lib, modules, scratch)
    asm, rows = [".section .rodata\n"], []
    for index, (ident, path) in enumerate(sorted(files.items(), key=lambda item: item[0].encode())):
        data = open(path, "rb").read()
        two_byte = any(byte > 127 for byte in data)
        length = len(data)
        if two_byte and not ident.startswith("internal/deps/"):
            sys.exit(f"embed: error EINVAL: {path} is not ASCII: write other characters as \\u escapes")
        if two_byte:
            data = data.decode("utf-8").encode("utf-16-le")
            length = len(data) // 2
            path = os.path.join(scratch, f"{index}.bin")
            with open(path, "wb") as file:
                file.write(data)
        asm.append(f'.balign 8\n.globl pkg_builtin_{index}\n.hidden pkg_builtin_{index}\npkg_builtin_{index}:\n'
                   f'.incbin "{os.path.abspath(path)}"\n.byte 0, 0\n')
        rows.append((index, ident, length, two_byte))
    asm.append('.section .note.GNU-stack,"",@progbits\n')
    out = ['#include "runtime/core/builtins.h"\n', 'extern "C" {\n']
    out += [f"extern const char pkg_builtin_{index}[];\n" for index, *_ in rows]
    out += ["}\n", "namespace pkg::runtime {\n", "namespace {\n", "const BuiltinSource kSources[] = {\n"]
    out += [f'    {{"{ident}", pkg_builtin_{index}, {length}, {"true" if two_byte else "false"}}},\n'
            for index, ident, length, two_byte in rows]
    out += ["};\n", "}  // namespace\n", "std::span<const BuiltinSource> builtin_sources() { return kSources; }\n",
            "}  // namespace pkg::runtime\n"]
    for path, lines in ((asm_path, asm), (table_path, out)):
        with open(path, "w") as file:
            file.write("".join(lines))


if __name__ == "__main__":
    main()
