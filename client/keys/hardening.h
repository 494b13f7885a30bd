#pragma once

#include <cerrno>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "common/base/check.h"

namespace caseload::client {

// Every program of the device that may come to hold a key calls this first.
//
// Promise  from here on the kernel writes no core dump of this process, and lets no other process of the same
//          person look into its memory.
// Errors   Breakage where the kernel refuses: a program that cannot be closed must not open a case.
inline void harden_process() {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) throw breakage_from_errno(errno, "forbidding core dumps");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) throw breakage_from_errno(errno, "closing the process to others");
}

}  // namespace caseload::client
