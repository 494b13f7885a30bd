#pragma once

#include <memory>
#include <vector>

#include "sync/ledger/change.h"

namespace caseload::sync {

// Unpacked: changes of one segment that somebody read ahead of their turn, beside the work on what came before. It
// travels with its message inside a program, never on a line.
//
// Promise  take() gives what unpack() would give of each, whether read() came before or not; it gives them away, and
//          a second time reads them anew. Changes that cannot be read are left for their turn.
// Errors   take(): those of unpack. Requires that it is asked for the changes that read() was given.
// Threads  one at a time.
class Unpacked {
 public:
  void read(std::span<const Bytes> packed);
  Result<std::vector<Change>> take(std::span<const Bytes> packed) const;

 private:
  std::shared_ptr<std::vector<Change>> changes_;
};

}  // namespace caseload::sync
