#include "client/store/rebuild.h"

#include "common/crypto/hash.h"
#include "sync/device/derive.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

using Derived = std::optional<sync::DerivedRecord>;

Derived derive(const SqlDeviceStore& store, const Id& record) {
  return derive_record(store.catalogue(), store.changes_of_record(record));
}

std::optional<Difference> compare(const SqlDeviceStore& store, const Id& record, const Derived& derived) {
  using What = Difference::What;
  const std::optional<TimelineEntry> shown = store.records().entry(record);
  if (!derived) {
    if (shown) return Difference{record, What::extra};
    if (!store.records().shows_words(record, {})) return Difference{record, What::words};
    return std::nullopt;
  }
  if (!shown) return Difference{record, What::missing};
  if (*shown != entry_of(store.catalogue(), derived->row, derived->state)) return Difference{record, What::row};
  const std::string words = words_of(store.catalogue(), derived->state);
  if (!store.records().shows_words(record, words)) return Difference{record, What::words};
  return std::nullopt;
}

void note(RebuildReport& report, const std::optional<Difference>& difference) {
  ++report.records;
  if (!difference) return;
  ++report.different;
  if (report.listed.size() < differences_listed_max) report.listed.push_back(*difference);
}

void put_right(SqlDeviceStore& store, const Id& record, const Derived& derived) {
  store.records().erase_words(record);
  if (derived) store.records().set_place(derived->row);
  if (derived) store.put_record(derived->row, derived->state);
  else store.erase_record(record);
}

// What the index was made by: a digest of what the catalogue says about searching.
Digest index_form(const Catalogue& catalogue) {
  Bytes bytes = to_bytes(as_bytes("caseload/index_form/1"));
  for (const KindEntry& kind : catalogue.kinds()) {
    for (const FieldEntry& field : kind.fields) {
      if (!is_indexed(field)) continue;
      append_u16(bytes, kind.number);
      append_u16(bytes, field.number);
    }
  }
  return sha256(bytes);
}

}  // namespace

RebuildReport check_records(const SqlDeviceStore& store) {
  RebuildReport report;
  for (const Id& record : store.records().all()) note(report, compare(store, record, derive(store, record)));
  return report;
}

RebuildReport rebuild_records(SqlDeviceStore& store) {
  constexpr std::size_t records_at_once = 1'000;
  RebuildReport report;
  const std::vector<Id> all = store.records().all();
  for (std::span<const Id> left(all); !left.empty(); left = left.subspan(std::min(left.size(), records_at_once))) {
    sync::StoreTransaction<sync::DeviceStore> act(store);
    for (const Id& record : left.first(std::min(left.size(), records_at_once))) {
      const Derived derived = derive(store, record);
      const std::optional<Difference> difference = compare(store, record, derived);
      note(report, difference);
      if (difference) put_right(store, record, derived);
    }
    act.commit();
  }
  sync::StoreTransaction<sync::DeviceStore> act(store);
  store.database().prepare("UPDATE upkeep SET index_form = ?").run(index_form(store.catalogue()));
  act.commit();
  return report;
}

void claim_index(const SqlDeviceStore& store) {
  store.database()
      .prepare("UPDATE upkeep SET index_form = ? WHERE index_form = x'' AND NOT EXISTS (SELECT 1 FROM record)")
      .run(index_form(store.catalogue()));
}

bool index_is_current(const SqlDeviceStore& store) {
  Statement form = store.database().prepare("SELECT index_form = ? FROM upkeep");
  form.select(index_form(store.catalogue()));
  return form.step() && form.integer(0) == 1;
}

}  // namespace caseload::client
