#include "sync/office/counting.h"

#include <algorithm>

namespace caseload::sync {
namespace {

constexpr std::size_t changes_at_once = 1'000;

// Gives what is wrong with it; nullptr: nothing.
const char* count(const OfficeChange& held, std::span<const SectionNumber> seen, LedgerWitness& witness,
                  Tally& tally) {
  const std::uint64_t before = tally.parts.count();
  for (const Part& part : held.change.parts) {
    if (std::ranges::binary_search(seen, part.section)) tally.parts.add(held.change.header.id, part.section);
  }
  if (tally.parts.count() == before) return nullptr;
  tally.content.add(held.digest, held.position);
  return witness.problem_of(held);
}

class Counter {
 public:
  Counter(const ReachContext& with, const Coverage& coverage) : with_(with), coverage_(coverage) {}

  Result<Tally> all_of(const Id& scope) const;
  // What was accepted after a position, by scope; but for those counted whole, to which the ones are added of which
  // something moved.
  Result<std::map<Id, Tally>> all_since(const Counting& counting, std::set<Id>& whole) const;

 private:
  Result<void> read_into(StretchCount& count, std::uint64_t upto) const;

  const ReachContext& with_;
  const Coverage& coverage_;
};

Result<Tally> Counter::all_of(const Id& scope) const {
  Tally tally;
  Sight sight(with_);
  LedgerWitness witness(with_.store);
  const Id only[] = {scope};
  const std::vector<OfficeChange> all = with_.store.changes_of_scopes(only, {0, with_.upto, SIZE_MAX});
  sight.know(all);
  for (const OfficeChange& held : all) {
    const std::vector<SectionNumber> seen = sight.seen(coverage_.at(scope).mask, held.change.header.record);
    if (const char* problem = count(held, seen, witness, tally)) return Fault(Fault::ledger_mismatch, problem);
  }
  return tally;
}

Result<void> Counter::read_into(StretchCount& count, std::uint64_t upto) const {
  std::vector<Id> scopes;
  for (const auto& [scope, entry] : coverage_) scopes.push_back(scope);
  for (std::uint64_t after = count.after();;) {
    const std::vector<OfficeChange> stretch = with_.store.changes_of_scopes(scopes, {after, upto, changes_at_once});
    Sight sight(with_);
    if (stretch.size() < changes_at_once && upto == with_.upto) sight.know(stretch);
    for (const OfficeChange& held : stretch) {
      const ChangeHeader& header = held.change.header;
      count.add(held, sight.seen(coverage_.at(header.scope).mask, header.record));
    }
    if (count.problem() != nullptr) return Fault(Fault::ledger_mismatch, count.problem());
    if (stretch.size() < changes_at_once) return {};
    after = stretch.back().position;
  }
}

Result<std::map<Id, Tally>> Counter::all_since(const Counting& counting, std::set<Id>& whole) const {
  std::vector<Id> scopes;
  for (const auto& [scope, entry] : coverage_) scopes.push_back(scope);
  // What was erased last stands at a position that nothing has yet.
  const OfficeStore::Stretch since{counting.since, with_.upto + 1, SIZE_MAX};
  for (const OfficeStore::Erasure& erased : with_.store.erasures_of_scopes(scopes, since)) whole.insert(erased.scope);
  LedgerWitness witness(with_.store);
  StretchCount before(witness, counting.since);
  const std::uint64_t upto = counting.fed != nullptr ? counting.fed->after() : with_.upto;
  if (Result<void> read = read_into(before, upto); !read) return read.fault();
  whole.insert(before.whole().begin(), before.whole().end());
  std::map<Id, Tally> counts = before.scopes();
  if (counting.fed != nullptr) {
    if (const char* problem = counting.fed->problem()) return Fault(Fault::ledger_mismatch, problem);
    whole.insert(counting.fed->whole().begin(), counting.fed->whole().end());
    for (const auto& [scope, tally] : counting.fed->scopes()) counts[scope].add(tally);
  }
  for (const Id& scope : whole) counts.erase(scope);
  return counts;
}

}  // namespace

void StretchCount::add(const OfficeChange& held, std::span<const SectionNumber> seen) {
  const Id& scope = held.change.header.scope;
  if (moves_visibility(held.change)) whole_.insert(scope);
  if (problem_ == nullptr && !whole_.contains(scope)) problem_ = count(held, seen, witness_, scopes_[scope]);
}

void FillCount::add(const OfficeChange& held, Phase phase, Seen seen) {
  const auto found = scopes_.find(held.change.header.scope);
  if (found == scopes_.end()) return;
  Filled& filled = found->second;
  if (phase == Phase::safety) ++filled.there;
  if (!seen) return;
  ++filled.brought;
  if (count(held, *seen, witness_, filled.tally) != nullptr) filled.is_whole = false;
}

const Tally* FillCount::all_of(const Id& scope) const {
  const auto found = scopes_.find(scope);
  if (found == scopes_.end()) return nullptr;
  const Filled& filled = found->second;
  return filled.is_whole && filled.there == filled.brought ? &filled.tally : nullptr;
}

Result<HeldByDevice> holdings_of(const ReachContext& with, const Coverage& coverage, Counting counting) {
  const Counter counter(with, coverage);
  std::map<Id, Tally> counts;
  if (counting.since == 0) {
    for (const auto& [scope, entry] : coverage) counting.whole.insert(scope);
  } else {
    Result<std::map<Id, Tally>> since = counter.all_since(counting, counting.whole);
    if (!since) return since.fault();
    counts = std::move(*since);
  }
  std::erase_if(counting.whole, [&](const Id& scope) { return !coverage.contains(scope); });
  for (const Id& scope : counting.whole) {
    if (const Tally* filled = counting.filled == nullptr ? nullptr : counting.filled->all_of(scope)) {
      counts[scope] = *filled;
      continue;
    }
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
