#include "tests/simulation/memory_transaction.h"

namespace caseload::sync {

void MemoryTransaction::take_back() {
  for (; !undo_.empty(); undo_.pop_back()) undo_.back()();
  open_ = false;
}

void MemoryTransaction::begin_batch() {
  CHECK(!open_ && !batch_, "one batch at a time");
  batch_ = true;
}

void MemoryTransaction::commit_batch() {
  CHECK(batch_ && !open_, "a batch ends after its transactions");
  step([&] {
    batch_ = false;
    undo_batch_.clear();
  });
}

void MemoryTransaction::rollback_batch() {
  take_back();
  undo_.swap(undo_batch_);
  take_back();
  batch_ = false;
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
  rollback_batch();
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
    if (batch_) undo_batch_.insert(undo_batch_.end(), undo_.begin(), undo_.end());
    undo_.clear();
  });
}

void MemoryTransaction::rollback() {
  if (open_) take_back();
}

}  // namespace caseload::sync
