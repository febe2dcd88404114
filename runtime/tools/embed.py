#!/usr/bin/env python3
"""Writes an assembly file and a C++ table that put JavaScript files into the executable.

    embed.py OUT.S OUT.cc ROOT=PREFIX...

Every .js file below each ROOT becomes a builtin whose id is PREFIX + its path without `.js` (a package's entry keeps its
own path). ASCII files are embedded as they are; others as UTF-16, the form that V8 can use in place.
"""
import os, sys


def main():
    asm_path, table_path, roots = sys.argv[1], sys.argv[2], sys.argv[3:]
    files = {}
    for root in roots:
        folder, prefix = root.split("=", 1)
        for where, dirs, names in os.walk(folder):
            dirs[:] = sorted(d for d in dirs if d != "node_modules" or prefix)
            for name in sorted(names):
                if name.endswith(".js"):
                    path = os.path.join(where, name)
                    files[prefix + os.path.relpath(path, folder)[:-3]] = path
    scratch = os.path.splitext(asm_path)[0] + ".utf16"
    os.makedirs(scratch, exist_ok=True)
    asm, rows = [".section .rodata\n"], []
    for index, (ident, path) in enumerate(sorted(files.items(), key=lambda item: item[0].encode())):
        data = open(path, "rb").read()
        two_byte = any(byte > 127 for byte in data)
        length = len(data)
        if two_byte:
            data = data.decode("utf-8").encode("utf-16-le")
            length = len(data) // 2
            path = os.path.join(scratch, f"{index}.bin")
            open(path, "wb").write(data)
        asm.append(f'.balign 8\npkg_builtin_{index}:\n.incbin "{os.path.abspath(path)}"\n.byte 0, 0\n.globl pkg_builtin_{index}\n'
                   f'.hidden pkg_builtin_{index}\n')
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
