#pragma once

#include "server/office/office.h"

namespace caseload::server {

// How a late_work record is made from what is held.

constexpr std::size_t late_group_changes_max = 100;        // more is not read at one sitting
constexpr std::size_t late_group_bytes_max = 1U << 20;     // of packed changes; one that is larger comes alone

// What the office remembers of a record that waits, by its name among the store's values.
struct OpenLateWork {
  Id record;
  Id scope;
  Id worker;
  Id device;
  std::vector<Id> changes;  // in the order of their device
  std::int64_t since_ms = 0;
  bool escalated = false;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(record, scope, worker, device, changes, since_ms, escalated);
  }
};
std::string open_name(const Id& record);
std::vector<OpenLateWork> open_late_work(const ServerStore& store);

// Held changes that belong into one record: of one device, in one case, for one reason, on records that are alike.
struct LateGroup {
  Id scope;
  Id device;
  Id worker;
  CodeNumber reason = 0;
  sync::HeldFacts about;    // without sections, while it is compared
  CodeNumber marking = 0;   // the most protective of before and after
  std::uint32_t sections = 0;
  std::vector<sync::OfficeChange> changes;
  std::size_t bytes = 0;
};

// Of what waits and is in no open record yet. Requires nothing of it to be in one.
std::vector<LateGroup> late_groups(const Office& office, std::span<const Id> held);

// Whether people can be asked about it: it belongs to a case that the office knows, accepted or itself held.
bool has_place(const sync::OfficeStore& store, const sync::Change& change);

// The most protective marking of a record: as it stands, and as anything held would make it.
CodeNumber marking_to_follow(const Office& office, const Id& record);

// Opens the record, in a transaction of its own. Errors: those of administer(); then it waits as before.
Result<void> open_late_record(Office& office, const LateGroup& group);

FieldNumber late_field(std::string_view name);  // of late_work

}  // namespace caseload::server
