#include "sync/office/counting.h"

#include <algorithm>
#include <map>

#include "sync/office/ledger_witness.h"

namespace caseload::sync {
namespace {

constexpr std::size_t changes_at_once = 1'000;

class Counter {
 public:
  Counter(const ReachContext& with, const Coverage& coverage)
      : with_(with), coverage_(coverage), witness_(with.store) {}

  Result<Tally> all_of(const Id& scope);
  // By scope; but for those counted whole, to which the ones are added of which something moved.
  Result<std::map<Id, Tally>> all_since(std::uint64_t since, std::set<Id>& whole);

 private:
  Result<void> count(const OfficeChange& held, Sight& sight, Tally& tally);

  const ReachContext& with_;
  const Coverage& coverage_;
  LedgerWitness witness_;
};

Result<void> Counter::count(const OfficeChange& held, Sight& sight, Tally& tally) {
  const ChangeHeader& header = held.change.header;
  const std::vector<SectionNumber> seen = sight.seen(coverage_.at(header.scope).mask, header.record);
  const std::uint64_t before = tally.parts.count();
  for (const Part& part : held.change.parts) {
    if (std::ranges::binary_search(seen, part.section)) tally.parts.add(header.id, part.section);
  }
  if (tally.parts.count() == before) return {};
  if (const char* problem = witness_.problem_of(held)) return Fault(Fault::ledger_mismatch, problem);
  tally.content.add(held.digest, held.position);
  return {};
}

Result<Tally> Counter::all_of(const Id& scope) {
  Tally tally;
  Sight sight(with_);
  const Id only[] = {scope};
  for (const OfficeChange& held : with_.store.changes_of_scopes(only, {0, with_.upto, SIZE_MAX})) {
    if (Result<void> counted = count(held, sight, tally); !counted) return counted.fault();
  }
  return tally;
}

Result<std::map<Id, Tally>> Counter::all_since(std::uint64_t since, std::set<Id>& whole) {
  std::vector<Id> scopes;
  for (const auto& [scope, entry] : coverage_) scopes.push_back(scope);
  // What was erased last stands at a position that nothing has yet.
  for (const OfficeStore::Erasure& erased : with_.store.erasures_of_scopes(scopes, {since, with_.upto + 1, SIZE_MAX}))
    whole.insert(erased.scope);
  std::map<Id, Tally> counts;
  for (std::uint64_t after = since;;) {
    const std::vector<OfficeChange> stretch =
        with_.store.changes_of_scopes(scopes, {after, with_.upto, changes_at_once});
    Sight sight(with_);
    for (const OfficeChange& held : stretch) {
      const Id& scope = held.change.header.scope;
      if (moves_visibility(held.change)) whole.insert(scope);
      if (whole.contains(scope)) continue;
      if (Result<void> counted = count(held, sight, counts[scope]); !counted) return counted.fault();
    }
    if (stretch.size() < changes_at_once) break;
    after = stretch.back().position;
  }
  for (const Id& scope : whole) counts.erase(scope);
  return counts;
}

}  // namespace

Result<HeldByDevice> holdings_of(const ReachContext& with, const Coverage& coverage, Counting counting) {
  Counter counter(with, coverage);
  std::map<Id, Tally> counts;
  if (counting.since == 0) {
    for (const auto& [scope, entry] : coverage) counting.whole.insert(scope);
  } else {
    Result<std::map<Id, Tally>> since = counter.all_since(counting.since, counting.whole);
    if (!since) return since.fault();
    counts = std::move(*since);
  }
  std::erase_if(counting.whole, [&](const Id& scope) { return !coverage.contains(scope); });
  for (const Id& scope : counting.whole) {
    Result<Tally> all = counter.all_of(scope);
    if (!all) return all.fault();
    counts[scope] = *all;
  }
  HeldByDevice held;
  for (const auto& [scope, tally] : counts) {
    held.scopes.push_back({scope, counting.whole.contains(scope), tally.parts.count(), tally.parts.digest()});
    held.content.add(tally.content);
  }
  return held;
}

}  // namespace caseload::sync
