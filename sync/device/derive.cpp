#include "sync/device/derive.h"

namespace caseload::sync {

Origin origin_of(const StoredChange& stored) {
  const ChangeHeader& header = stored.change.header;
  return Origin{header.id, header.author, stored.device, header.stamp, stored.position, stored.accepted};
}

void put_merged(DeviceStore& store, const Catalogue& catalogue, const StoredChange& stored,
                std::span<const Part> fresh) {
  const ChangeHeader& header = stored.change.header;
  std::optional<RecordRow> row = store.find_record(header.record);
  RecordState state = row ? store.record(header.record) : RecordState(header.record, header.kind);
  if (!row) row = RecordRow{header.record, header.scope, header.kind, {}};
  if (header.creates()) row->author = header.author;
  const Origin origin = origin_of(stored);
  for (const Part& part : fresh) state.apply(catalogue, part, origin);
  store.put_in_record(stored, *row, state);
}

std::optional<DerivedRecord> derive_record(const Catalogue& catalogue, std::span<const StoredChange> changes) {
  std::optional<DerivedRecord> derived;
  for (const StoredChange& stored : changes) {
    if (is_out_of_records(stored.state) || stored.change.parts.empty()) continue;
    const ChangeHeader& header = stored.change.header;
    if (!derived) {
      derived = DerivedRecord{{header.record, header.scope, header.kind, {}}, RecordState(header.record, header.kind)};
    }
    if (header.creates()) derived->row.author = header.author;
    const Origin origin = origin_of(stored);
    for (const Part& part : stored.change.parts) derived->state.apply(catalogue, part, origin);
  }
  return derived;
}

void rebuild_record(DeviceStore& store, const Catalogue& catalogue, const Id& record) {
  const std::optional<DerivedRecord> derived = derive_record(catalogue, store.changes_of_record(record));
  if (derived) store.put_record(derived->row, derived->state);
  else store.erase_record(record);
}

void leave_out_erased(const DeviceStore& store, Change& change) {
  const Id id = change.header.id;
  if (!store.is_any_erased(id)) return;
  const auto erased = [&](const Part& part) { return store.is_erased({id, part.section}); };
  if (std::erase_if(change.parts, erased) > 0) change.seed.reset();
}

std::optional<RecordFacts> record_facts(const DeviceStore& store, const Catalogue& catalogue, const Id& record) {
  const std::optional<RecordRow> row = store.find_record(record);
  if (!row) return std::nullopt;
  return facts_of(store.record(record), catalogue, row->scope, row->author);
}

}  // namespace caseload::sync
