#include "sync/device/counting.h"

namespace caseload::sync {
namespace {

constexpr std::size_t changes_at_once = 1'000;

void count(const StoredChange& stored, Tally& tally) {
  for (const Part& part : stored.change.parts) tally.parts.add(stored.change.header.id, part.section);
  tally.content.add(digest_of(stored.change.header), stored.position);
}

Tally all_of(const DeviceStore& store, const Id& scope, const ArrivalCount* arrived = nullptr) {
  if (const Tally* known = arrived == nullptr ? nullptr : arrived->all_of(scope)) return *known;
  Tally tally;
  store.visit_accepted(scope, [&](const StoredChange& stored) { count(stored, tally); });
  return tally;
}

std::map<Id, Tally> all_since(const DeviceStore& store, const OfficeCount& office) {
  std::map<Id, Tally> scopes;
  for (std::uint64_t after = office.since;;) {
    const std::vector<StoredChange> stretch = store.accepted_after(after, changes_at_once);
    for (const StoredChange& stored : stretch) {
      if (stored.position <= office.upto) count(stored, scopes[stored.change.header.scope]);
    }
    if (stretch.size() < changes_at_once || stretch.back().position >= office.upto) return scopes;
    after = stretch.back().position;
  }
}

}  // namespace

void ArrivalCount::add(const StoredChange& arrived) {
  const auto scope = scopes_.find(arrived.change.header.scope);
  if (scope != scopes_.end()) count(arrived, scope->second);
}

const Tally* ArrivalCount::all_of(const Id& scope) const {
  const auto found = scopes_.find(scope);
  return found == scopes_.end() ? nullptr : &found->second;
}

ScopeHoldings holdings_of(const DeviceStore& store, const Id& scope) {
  const Tally tally = all_of(store, scope);
  return {scope, true, tally.parts.count(), tally.parts.digest()};
}

std::vector<Id> differing(const DeviceStore& store, const OfficeCount& office, HeldContent& content) {
  const Coverage coverage = store.coverage();
  const auto is_counted = [&](const Id& scope) {
    const auto entry = coverage.find(scope);
    return entry != coverage.end() && !entry->second.backfill;
  };
  std::vector<Id> differ;
  std::map<Id, Tally> since;
  if (office.since > 0) since = all_since(store, office);
  for (const ScopeHoldings& theirs : office.scopes) {
    const auto recent = since.extract(theirs.scope);
    if (!is_counted(theirs.scope)) continue;
    const Tally ours = theirs.whole ? all_of(store, theirs.scope, office.arrived) : recent ? recent.mapped() : Tally();
    content.add(ours.content);
    if (ours.parts.count() != theirs.count || ours.parts.digest() != theirs.digest) differ.push_back(theirs.scope);
  }
  for (const auto& [scope, tally] : since) {
    if (is_counted(scope)) differ.push_back(scope);
  }
  return differ;
}

}  // namespace caseload::sync
