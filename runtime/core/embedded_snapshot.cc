#include "runtime/core/process.h"

// From embedded_snapshot.S.
extern "C" const char pkg_snapshot_begin[];
extern "C" const char pkg_snapshot_end[];

namespace pkg::runtime {

const v8::StartupData* embedded_snapshot() {
  static const v8::StartupData data{pkg_snapshot_begin, static_cast<int>(pkg_snapshot_end - pkg_snapshot_begin)};
  return &data;
}

}  // namespace pkg::runtime
