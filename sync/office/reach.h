#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "sync/office/facts.h"
#include "sync/sharing/mask_difference.h"
#include "sync/session/limits.h"
#include "sync/session/messages.h"

namespace caseload::sync {

class LedgerWitness;

// What one session gives one device: masks as they are now, and the log up to one position. Fixed when the session's
// content begins, so that a later acceptance belongs to the next session.
struct ReachContext {
  const OfficeStore& store;
  const Catalogue& catalogue;
  const CompiledRules& rules;
  OfficeDevice device;
  std::uint64_t upto = 0;    // the session's last position
  std::uint64_t leaves = 0;  // the size of the ledger that goes with it
  WallTime now;
  std::uint64_t trusted_upto = UINT64_MAX;  // a backfill that reached beyond is of before a restore: it begins again
  std::span<const Id> brought{};  // changes that this session brought and accepted, ascending: the device has them
  LedgerWitness* witness = nullptr;  // the session's, for all its pages
};

// Whether a change of this kind may move a mask: what OfficeFacts reads.
bool moves_reach(KindNumber kind);

// Sight: which sections a session's device may see of records.
//
// Promise  as the log stands at the session's last position. The facts of each record are read once, however many of
//          its changes are asked for.
// Threads  one owner.
class Sight {
 public:
  explicit Sight(const ReachContext& with) : with_(with), facts_(with.store, with.catalogue, {with.now, with.upto}) {}

  std::vector<SectionNumber> seen(const Mask& mask, const Id& record);
  // Has these changes at hand, by position: of records that begin in them nothing is read. Requires that no change of
  // such a record is missing up to the session's last position.
  void know(std::span<const OfficeChange> changes);

  // Beyond what the device held by the mask of before. Requires an entry with a backfill.
  std::vector<SectionNumber> newly_seen(const CoverageEntry& entry, const Id& record);

 private:
  const ReachContext& with_;
  OfficeFacts facts_;
  std::map<Id, std::optional<RecordFacts>> records_;
};

// Whether it moves the visibility of a record that was there before.
bool moves_visibility(const Change& change);

// Which scopes move, compared with what the device covers: withdrawn ones first. A scope that is new, or whose mask
// gives more than before, brings a backfill; one whose backfill was under way starts it again. A scope that the device
// itself began, in this session, brings none.
std::vector<Reach> moves(const ReachContext& with, const Coverage& covered);
std::set<Id> all_scopes(const ReachContext& with, const Coverage& covered);  // that there are, or that it covers

// The same, of some scopes only; and what the look found on its way: when time alone moves one of them, and which of
// them another scope decides.
struct Looked {
  std::optional<WallTime> until;
  std::vector<Id> merged;
};
std::vector<Reach> moves(const ReachContext& with, const Coverage& covered, const std::set<Id>& scopes, Looked& looked);

// The scopes whose masks may have moved since that look; nothing where it may be any. Reads names only, of what was
// accepted since, whatever the office has: a note begun or changed moves no mask but one that gives only own work.
using CoverageRead = std::function<const Coverage&()>;  // asked only where that matters
std::optional<std::set<Id>> scopes_to_look_at(const ReachContext& with, const Look& last, const CoverageRead& covered);

// Coverage after these moves, before any data: what the office must know that the device may hold.
Coverage after_moves(Coverage covered, std::span<const Reach> moves);

// Whether something accepted after position `since` takes away what the device covers. A session that finds so ends:
// what it fixed when it began is no longer what the device may have.
bool takes_away(const ReachContext& with, const Coverage& covered, std::uint64_t since);

struct PageLimits {
  std::size_t changes_max = page_changes_max;
  std::size_t bytes_max = page_bytes_max;  // of all that a page holds, proofs too
};

// How far the feed came: a position; and where the next record comes whole and takes several pages, how much of it is
// out. A cut in between costs those pages again.
struct FeedPlace {
  std::uint64_t cursor = 0;
  std::uint64_t record_upto = 0;
};

// Hears of each change that a page moves past, sent or not, with what the device may see of it; of one that another
// phase brings, nothing but its names.
using Seen = std::optional<std::span<const SectionNumber>>;
using Passed = std::function<void(const OfficeChange&, Seen)>;

// The feed from the device's cursor: what was accepted in scopes that it covers, in position order. Changes of its own
// that its receipt called accepted are left out; it has them, and is told what of their records it may not keep. A
// record whose type or marking moved comes whole, as it may be seen now, with what it shows.
Page feed_page(const ReachContext& with, const Coverage& coverage, FeedPlace& place, const PageLimits& limits,
               const Passed& passed = {});
Page feed_page(const ReachContext& with, const Coverage& coverage, std::uint64_t cursor, const PageLimits& limits);

// Pages without content, told before the feed moves the cursor.
// What was erased by law since the cursor.
std::vector<Page> erasure_pages(const ReachContext& with, const Coverage& coverage, std::uint64_t cursor);
// What the device has to let go of in records of scopes that it goes on covering: for one that gets no content, and for
// changes of its own that were just accepted and that no feed brings past, which it has whole though it may see less of
// them by now.
struct Stay {
  std::uint64_t cursor = 0;
  std::uint64_t after = 0;       // records that moved after this position
  std::span<const Id> accepted;  // changes
};
std::vector<Page> losses_pages(const ReachContext& with, const Coverage& coverage, const Stay& stay);

// The next stretch of one scope's backfill. Requires that its entry has one.
Page backfill_page(const ReachContext& with, const Id& scope, const CoverageEntry& entry, const PageLimits& limits,
                   const Passed& passed = {});

// Backfills: the scopes whose backfill is under way, in the order in which they are sent: the office first, then the
// first phase of every scope before the second of any.
class Backfills {
 public:
  Backfills() = default;
  Backfills(const Coverage& coverage, const Id& office_scope);

  std::optional<Id> next() const;                 // nothing when none is left
  void next_moved(const CoverageEntry& entry);  // a page of the next one is out. Requires that there is one

 private:
  void add(const Id& scope, const CoverageEntry& entry);

  Id office_scope_;
  std::set<std::tuple<bool, Phase, Id>> waiting_;  // not the office, phase, scope
};

}  // namespace caseload::sync
