#include "sync/office/reach.h"

#include <algorithm>
#include <set>

#include "sync/office/page_builder.h"

namespace caseload::sync {
namespace {

// Who somebody is, what is dangerous, what is to be done: in somebody's hands before anything else.
constexpr KindNumber safety_kinds[] = {
    kinds::case_file, kinds::person, kinds::assignment, kinds::risk, kinds::incident, kinds::contact_restriction,
    kinds::crisis, kinds::consent, kinds::action, kinds::emergency_access, kinds::late_work, kinds::handover};

// Of more, every scope is asked about: to read so many names takes as long as some hundreds of masks.
constexpr std::size_t named_max = 10'000;

bool is_safety(KindNumber kind) {
  return kind >= kinds::worker || std::ranges::find(safety_kinds, kind) != std::end(safety_kinds);
}

bool belongs_to(Phase phase, KindNumber kind, WallTime accepted, WallTime now) {
  if (is_safety(kind)) return phase == Phase::safety;
  const bool recent = accepted >= now - recent_for;
  return phase == (recent ? Phase::recent : Phase::rest);
}

// Whether anything that the viewer wrote in the scope is something that the mask shows to its author.
bool sees_own_in(const ReachContext& with, const OfficeFacts& facts, const Id& scope, const Mask& mask) {
  if (!with.store.has_written(with.device.worker, scope)) return false;
  const Id only[] = {scope};
  const std::vector<OfficeChange> all = with.store.changes_of_scopes(only, {0, with.upto, SIZE_MAX});
  return std::ranges::any_of(all, [&](const OfficeChange& held) {
    const ChangeHeader& header = held.change.header;
    if (!header.creates() || header.author != with.device.worker) return false;
    const std::optional<RecordFacts> record = facts.record(header.record);
    const KindEntry* kind = with.catalogue.find_kind(header.kind);
    if (!record || kind == nullptr) return false;
    return std::ranges::any_of(kind->sections, [&](const SectionEntry& section) {
      return mask.look_up({header.kind, section.number, record->type, record->marking, true}).level >= Level::see;
    });
  });
}

// What the device is to cover of each scope. A mask that gives only one's own work gives nothing where one has none
// that it shows: or whoever may open any case in an emergency would hold something of every case there is.
class Reaching {
 public:
  explicit Reaching(const ReachContext& with)
      : with_(with), facts_(with.store, with.catalogue, {with.now, with.upto}), viewer_(facts_.viewer(with.device)),
        masks_(with.rules) {}

  Looked looked() && { return std::move(looked_); }

  Mask on(const Id& scope) {
    const ScopeFacts facts = facts_.scope(scope);
    if (facts.next_change && (!looked_.until || *facts.next_change < *looked_.until)) looked_.until = facts.next_change;
    if (facts.merged) looked_.merged.push_back(scope);
    const Mask& mask = masks_.mask(viewer_, facts);
    return mask.gives_only_own() && !sees_own_in(with_, facts_, scope, mask) ? Mask() : mask;
  }

