#pragma once

#include <map>
#include <memory>

#include "client/store/device_store.h"
#include "common/record/kinds.h"
#include "sync/device/apply.h"
#include "sync/device/outbox.h"
#include "sync/transaction.h"
#include "tests/simulation/composing.h"
#include "tests/simulation/memory_device_store.h"
#include "tests/support/temp_folder.h"

namespace caseload::client {

// What the tests of this room share: a key, a store on a disk, and people who write.
constexpr FieldNumber note_text = 16, note_place = 25, person_name = 17, case_name = 20;

inline Secret test_key(std::uint8_t first = 7) {
  Secret key(database_key_bytes);
  for (std::uint8_t& byte : key.writable()) byte = first++;
  return key;
}

inline const Catalogue& catalogue() { return Catalogue::built_in(); }

// A store in a file of its own.
class StoreOnDisk {
 public:
  StoreOnDisk() { open(); }
  void open(const Catalogue& with = catalogue()) {
    close();
    Result<Database> opened = open_store(path(), test_key());
    if (!opened) throw std::runtime_error(opened.fault().to_string());
    database_ = std::make_unique<Database>(std::move(*opened));
    store_ = std::make_unique<SqlDeviceStore>(*database_, with);
  }
  void close() {
    store_.reset();
    database_.reset();
  }
  std::string path() const { return folder_ / "caseload.db"; }
  SqlDeviceStore& operator*() { return *store_; }
  SqlDeviceStore* operator->() { return store_.get(); }
  Database& database() { return *database_; }

 private:
  TempFolder folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqlDeviceStore> store_;
};

// The two stores that the contract is held against.
struct InMemory {
  sync::MemoryDeviceStore held{sync::DeviceState{}};
  sync::DeviceStore& store() { return held; }
  void reopen() {
    const sync::MemoryDeviceStore::Contents contents = held.contents();
    held.restore(contents);
  }
  std::size_t sealed() const { return held.contents().sealed.size(); }
};

struct OnDisk {
  StoreOnDisk held;
  sync::DeviceStore& store() { return *held; }
  void reopen() { held.open(); }
  std::size_t sealed() { return held->sealed().size(); }
};

template <class Act>
void within(sync::DeviceStore& store, Act act) {
  sync::StoreTransaction<sync::DeviceStore> transaction(store);
  act(store);
  transaction.commit();
}

// Somebody who writes: their changes in the order of their stamps.
class Pen {
 public:
  explicit Pen(std::uint64_t seed) : random(seed), worker(id()), device(id()) {}

  Id id() { return Id::make(1'790'000'000'000U + ++made_, random); }

  sync::Change begin(KindNumber kind, const Id& scope, std::vector<sync::FieldWrite> writes) {
    return write({kind, scope, {}, std::move(writes)}, {});
  }
  sync::Change note(const Id& scope, std::string_view words) {
    return begin(kinds::note, scope, {{header::type, Value::of_code(1)}, {note_text, Value::of_text(words)}});
  }
  sync::Change edit(const sync::DeviceStore& store, const Id& record, std::vector<sync::FieldWrite> writes) {
    const sync::RecordRow row = *store.find_record(record);
    return write({row.kind, row.scope, record, std::move(writes)}, store.record(record));
  }

  SeededRandom random;
  Id worker;
  Id device;

 private:
  sync::Change write(const sync::Act& act, const sync::RecordState& seen) {
    sync::Authorship by{worker, id(), Stamp::at(from_milliseconds(static_cast<std::int64_t>(1'790'000'000'000 + made_))),
                        [&](const sync::FieldKey& key) { return seen.known(key); }};
    return compose_act(act, by, random);
  }
  std::uint64_t made_ = 0;
};

inline void keep_in(sync::DeviceStore& store, const sync::Change& change) {
  within(store, [&](sync::DeviceStore& s) { keep(s, catalogue(), change); });
}

// A change of somebody else, as a page brings it.
inline sync::StoredChange accepted(sync::Change change, const Id& device, std::uint64_t position) {
  sync::StoredChange stored;
  stored.change = std::move(change);
  stored.device = device;
  stored.state = sync::ChangeState::accepted;
  stored.position = position;
  stored.accepted = from_milliseconds(1'800'000'000'000);
  stored.leaf = position / 2;
  stored.epoch = 1;
  stored.number = position;
  return stored;
}

inline void receive(sync::DeviceStore& store, const sync::StoredChange& stored) {
  within(store, [&](sync::DeviceStore& s) {
    put_merged(s, catalogue(), stored, stored.change.parts);
  });
}

// Everything of a stored change, comparable.
inline auto all_of(const sync::StoredChange& s) {
  return std::make_tuple(pack(s.change), s.change.parts.size(), s.device, s.state, s.position, s.accepted, s.leaf, s.epoch,
                         s.number);
}
inline auto all_of(const std::vector<sync::StoredChange>& changes) {
  std::vector<decltype(all_of(changes.front()))> all;
  for (const sync::StoredChange& stored : changes) all.push_back(all_of(stored));
  return all;
}
inline auto all_of(const sync::DeviceState& s) {
  return std::make_tuple(s.device, s.worker, s.log, s.epoch, s.next_number, s.next_seq, s.previous, s.cursor, s.purges,
                         s.backed_up, s.clock_offset_ms, s.last_stamp, encode(s.ledger));
}
inline auto all_of(const sync::WaitingSegment& w) { return std::make_pair(encode(w.header), w.changes); }

}  // namespace caseload::client
