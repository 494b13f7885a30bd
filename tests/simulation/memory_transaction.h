#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/base/check.h"

namespace caseload::sync {

// Crash: the process died in the middle of what it was doing. No Breakage: nobody may catch it but who runs the world.
struct Crash {};

// What goes wrong at one operation of a store: a begin, a write or a commit. Reads never change anything, so a death at a
// read is one at the next of these.
//
//   disk_full      the operation throws Breakage, and the transaction is gone
//   crash_before   the process dies; the operation never happened
//   crash_after    the process dies; the operation happened, and a commit is durable though nobody heard of it
struct StoreFault {
  enum class Kind { none, disk_full, crash_before, crash_after };
  Kind kind = Kind::none;
  std::uint64_t at = 0;  // how many operations go well before it
};

// MemoryTransaction: one transaction over maps in memory, for stores that are true fakes.
//
// Promise  what is written between begin() and commit() is there after commit() returned, or none of it is; in a batch,
//          after commit_batch(). Reads see what the open transaction wrote. A Breakage or a Crash ends the transaction,
//          and the batch, and takes back what they wrote; a rollback() after that does nothing.
// Errors   writing outside a transaction, or beginning one in another, is the engine's mistake and stops the program.
class MemoryTransaction {
 public:
  void begin();
  void commit();
  void rollback();
  // Transactions that become durable together.
  void begin_batch();
  void commit_batch();
  void rollback_batch();
  bool is_open() const { return open_; }
  void set_fault(const StoreFault& fault) { fault_ = fault; }
  std::uint64_t operations() const { return operations_; }  // since the store was made
  std::uint64_t writes() const { return writes_; }          // of these, those that wrote something

  // Sets one entry of a map, or erases it. The map must outlive the transaction.
  template <class Map>
  void write(Map& map, const typename Map::key_type& key, std::optional<typename Map::mapped_type> value) {
    CHECK(open_, "a store is written in a transaction");
    ++writes_;
    step([&] { set(map, key, std::move(value)); });
  }

  // The same for a single value.
  template <class T>
  void assign(T& place, T value) {
    CHECK(open_, "a store is written in a transaction");
    ++writes_;
    step([&] {
      undo_.push_back([&place, before = place] { place = before; });
      place = std::move(value);
    });
  }

 private:
  template <class Map>
  void set(Map& map, const typename Map::key_type& key, std::optional<typename Map::mapped_type> value) {
    const auto found = map.find(key);
    std::optional<typename Map::mapped_type> before;
    if (found != map.end()) before = found->second;
    if (!before && !value) return;
    undo_.push_back([&map, key, before = std::move(before)] {
      if (before) map.insert_or_assign(key, *before);
      else map.erase(key);
    });
    if (value) map.insert_or_assign(key, std::move(*value));
    else map.erase(key);
  }

  void step(const std::function<void()>& operation);
  void take_back();

  bool open_ = false;
  bool batch_ = false;
  std::vector<std::function<void()>> undo_batch_;  // what its transactions wrote that have ended
  std::vector<std::function<void()>> undo_;
  StoreFault fault_;
  std::uint64_t operations_ = 0;
  std::uint64_t writes_ = 0;
};

}  // namespace caseload::sync