 private:
  const ReachContext& with_;
  OfficeFacts facts_;
  ViewerFacts viewer_;
  MadeMasks masks_;
  Looked looked_;
};

bool brought(const ReachContext& with, const Id& change) { return std::ranges::binary_search(with.brought, change); }

bool device_has(const ReachContext& with, const OfficeChange& held) {
  if (brought(with, held.change.header.id)) return true;
  const std::optional<OfficeSegment> segment = with.store.find_segment(held.segment);
  if (!segment || segment->header.device != with.device.device || segment->header.epoch != with.device.epoch)
    return false;
  const std::optional<Signed<Receipt>> receipt = with.store.find_receipt(held.segment);
  return receipt && receipt->body.judgement_of(held.index) == Receipt::Judgement::accepted;
}

// Whether it has parts that may not be seen.
bool hides(const OfficeChange& held, std::span<const SectionNumber> seen) {
  return std::ranges::any_of(held.change.header.sections, [&](const SectionDigest& part) {
    return !std::ranges::binary_search(seen, part.section);
  });
}

// Its worker's own, held until somebody released it: the device may have all of it, and keeps what may be seen.
bool was_late(const ReachContext& with, const OfficeChange& held) {
  if (held.change.header.author != with.device.worker) return false;
  const std::optional<Signed<Receipt>> receipt = with.store.find_receipt(held.segment);
  return receipt && receipt->body.judgement_of(held.index) == Receipt::Judgement::late;
}

// A record whose visibility moved at that position: everything of it until then that may be seen now, and what the
// device is to keep. What was written to it later comes later, after the keys of those who wrote it. Gives whether all
// of it fits; if not, `sent_upto` says how far it came.
bool add_whole_record(const OfficeStore& store, std::vector<SectionNumber> sections, const OfficeChange& moved,
                      Page& page, PageBuilder& builder, std::uint64_t& sent_upto) {
  const Id& record = moved.change.header.record;
  for (const OfficeChange& held : store.changes_of_record(record)) {
    if (held.position <= sent_upto || held.position > moved.position) continue;
    if (!builder.add(held, sections)) return false;
    sent_upto = held.position;
  }
  if (builder.is_full()) return false;
  builder.add(RecordReach{record, std::move(sections)}, page);
  sent_upto = 0;
  return true;
}

// The scopes whose feed goes to the device. One that begins with this session comes whole by its backfill.
std::vector<Id> fed_scopes(const ReachContext& with, const Coverage& coverage) {
  std::vector<Id> scopes;
  for (const auto& [scope, entry] : coverage) {
    const bool comes_whole = entry.backfill && entry.backfill->base == with.upto && entry.backfill->held.is_empty();
    if (!comes_whole) scopes.push_back(scope);
  }
  return scopes;
}

}  // namespace

void Sight::know(std::span<const OfficeChange> changes) {
  std::map<Id, std::vector<const OfficeChange*>> begun;
  for (const OfficeChange& held : changes) {
    const ChangeHeader& header = held.change.header;
    const auto known = begun.find(header.record);
    if (known != begun.end()) known->second.push_back(&held);
    else if (header.creates() && !held.change.parts.empty()) begun[header.record].push_back(&held);
  }
  for (const auto& [record, all] : begun) records_.insert_or_assign(record, facts_.record(record, all));
}

std::vector<SectionNumber> Sight::seen(const Mask& mask, const Id& record) {
  const auto [at, is_new] = records_.try_emplace(record);
  if (is_new) at->second = facts_.record(record);
  if (!at->second) return {};
  return visible_sections(mask, *at->second, with_.device.worker, with_.catalogue);
}

std::vector<SectionNumber> Sight::newly_seen(const CoverageEntry& entry, const Id& record) {
  std::vector<SectionNumber> now = seen(entry.mask, record);
  if (entry.backfill->held.is_empty()) return now;
  const std::vector<SectionNumber> before = seen(entry.backfill->held, record);
  std::erase_if(now, [&](SectionNumber section) { return std::ranges::binary_search(before, section); });
  return now;
}

bool moves_visibility(const Change& change) {
  if (change.header.creates()) return false;
  const Part* part = change.find(header::section);
  return part != nullptr && std::ranges::any_of(part->writes, [](const Write& write) {
           return write.field == header::type || write.field == header::marking;
         });
}

bool moves_reach(KindNumber kind) {
  constexpr KindNumber facts[] = {kinds::case_file, kinds::assignment, kinds::referral, kinds::consent,
                                  kinds::emergency_access};
  return kind >= kinds::worker || std::ranges::find(facts, kind) != std::end(facts);
}

std::set<Id> all_scopes(const ReachContext& with, const Coverage& covered) {
  std::set<Id> scopes;
  for (const Id& scope : with.store.scopes()) scopes.insert(scope);
  for (const auto& [scope, entry] : covered) scopes.insert(scope);
  return scopes;
}

std::vector<Reach> moves(const ReachContext& with, const Coverage& covered) {
  Looked unused;
  return moves(with, covered, all_scopes(with, covered), unused);
}

std::vector<Reach> moves(const ReachContext& with, const Coverage& covered, const std::set<Id>& scopes,
                         Looked& looked) {
  std::vector<Reach> lost;
  std::vector<Reach> gained;
  Reaching reaching(with);
  for (const Id& scope : scopes) {
    const Mask mask = reaching.on(scope);
    const auto before = covered.find(scope);
    if (before == covered.end()) {
      if (mask.is_empty()) continue;
      Reach& begun = gained.emplace_back(Reach{scope, mask, std::nullopt});
      // One that this session brought has no past before the cursor: the feed gives what others have written since.
      if (!brought(with, scope)) begun.backfill = Backfill{Mask(), with.upto, Phase::safety, 0};
      continue;
    }
    const bool of_before = before->second.backfill && before->second.backfill->base > with.trusted_upto;
    if (before->second.mask == mask && !of_before) continue;
    if (mask.is_empty()) {
      lost.push_back({scope, std::nullopt, std::nullopt});
      continue;
    }
    Reach& moved = gained.emplace_back(Reach{scope, mask, std::nullopt});
    const Mask held = before->second.backfill ? Mask() : before->second.mask;
    const std::vector<CellChange> cells = difference(held, mask);
    if (of_before || std::ranges::any_of(cells, &CellChange::gained))
      moved.backfill = Backfill{held, with.upto, Phase::safety, 0};
  }
  looked = std::move(reaching).looked();
  lost.insert(lost.end(), gained.begin(), gained.end());
  return lost;
}

std::optional<std::set<Id>> scopes_to_look_at(const ReachContext& with, const Look& last, const CoverageRead& covered) {
  if (with.now < last.at || with.now >= last.until) return std::nullopt;
  // To the end of the log, beyond this session's: rules are as they are now.
  const std::vector<ChangeHeader> fresh = with.store.names({last.upto, UINT64_MAX, named_max + 1});
  if (fresh.size() > named_max) return std::nullopt;
  std::set<Id> scopes;
  std::set<Id> others;  // of which no fact moved
  for (const ChangeHeader& header : fresh) {
    const KindEntry* kind = with.catalogue.find_kind(header.kind);
    // What people are and may do stands outside of cases, and is about all of them.
    if (kind == nullptr || kind->scope != ScopeType::case_file) return std::nullopt;
    const bool may_move = moves_reach(header.kind) || header.kind == kinds::late_work;
    (may_move ? scopes : others).insert(header.scope);
  }
  if (!scopes.empty()) scopes.insert(last.merged.begin(), last.merged.end());
  // Where a mask gives only one's own work, it also matters whether there is any, and how that is marked.
  for (const Id& scope : others) {
    const auto held = covered().find(scope);
    const bool is_covered = held != covered().end();
    if (is_covered ? held->second.mask.gives_only_own() : with.store.has_written(with.device.worker, scope))
      scopes.insert(scope);
  }
  return scopes;
}

bool takes_away(const ReachContext& with, const Coverage& covered, std::uint64_t since) {
  std::vector<Id> scopes;
  for (const auto& [scope, entry] : covered) scopes.push_back(scope);
  const std::vector<OfficeChange> fresh = with.store.changes_of_scopes(scopes, {since, with.upto, SIZE_MAX});
  if (std::ranges::none_of(fresh, [](const OfficeChange& held) { return moves_reach(held.change.header.kind); }))
    return false;
  Reaching reaching(with);
  return std::ranges::any_of(covered, [&](const auto& entry) {
    const Mask mask = reaching.on(entry.first);
    if (mask == entry.second.mask) return false;
    const std::vector<CellChange> cells = difference(entry.second.mask, mask);
    return std::ranges::any_of(cells, [](const CellChange& cell) { return !cell.gained; });
  });
}

Coverage after_moves(Coverage covered, std::span<const Reach> moves) {
  for (const Reach& move : moves) {
    if (!move.mask) {
      covered.erase(move.scope);
      continue;
    }
    CoverageEntry& entry = covered[move.scope];
    entry.mask = *move.mask;
    entry.backfill = move.backfill;
  }
  return covered;
}

Page feed_page(const ReachContext& with, const Coverage& coverage, FeedPlace& place, const PageLimits& limits,
               const Passed& passed) {
  const std::vector<Id> scopes = fed_scopes(with, coverage);
  Page page;
  PageBuilder builder(with, limits);
  Sight sight(with);
  const std::vector<OfficeChange> stretch =
      with.store.changes_of_scopes(scopes, {place.cursor, with.upto, limits.changes_max});
  const bool is_all = stretch.size() < limits.changes_max;
  page.upto = is_all ? with.upto : stretch.back().position;
  if (is_all) sight.know(stretch);
  for (const OfficeChange& held : stretch) {
    const Mask& mask = coverage.at(held.change.header.scope).mask;
    const Id& record = held.change.header.record;
    const std::vector<SectionNumber> sections = sight.seen(mask, record);
    bool fits = true;
    if (moves_visibility(held.change)) {
      fits = add_whole_record(with.store, sections, held, page, builder, place.record_upto);
    } else if (device_has(with, held)) {
      fits = !hides(held, sections) || !builder.is_full();
      if (fits && hides(held, sections)) builder.add(RecordReach{record, sections}, page);
    } else {
      fits = builder.add(held, sections);
      if (fits && was_late(with, held)) builder.add(RecordReach{record, sections}, page);
    }
    if (!fits) {
      page.upto = held.position - 1;
      break;
    }
    if (passed) passed(held, sections);
  }
  page.last = page.upto == with.upto;
  place.cursor = page.upto;
  builder.into(page);
  return page;
}

Page feed_page(const ReachContext& with, const Coverage& coverage, std::uint64_t cursor, const PageLimits& limits) {
  FeedPlace place{cursor, 0};
  return feed_page(with, coverage, place, limits);
}

std::vector<Page> erasure_pages(const ReachContext& with, const Coverage& coverage, std::uint64_t cursor) {
  // What was erased last stands at a position that nothing has yet. It may be told twice, and is done once.
  const std::vector<Id> scopes = fed_scopes(with, coverage);
  std::vector<Page> pages;
  for (const OfficeStore::Erasure& erasure : with.store.erasures_of_scopes(scopes, {cursor, with.upto + 1, SIZE_MAX})) {
    if (pages.empty() || pages.back().erased.size() == page_entries_max) pages.emplace_back().upto = cursor;
    pages.back().erased.push_back(erasure.part);
  }
  return pages;
}

std::vector<Page> losses_pages(const ReachContext& with, const Coverage& coverage, const Stay& stay) {
  std::vector<Id> scopes;
  for (const auto& [scope, entry] : coverage) scopes.push_back(scope);
  std::map<Id, Id> records;  // → their scopes
  Sight sight(with);
  const OfficeStore::Stretch moved{stay.after, with.upto, SIZE_MAX};
  for (const OfficeChange& held : with.store.changes_of_scopes(scopes, moved)) {
    const ChangeHeader& header = held.change.header;
    if (moves_visibility(held.change) || was_late(with, held)) records[header.record] = header.scope;
  }
  for (const Id& change : stay.accepted) {
    const std::optional<OfficeChange> held = with.store.find(change);
    if (!held || !coverage.contains(held->change.header.scope)) continue;
    const ChangeHeader& header = held->change.header;
    if (hides(*held, sight.seen(coverage.at(header.scope).mask, header.record))) records[header.record] = header.scope;
  }
  std::vector<Page> pages;
  for (const auto& [record, scope] : records) {
    if (pages.empty() || pages.back().records.size() == page_entries_max) pages.emplace_back().upto = stay.cursor;
    pages.back().records.push_back({record, sight.seen(coverage.at(scope).mask, record)});
  }
  return pages;
}

Page backfill_page(const ReachContext& with, const Id& scope, const CoverageEntry& entry, const PageLimits& limits,
                   const Passed& passed) {
  const Backfill& backfill = *entry.backfill;
  Page page;
  page.scope = scope;
  page.phase = backfill.phase;
  PageBuilder builder(with, limits);
  Sight sight(with);
  const auto is_wanted = [&](KindNumber kind, WallTime accepted) {
    return belongs_to(backfill.phase, kind, accepted, with.now);
  };
  const Id only[] = {scope};
  const std::vector<OfficeChange> stretch =
      with.store.changes_of_scopes(only, {backfill.upto, backfill.base, limits.changes_max, is_wanted});
  const bool is_all = stretch.size() < limits.changes_max;
  page.upto = is_all ? backfill.base : stretch.back().position;
  if (is_all && backfill.base == with.upto) sight.know(stretch);
  for (const OfficeChange& held : stretch) {
    const Id& record = held.change.header.record;
    if (!is_wanted(held.change.header.kind, held.accepted)) {
      if (passed) passed(held, std::nullopt);
      continue;
    }
    if (!builder.add(held, sight.newly_seen(entry, record))) {
      page.upto = held.position - 1;
      break;
    }
    const std::vector<SectionNumber> seen = sight.seen(entry.mask, record);
    if (was_late(with, held)) builder.add(RecordReach{record, seen}, page);
    if (passed) passed(held, seen);
  }
  page.last = page.upto == backfill.base && backfill.phase == Phase::rest;
  builder.into(page);
  return page;
}

Backfills::Backfills(const Coverage& coverage, const Id& office_scope) : office_scope_(office_scope) {
  for (const auto& [scope, entry] : coverage) add(scope, entry);
}

void Backfills::add(const Id& scope, const CoverageEntry& entry) {
  if (entry.backfill) waiting_.emplace(scope != office_scope_, entry.backfill->phase, scope);
}

std::optional<Id> Backfills::next() const {
  return waiting_.empty() ? std::nullopt : std::optional(std::get<Id>(*waiting_.begin()));
}

void Backfills::next_moved(const CoverageEntry& entry) {
  const Id scope = std::get<Id>(*waiting_.begin());
  waiting_.erase(waiting_.begin());
  add(scope, entry);
}

}  // namespace caseload::sync
