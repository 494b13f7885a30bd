#pragma once

#include <cstdint>
#include <string>

namespace caseload::faults {

// Faults of the world: a disk that fails at the n-th thing done to files whose path begins with a prefix.
//
// Shape    counted are writes, syncs, truncations, renames, removals and creations, from 1, in the order the program
//          does them. They are caught between the program and the C library, SQLite's and our own alike.
// Kinds    count   nothing fails
//          kill    the program dies just before
//          torn    half of a write is done, then the program dies; anything else as kill
//          power   the current goes: dies as kill, and of what was not yet synced each part stays, is lost or torn,
//                  by the seed. Names not synced with their folder come back, the last first, as with a journal.
//          eio     this one fails with EIO; sticky: and everything after it. What a failed sync did not write stays
//                  unwritten, although every later sync says yes: that is what kernels do.
//          enospc  the same with ENOSPC, for writes, creations and truncations; others succeed
// Use      in a test program: link fault_shim, fork, and arm() in the child. Any other program: preload
//          libfault_shim_preload.so with the environment's
//          CASELOAD_FAULT="kind=kill nth=17 prefix=/folder seed=1 sticky=1 power_after=5".
//          A program with the address sanitiser needs ASAN_OPTIONS=verify_asan_link_order=0 too.
// Threads  any.
enum class Kind { count, kill, torn, power, eio, enospc };

struct Plan {
  Kind kind = Kind::count;
  std::uint64_t nth = 0;
  std::string prefix{};
  std::uint64_t seed = 1;
  bool sticky = false;
  bool track = false;  // remember what is not synced, so that cut_power() can lose it; power does so by itself
  std::uint64_t power_after = 0;  // if not 0: the current goes so many calls after the n-th
};

constexpr int died = 97;  // the exit status of a program that a fault killed

void arm(const Plan& plan);
std::uint64_t counted();           // how many there were since arm()
[[noreturn]] void cut_power();     // now

}  // namespace caseload::faults
