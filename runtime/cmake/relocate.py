#!/usr/bin/env python3
"""Takes work off the dynamic loader in our private copies of shared libraries: relocate.py FOLDER

The loader looks up each symbolic relocation by name in every loaded library, at every start of a process. FOLDER has
libnode and the libraries it is loaded with; they are rewritten in place, each by rename:

- What a library defines itself becomes R_X86_64_RELATIVE, which needs an addition and no look-up. Of libnode that holds for
  all but Node-API's names, which the runtime defines first, and symbols that must be unique in a process; of the other
  libraries for functions but operator new and delete, and for vtables and type information, which nothing ever changes.
  Executables may hold copies of their other objects.
- libnode is loaded for V8. What only Node's own code in it imports, from libuv, OpenSSL and their like, is bound to a
  function that returns 0: nothing calls that code but its static initialisers, and those only make locks and tables. The
  version texts that they read stay bound. Libraries that nothing else needs are no longer loaded.

Running it again changes nothing.
"""
import os, struct, sys

LIBNODE = "libnode.so.137"
# Imported by Node's code in libnode and not by V8.
FOREIGN = ["libuv.so.1", "libcrypto.so.3", "libssl.so.3", "libnghttp2.so.14", "libcares.so.2", "libllhttp.so", "libzstd.so.1",
           "libbrotlienc.so.1", "libbrotlidec.so.1", "libada-url0.so", "libsqlite3.so.0", "libsimdjson.so", "libhdr_histogram.so"]
NOT_LOADED = ["libsqlite3.so.0", "libsimdjson.so", "libhdr_histogram.so"]
OTHERS = ["libstdc++.so.6", "libicuuc.so", "libicui18n.so", "libsimdutf.so", "libz.so.1", "libbrotlicommon.so.1"]

ABS64, GLOB_DAT, JUMP_SLOT, RELATIVE = 1, 6, 7, 8
DT_NULL, DT_NEEDED, DT_STRTAB, DT_SYMTAB, DT_RELA, DT_RELASZ, DT_PLTRELSZ, DT_JMPREL = 0, 1, 5, 6, 7, 8, 2, 23
DT_BIND_NOW, DT_FLAGS = 24, 30
DT_FLAGS_1, DT_RELACOUNT, DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFB, 0x6FFFFFF9, 0x6FFFFFFE, 0x6FFFFFFF
STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE, STT_OBJECT, STT_FUNC, STT_TLS, STT_GNU_IFUNC = 1, 2, 10, 1, 2, 6, 10
SHT_DYNSYM = 11


