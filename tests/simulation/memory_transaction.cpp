#include "tests/simulation/memory_transaction.h"

namespace caseload::sync {

void MemoryTransaction::take_back() {
  for (; !undo_.empty(); undo_.pop_back()) undo_.back()();
  open_ = false;
}

void MemoryTransaction::step(const std::function<void()>& operation) {
  ++operations_;
  if (fault_.kind == StoreFault::Kind::none || fault_.at > 0) {
    if (fault_.kind != StoreFault::Kind::none) --fault_.at;
    operation();
    return;
  }
  const StoreFault::Kind kind = fault_.kind;
  fault_ = {};
  if (kind == StoreFault::Kind::crash_after) operation();
  take_back();
  if (kind == StoreFault::Kind::disk_full) throw Breakage(Breakage::What::disk_full, "the disk of the simulated world");
  throw Crash{};
}

void MemoryTransaction::begin() {
  CHECK(!open_, "one transaction at a time");
  step([&] { open_ = true; });
}

void MemoryTransaction::commit() {
  CHECK(open_, "a commit ends a transaction");
  step([&] {
    open_ = false;
    undo_.clear();
  });
}

void MemoryTransaction::rollback() {
  if (open_) take_back();
}

}  // namespace caseload::sync
