#pragma once

#include <memory>
#include <stdexcept>
#include <tuple>

#include "server/store/sqlite_store.h"
#include "sync/transaction.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/server/store/memory_server_store.h"
#include "tests/unit/sync/change_samples.h"

namespace caseload::server {

// What the tests of this room share: one of each store, and what an office puts into it.
using sync::test::draft;
using sync::test::minute;
using sync::test::numbered;

inline Secret test_key(std::uint8_t first = 7) {
  Secret key(database_key_bytes);
  for (std::uint8_t& byte : key.writable()) byte = first++;
  return key;
}

// A subject of the contract: a store that is new, and can be closed and opened again.
class InMemory {
 public:
  ServerStore& store() { return held_; }
  void reopen() { held_.reopen(); }

 private:
  MemoryServerStore held_;
};

class OnDisk {
 public:
  OnDisk() { reopen(); }
  ServerStore& store() { return *held_; }
  void reopen() {
    held_.reset();
    Result<std::unique_ptr<ServerStore>> opened = open_sqlite_store(path(), test_key());
    if (!opened) throw std::runtime_error(opened.fault().to_string());
    held_ = std::move(*opened);
  }
  void close() { held_.reset(); }
  std::string path() const { return folder_ / "office.db"; }

 private:
  TempFolder folder_;
  std::unique_ptr<ServerStore> held_;
};

template <class Act>
void within(ServerStore& store, Act act) {
  sync::StoreTransaction<ServerStore> transaction(store);
  act(store);
  transaction.commit();
}

// Change number n: it begins record n, unless the draft says otherwise. Position 0: late work.
inline sync::OfficeChange held_at(const sync::test::Draft& draft, std::uint64_t position) {
  sync::OfficeChange held;
  held.change = draft.change();
  held.digest = digest_of(held.change.header);
  held.position = position;
  held.segment = sha256(held.change.header.id.bytes);
  held.index = static_cast<std::uint16_t>(held.change.header.id.bytes[15]);
  if (position != 0) {
    held.accepted = minute(static_cast<std::int64_t>(position));
    held.leaf = position / 3;
  } else {
    held.held_for = Fault::not_allowed;
  }
  return held;
}
inline sync::test::Draft note(std::uint32_t number, const Id& scope) {
  return draft(number)
      .in(scope)
      .says(0, {sync::test::write(16, Value::of_text("said " + std::to_string(number)))})
      .says(2, {sync::test::write(25, Value::of_text("there"))});
}

inline sync::OfficeSegment segment_of(const Id& device, std::uint32_t epoch, std::uint64_t number) {
  sync::OfficeSegment segment;
  segment.header.device = device;
  segment.header.epoch = epoch;
  segment.header.number = number;
  segment.header.count = 2;
  segment.changes = {sha256(device.bytes), sha256(as_bytes(std::to_string(number)))};
  return segment;
}

inline sync::Acceptance acceptance_at(std::uint64_t leaf) {
  return {sha256(as_bytes(std::to_string(leaf))), 1 + 3 * leaf, minute(static_cast<std::int64_t>(leaf)),
          sync::ChangeBits::first(3)};
}

// Everything of a change, comparable.
inline auto all_of(const sync::OfficeChange& held) {
  return std::make_tuple(pack(held.change), held.digest, held.position, held.accepted, held.segment,
                         held.index, held.leaf, held.position == 0 ? held.held_for : Fault::held);
}
inline auto all_of(const std::vector<sync::OfficeChange>& changes) {
  std::vector<decltype(all_of(changes.front()))> all;
  for (const sync::OfficeChange& held : changes) all.push_back(all_of(held));
  return all;
}
inline auto all_of(const std::vector<sync::OfficeStore::Erasure>& erasures) {
  std::vector<std::tuple<std::uint64_t, sync::ErasedPart, Id>> all;
  for (const sync::OfficeStore::Erasure& erasure : erasures)
    all.emplace_back(erasure.position, erasure.part, erasure.scope);
  return all;
}
inline auto all_of(const std::vector<sync::CustodyRow>& rows) {
  std::vector<std::tuple<Id, Id, WallTime, bool>> all;
  for (const sync::CustodyRow& row : rows) all.emplace_back(row.device, row.scope, row.since, row.withdrawn);
  return all;
}
inline std::vector<std::uint64_t> positions(const std::vector<sync::OfficeChange>& changes) {
  std::vector<std::uint64_t> all;
  for (const sync::OfficeChange& held : changes) all.push_back(held.position);
  return all;
}

}  // namespace caseload::server