class Library:
    def __init__(self, path):
        self.path = path
        self.data = bytearray(open(path, "rb").read())
        if self.data[:5] != b"\x7fELF\x02" or struct.unpack_from("<H", self.data, 18)[0] != 62:
            sys.exit(f"relocate: error EINVAL: {path} is not an x86-64 ELF library")
        phoff, = struct.unpack_from("<Q", self.data, 32)
        size, count = struct.unpack_from("<HH", self.data, 54)
        self.segments = [struct.unpack_from("<IIQQQQQQ", self.data, phoff + i * size) for i in range(count)]
        self.dynamic = next(s for s in self.segments if s[0] == 2)
        self.read_tags()
        self.symtab, self.strtab = self.at(self.tags[DT_SYMTAB]), self.at(self.tags[DT_STRTAB])

    def read_tags(self):
        self.tags, self.where, self.needed = {}, {}, []
        for offset in range(self.dynamic[2], self.dynamic[2] + self.dynamic[5], 16):
            tag, value = struct.unpack_from("<qQ", self.data, offset)
            if tag == DT_NULL:
                break
            if tag == DT_NEEDED:
                self.needed.append((offset, value))
            self.tags[tag], self.where[tag] = value, offset

    def at(self, address):
        for kind, _, offset, start, _, size, _, _ in self.segments:
            if kind == 1 and start <= address < start + size:
                return address - start + offset
        sys.exit(f"relocate: error EINVAL: {self.path}: no segment has address {address:#x}")

    def text(self, offset):
        return bytes(self.data[self.strtab + offset:self.data.index(0, self.strtab + offset)])

    def symbol(self, index):
        name, info, _, section, value, _ = struct.unpack_from("<IBBHQQ", self.data, self.symtab + 24 * index)
        return self.text(name), info >> 4, info & 15, section, value

    def binds_at_once(self):
        return DT_BIND_NOW in self.tags or self.tags.get(DT_FLAGS, 0) & 8 or self.tags.get(DT_FLAGS_1, 0) & 1

    def dynamic_symbols(self):
        shoff, = struct.unpack_from("<Q", self.data, 40)
        size, count = struct.unpack_from("<HH", self.data, 58)
        for i in range(count):
            header = struct.unpack_from("<IIQQQQIIQQ", self.data, shoff + i * size)
            if header[1] == SHT_DYNSYM:
                return header[5] // 24
        sys.exit(f"relocate: error EINVAL: {self.path} has no table of dynamic symbols")

    # Names that the library gives to others.
    def exports(self):
        symbols = map(self.symbol, range(self.dynamic_symbols()))
        return {name for name, _, _, section, _ in symbols if section != 0}

    # Address of a function that returns 0 and touches nothing else: xor eax, eax; ret.
    def null_function(self):
        code = next(s for s in self.segments if s[0] == 1 and s[1] & 1)
        return self.data.index(b"\x31\xc0\xc3", code[2], code[2] + code[5]) - code[2] + code[3]

    # bind(name, binding, kind, section, value) gives the address that a symbol has for good, or None. Returns how many
    # relocations became relative and how many still need a look-up.
    def rewrite(self, bind):
        tables = [(self.at(self.tags[DT_RELA]), self.tags[DT_RELASZ], True)]
        # The loader takes nothing but jump slots where it binds lazily.
        if DT_JMPREL in self.tags and self.binds_at_once():
            tables.append((self.at(self.tags[DT_JMPREL]), self.tags[DT_PLTRELSZ], False))
        changed = left = 0
        for table, size, sorted_first in tables:
            entries = []
            for offset, info, addend in struct.iter_unpack("<QQq", bytes(self.data[table:table + size])):
                kind = info & 0xFFFFFFFF
                if kind in (ABS64, GLOB_DAT, JUMP_SLOT):
                    address = bind(*self.symbol(info >> 32))
                    if address is None:
                        left += 1
                    else:
                        info, addend = RELATIVE, address + (addend if kind == ABS64 else 0)
                        changed += 1
                entries.append((offset, info, addend))
            if sorted_first and DT_RELACOUNT in self.tags:
                # The first DT_RELACOUNT entries are taken as relative without looking.
                relative = sorted(e for e in entries if e[1] == RELATIVE)
                entries = relative + [e for e in entries if e[1] != RELATIVE]
                struct.pack_into("<Q", self.data, self.where[DT_RELACOUNT] + 8, len(relative))
            for i, entry in enumerate(entries):
                struct.pack_into("<QQq", self.data, table + 24 * i, *entry)
        return changed, left

    # Makes imports of these names weak: a linker does not miss what is not there.
    def weaken(self, names):
        count = self.dynamic_symbols()
        for index in range(count):
            name, _, kind, section, _ = self.symbol(index)
            if section == 0 and name in names:
                self.data[self.symtab + 24 * index + 4] = STB_WEAK << 4 | kind

    # No longer asks for the libraries of these names, nor for versions of their symbols.
    def forget(self, prefixes):
        prefixes = tuple(p.encode() for p in prefixes)
        gone = {offset for offset, name in self.needed if self.text(name).startswith(prefixes)}
        if not gone:
            return
        start, size = self.dynamic[2], self.dynamic[5]
        entries = [bytes(self.data[o:o + 16]) for o in range(start, start + size, 16) if o not in gone]
        self.data[start:start + size] = b"".join(entries) + bytes(16 * len(gone))
        self.read_tags()
        if DT_VERNEED not in self.tags:
            return
        offset, kept, last = self.at(self.tags[DT_VERNEED]), 0, None
        while True:
            _, _, name, _, following = struct.unpack_from("<HHIII", self.data, offset)
            if not self.text(name).startswith(prefixes):
                if last is None:
                    struct.pack_into("<Q", self.data, self.where[DT_VERNEED] + 8,
                                     self.tags[DT_VERNEED] + offset - self.at(self.tags[DT_VERNEED]))
                else:
                    struct.pack_into("<I", self.data, last + 12, offset - last)
                last, kept = offset, kept + 1
            if following == 0:
                break
            offset += following
        struct.pack_into("<I", self.data, last + 12, 0)
        struct.pack_into("<Q", self.data, self.where[DT_VERNEEDNUM] + 8, kept)

    def save(self):
        mode = os.stat(self.path).st_mode
        fresh = f"{self.path}.new{os.getpid()}"
        with open(fresh, "wb") as file:
            file.write(self.data)
        os.chmod(fresh, mode)
        os.replace(fresh, self.path)


def bind_own(name, binding, kind, section, value):
    if section == 0 or section >= 0xFF00 or binding not in (STB_GLOBAL, STB_WEAK):
        return None
    if kind != STT_FUNC and not (kind == STT_OBJECT and name.startswith((b"_ZTV", b"_ZTI", b"_ZTS", b"_ZTT"))):
        return None
    return None if name.startswith((b"_Znw", b"_Zna", b"_Zdl", b"_Zda")) else value


def bind_libnode(foreign, null_function):
    def bind(name, binding, kind, section, value):
        if section == 0:
            return null_function if name in foreign and b"ersion" not in name else None
        if section >= 0xFF00 or kind in (STT_TLS, STT_GNU_IFUNC) or name.startswith((b"napi_", b"node_api_")):
            return None
        # Statics of inline functions are unique in a process; nobody else has those of Node's namespace.
        unique = binding == STB_GNU_UNIQUE and not name.startswith((b"_ZZN4node", b"_ZZNK4node", b"_ZN4node", b"_ZGVZN4node"))
        return None if unique or binding not in (STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE) else value
    return bind


def main(folder):
    def find(prefix):
        names = sorted(name for name in os.listdir(folder) if name.startswith(prefix) and ".new" not in name)
        if not names:
            sys.exit(f"relocate: error ENOENT: {folder} has no {prefix}*")
        return os.path.realpath(os.path.join(folder, names[0]))

    libnode = Library(find(LIBNODE))
    foreign = set().union(*(Library(find(name)).exports() for name in FOREIGN))
    changed, left = libnode.rewrite(bind_libnode(foreign, libnode.null_function()))
    libnode.weaken(set().union(*(Library(find(name)).exports() for name in NOT_LOADED)))
    libnode.forget(NOT_LOADED)
    libnode.save()
    for name in FOREIGN + OTHERS:
        library = Library(find(name))
        more = library.rewrite(bind_own)
        library.save()
        changed, left = changed + more[0], left + more[1]
    print(f"relocate: {changed} relocations made relative, {left} left symbolic", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
