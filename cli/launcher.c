// The program that a relocatable install has as bin/pkg and lib/pkg/node: it runs the real one, <lib/pkg>/NAME.bin, with the
// loader and the libraries of that folder. Linked statically, since the loader that the real program needs is not the system's,
// and an ELF file can name its loader by absolute path only.

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  static char self[4096], folder[4300], loader[4400], program[4700];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) {
    fprintf(stderr, "pkg: error ENOENT: the program's own place is not known\nhint: /proc must be mounted\n");
    return 1;
  }
  char* slash = strrchr(self, '/');
  const char* name = slash + 1;
  // bin/pkg has its library folder beside bin/; lib/pkg/node is in it.
  char in_bin = slash - self >= 4 && strncmp(slash - 4, "/bin", 4) == 0;
  *slash = '\0';
  snprintf(folder, sizeof folder, in_bin ? "%.*s/lib/pkg" : "%.*s", (int)(strlen(self) - (in_bin ? 4 : 0)), self);
  snprintf(loader, sizeof loader, "%s/ld-linux-x86-64.so.2", folder);
  snprintf(program, sizeof program, "%s/%s.bin", folder, name);
  char** args = malloc(((size_t)argc + 7) * sizeof *args);
  int count = 0;
  args[count++] = loader;
  args[count++] = "--argv0";
  args[count++] = argc > 0 ? argv[0] : self;
  args[count++] = "--library-path";
  args[count++] = folder;
  args[count++] = program;
  for (int i = 1; i < argc; ++i) args[count++] = argv[i];
  args[count] = NULL;
  execv(loader, args);
  fprintf(stderr, "pkg: error ENOENT: %s cannot be run\nhint: the install in this folder is not whole; install again\n", loader);
  return 127;
}
