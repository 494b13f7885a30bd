#pragma once

#include "sync/device/device_store.h"
#include "sync/sharing/visible.h"

namespace caseload::sync {

// Records from the log, on a device. All of it runs inside the caller's transaction.

Origin origin_of(const StoredChange& stored);

// Puts a change, and those of its parts that are newly held into their record.
void put_merged(DeviceStore& store, const Catalogue& catalogue, const StoredChange& stored,
                std::span<const Part> fresh);

// The record that these changes of it make, late work left out; nothing if none of their parts is held.
struct DerivedRecord {
  RecordRow row;
  RecordState state;
};
std::optional<DerivedRecord> derive_record(const Catalogue& catalogue, std::span<const StoredChange> changes);

// Derives the record again from whatever is held of it now, late work left out; without anything held it goes.
void rebuild_record(DeviceStore& store, const Catalogue& catalogue, const Id& record);

// Takes out of a change what the law had erased of it.
void leave_out_erased(const DeviceStore& store, Change& change);

// What decides which of the record's sections are to be seen here. Nothing if the record is not held.
std::optional<RecordFacts> record_facts(const DeviceStore& store, const Catalogue& catalogue, const Id& record);

}  // namespace caseload::sync
