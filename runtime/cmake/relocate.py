#!/usr/bin/env python3
"""Makes symbolic relocations of a shared library relative where the symbol is its own: relocate.py LIBRARY

The dynamic loader looks up each symbolic relocation by name in every loaded library, at every start of a process. libnode has
18,700 of them, and most name what libnode itself defines. In our private copy those become R_X86_64_RELATIVE, which need an
addition each. Left alone are Node-API's names, which the runtime defines first, and symbols that must be unique in a process
(STB_GNU_UNIQUE, thread-local and indirect functions). Running it again changes nothing.
"""
import os, struct, sys

RELATIVE, ABS64, GLOB_DAT, JUMP_SLOT = 8, 1, 6, 7
DT_NULL, DT_STRTAB, DT_SYMTAB, DT_RELA, DT_RELASZ, DT_PLTRELSZ, DT_JMPREL, DT_RELACOUNT = 0, 5, 6, 7, 8, 2, 23, 0x6FFFFFF9
STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE, STT_TLS, STT_GNU_IFUNC = 1, 2, 10, 6, 10


def main(path):
    data = bytearray(open(path, "rb").read())
    if data[:5] != b"\x7fELF\x02" or struct.unpack_from("<H", data, 18)[0] != 62:
        sys.exit(f"relocate: error EINVAL: {path} is not an x86-64 ELF library")
    phoff, = struct.unpack_from("<Q", data, 32)
    phentsize, phnum = struct.unpack_from("<HH", data, 54)
    segments = [struct.unpack_from("<IIQQQQQQ", data, phoff + i * phentsize) for i in range(phnum)]
    loads = [(s[3], s[2], s[5]) for s in segments if s[0] == 1]

    def at(address):
        for start, offset, size in loads:
            if start <= address < start + size:
                return address - start + offset
        sys.exit(f"relocate: error EINVAL: no segment has address {address:#x}")

    dynamic = next(s for s in segments if s[0] == 2)
    tags, where = {}, {}
    for offset in range(dynamic[2], dynamic[2] + dynamic[5], 16):
        tag, value = struct.unpack_from("<qQ", data, offset)
        if tag == DT_NULL:
            break
        tags[tag], where[tag] = value, offset
    symtab, strtab = at(tags[DT_SYMTAB]), at(tags[DT_STRTAB])

    def own_address(index):
        name, info, _, section, value, _ = struct.unpack_from("<IBBHQQ", data, symtab + 24 * index)
        if section == 0 or section >= 0xFF00 or info >> 4 not in (STB_GLOBAL, STB_WEAK) or info & 15 in (STT_TLS, STT_GNU_IFUNC):
            return None
        end = data.index(0, strtab + name)
        if data[strtab + name:end].startswith((b"napi_", b"node_api_")):
            return None
        return value

    def rewrite(table, size):
        entries, changed = [], 0
        for offset, info, addend in struct.iter_unpack("<QQq", bytes(data[table:table + size])):
            kind = info & 0xFFFFFFFF
            if kind in (ABS64, GLOB_DAT, JUMP_SLOT):
                address = own_address(info >> 32)
                if address is not None:
                    info, addend = RELATIVE, address + (addend if kind == ABS64 else 0)
                    changed += 1
            entries.append((offset, info, addend))
        return entries, changed

    table, size = at(tags[DT_RELA]), tags[DT_RELASZ]
    entries, changed = rewrite(table, size)
    # The loader takes the first DT_RELACOUNT entries as relative without looking.
    relative = sorted(e for e in entries if e[1] == RELATIVE)
    rest = [e for e in entries if e[1] != RELATIVE]
    for i, entry in enumerate(relative + rest):
        struct.pack_into("<QQq", data, table + 24 * i, *entry)
    struct.pack_into("<Q", data, where[DT_RELACOUNT] + 8, len(relative))
    plt, plt_size = at(tags[DT_JMPREL]), tags[DT_PLTRELSZ]
    plt_entries, plt_changed = rewrite(plt, plt_size)
    for i, entry in enumerate(plt_entries):
        struct.pack_into("<QQq", data, plt + 24 * i, *entry)
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.replace(path + ".new", path)
    left = len(rest) + sum(1 for e in plt_entries if e[1] != RELATIVE)
    print(f"relocate: {changed + plt_changed} relocations made relative, {left} left symbolic", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
