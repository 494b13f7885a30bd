#include "sync/office/erasure.h"

#include <algorithm>
#include <set>

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

}  // namespace

Result<void> erase(OfficeStore& store, const Id& ordered_by, std::span<const ErasedPart> parts) {
  const std::optional<OfficeChange> order = store.find(ordered_by);
  if (!order || order->position == 0) return Fault(Fault::not_found, "the change that orders it");
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
    store.put_erasure({erased, held->change.header.scope, order->position});
  }
  return {};
}

}  // namespace caseload::sync
