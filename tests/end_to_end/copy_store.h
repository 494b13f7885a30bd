#pragma once

#include "server/store/store.h"
#include "sync/transaction.h"
#include "tests/simulation/memory_office_store.h"

namespace caseload::server {

// Writes into an empty store what an office of the simulated world has.
inline void copy_into(ServerStore& store, const sync::MemoryOfficeStore::Contents& from) {
  sync::StoreTransaction<ServerStore> act(store);
  for (const auto& [digest, segment] : from.segments) store.put_segment(segment);
  for (const auto& [leaf, acceptance] : from.acceptances) store.append_acceptance(acceptance);
  for (const auto& [position, id] : from.by_position) store.put(from.changes.at(id));
  for (const auto& [id, change] : from.changes) {
    if (change.position == 0) store.put(change);
  }
  for (const auto& [digest, receipt] : from.receipts) store.put_receipt(receipt);
  for (const auto& [id, device] : from.devices) store.put_device(device);
  for (const auto& [key, row] : from.custody) store.put_custody(row);
  for (const auto& [key, erasure] : from.erasures) store.put_erasure(erasure);
  if (from.head) store.set_head(*from.head);
  act.commit();
}

}  // namespace caseload::server
