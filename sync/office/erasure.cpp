#include "sync/office/erasure.h"

#include <algorithm>

#include "sync/office/facts.h"

namespace caseload::sync {
namespace {

// What the ordering change replaces, whatever the field: an id names one change, and fields stand in its parts.
std::set<Id> replaced_by(const Change& change) {
  std::set<Id> replaced;
  for (const Part& part : change.parts) {
    for (const Write& write : part.writes) replaced.insert(write.replaces.begin(), write.replaces.end());
  }
  return replaced;
}

bool leaves_nothing_standing(const Part& part, const Id& change, const std::set<Id>& replaced) {
  return replaced.contains(change) && std::ranges::all_of(part.writes, [&](const Write& write) {
           return std::ranges::all_of(write.replaces, [&](const Id& older) { return replaced.contains(older); });
         });
}

// The largest number that every store can compare with.
constexpr std::uint64_t any_position = INT64_MAX;

std::vector<OfficeStore::Erasure> erasures_of(const OfficeStore& store, const Id& scope) {
  return store.erasures_of_scopes(std::span(&scope, 1), {0, any_position, SIZE_MAX});
}

bool says_hold(const OfficeChange& held) {
  return held.held_for != Fault::declined && std::ranges::any_of(held.change.parts, [](const Part& part) {
    return std::ranges::any_of(part.writes, [](const Write& write) {
      return write.field == case_facts::legal_hold && write.value == Value::of_boolean(true);
    });
  });
}

bool is_on_hold(const OfficeStore& store, const Catalogue& catalogue, const Id& scope) {
  const RecordState state = OfficeFacts(store, catalogue, {}).state(scope);
  if (state.kind() != kinds::case_file) return false;
  const FieldView view = state.view(catalogue, case_facts::legal_hold);
  const auto holds = [](const HeldWrite& held) { return held.value == Value::of_boolean(true); };
  return std::ranges::any_of(view.standing, holds) ||
         std::ranges::any_of(store.held_of_record(scope), says_hold);
}

// What late work repeats of a change, so that somebody could judge it, goes with any part of it. What still waits
// is not
// erased: no accepted change replaces it.
void erase_copies(OfficeStore& store, const Catalogue& catalogue, const Id& change, const Id& scope) {
  for (const Id& record : store.records_of(scope, kinds::late_work)) {
    const RecordState late = OfficeFacts(store, catalogue, {}).state(record);
    const std::vector<Value> named = late.view(catalogue, late_facts::held_changes).in_force;
    if (std::ranges::find(named, Value::of_reference(change)) == named.end()) continue;
    for (OfficeChange& copy : store.changes_of_record(record)) {
      if (!erase_part(copy.change, late_facts::content)) continue;
      store.put(copy);
      store.put_erasure({{copy.change.header.id, late_facts::content}, scope, store.last_position() + 1});
    }
  }
}

}  // namespace

Result<void> erase(OfficeStore& store, const Catalogue& catalogue, const Id& ordered_by,
                   std::span<const ErasedPart> parts) {
  const std::optional<OfficeChange> order = store.find(ordered_by);
  if (!order || order->position == 0) return Fault(Fault::not_found, "the change that orders it");
  if (is_on_hold(store, catalogue, order->change.header.scope)) return Fault::legal_hold;
  const std::set<Id> replaced = replaced_by(order->change);
  for (const ErasedPart& erased : parts) {
    std::optional<OfficeChange> held = store.find(erased.change);
    const Part* part = held ? held->change.find(erased.section) : nullptr;
    if (part == nullptr) return Fault(Fault::not_found, "the part to be erased");
    if (held->change.header.record != order->change.header.record) return Fault(Fault::bad_change, "another record");
    if (!leaves_nothing_standing(*part, erased.change, replaced)) {
      return Fault(Fault::bad_change, "something older would come to stand");
    }
    erase_part(held->change, erased.section);
    store.put(*held);
    store.put_erasure({erased, held->change.header.scope, store.last_position() + 1});
    erase_copies(store, catalogue, erased.change, held->change.header.scope);
  }
  return {};
}

void erase_again(OfficeStore& store, std::span<const OfficeStore::Erasure> list) {
  for (const OfficeStore::Erasure& erasure : list) {
    const std::vector<OfficeStore::Erasure> known = erasures_of(store, erasure.scope);
    if (std::ranges::find(known, erasure.part, &OfficeStore::Erasure::part) != known.end()) continue;
    store.put_erasure({erasure.part, erasure.scope, store.last_position() + 1});
    std::optional<OfficeChange> held = store.find(erasure.part.change);
    if (held && erase_part(held->change, erasure.part.section)) store.put(*held);
  }
}

std::set<ErasedPart> erased_in_scopes_of(const OfficeStore& store, std::span<const Change> changes) {
  std::set<Id> scopes;
  for (const Change& change : changes) scopes.insert(change.header.scope);
  const std::vector<Id> listed(scopes.begin(), scopes.end());
  std::set<ErasedPart> erased;
  for (const OfficeStore::Erasure& erasure : store.erasures_of_scopes(listed, {0, any_position, SIZE_MAX}))
    erased.insert(erasure.part);
  return erased;
}

void leave_out(const std::set<ErasedPart>& erased, Change& change) {
  const auto from = erased.lower_bound({change.header.id, 0});
  for (auto at = from; at != erased.end() && at->change == change.header.id; ++at) erase_part(change, at->section);
}

}  // namespace caseload::sync
