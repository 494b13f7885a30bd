#include <algorithm>
#include <set>

#include "sync/office/desk.h"
#include "sync/session/limits.h"
#include "sync/transaction.h"

// What a session gives: which scopes moved, what is let go of, the feed and the backfills, and the statement at
// the end.

namespace caseload::sync {
namespace {

// A suspended device lets go of what it may no longer hold, and gains nothing: no scope, and of those it has no page of
// what is to be filled in.
void keep_losses(std::vector<Reach>& moves, const Coverage& covered) {
  std::erase_if(moves, [&](const Reach& move) { return move.mask && !covered.contains(move.scope); });
}

// What is not in the log is looked at once a day: kinds and rules that come with another version of the program.
constexpr Duration looked_for = std::chrono::days(1);
constexpr std::uint64_t looked_again_after = 64;  // positions

}  // namespace

// Custody of what it does not cover, and no receipt came with this session: the withdrawal was lost on its way, or the
// receipt with a restore of ours. A device that has let go of it already says so again.
void OfficeDesk::withdraw_again(std::vector<Reach>& moved) {
  std::set<Id> told;
  for (const Reach& move : moved) told.insert(move.scope);
  std::vector<Reach> again;
  for (const CustodyRow& row : store_.custody(peer_.device)) {
    const bool known = told.contains(row.scope) || covered().contains(row.scope);
    if (!known) again.push_back({row.scope, std::nullopt, std::nullopt});
  }
  moved.insert(moved.begin(), again.begin(), again.end());
}

// A device that stands as it stood, and has everything up to the end of the log, of which no mask has moved.
bool OfficeDesk::is_nothing_new(const std::optional<std::set<Id>>& scopes) const {
  return scopes && scopes->empty() && !look_->filling && !look_->waits && accepted_now_.empty() &&
         place_.cursor >= upto_ && store_.last_erasure() <= place_.cursor;
}

// For the next session. What the device covers and what it was looked at by are kept together, at once where a mask has
// moved, else at the end of the session; and not for every few changes, each of which the next look asks about again.
void OfficeDesk::keep_look(const Looked& looked, std::span<const Reach> moved, bool is_of_all) {
  const WallTime now = self_.clock.now();
  const std::uint64_t upto = gives_content() ? upto_ : 0;
  Look next{digest_of(coverage_), false, false, true, upto, now, now + looked_for, looked.merged};
  if (looked.until) next.until = std::min(next.until, *looked.until);
  next.filling = std::ranges::any_of(coverage_, [](const auto& entry) { return entry.second.backfill.has_value(); });
  next.waits = std::ranges::any_of(moved, [](const Reach& move) { return !move.mask; });
  if (!is_of_all) {
    next.until = std::min(next.until, look_->until);
    next.merged.insert(next.merged.end(), look_->merged.begin(), look_->merged.end());
  }
  std::ranges::sort(next.merged);
  next.merged.erase(std::unique(next.merged.begin(), next.merged.end()), next.merged.end());
  const bool is_little = !is_of_all && next.waits == look_->waits && next.upto - look_->upto < looked_again_after;
  if (!moved.empty() || coverage_told_ || !look_) {
    look_ = next_look_ = std::move(next);
    store_.put_look(peer_.device, *look_);
  } else {
    next_look_ = is_little ? look_ : std::move(next);
  }
}

// Fixes what this session gives, and makes custody durable before anything of it leaves.
Answer OfficeDesk::begin_content() {
  StoreTransaction act(store_);
  OfficeDevice known = device();
  leaves_ = device_head_.size;
  upto_ = end_of(leaves_);
  looked_upto_ = upto_;
  moved_.clear();
  backfills_ = {};
  fed_.reset();
  filled_.emplace(witness_.emplace(store_));
  greeting_ = greeting_of(known);  // standing may have moved since HELLO
  if (greeting_ == Greeting::lost) return Fault::lost;
  if (greeting_ == Greeting::wipe) return Fault::wipe;
  if (greeting_ == Greeting::upgrade) return std::vector<Message>{};
  if (greeting_ != Greeting::active)
    known.standing = Standing::active;  // what it may no longer hold, by its own rights
  std::ranges::sort(brought_);
  ReachContext with = reach();
  with.device = known;
  // Read anew, so that what covered() reads next is what HELLO was compared with.
  if (!coverage_told_ && store_.look(peer_.device) != look_)
    return Fault(Fault::stale, "another session of this device went on meanwhile");
  const bool goes_on = look_ && coverage_known_ && !coverage_told_ && gives_content() && look_->upto <= trusted_upto_;
  const std::optional<std::set<Id>> scopes =
      goes_on ? scopes_to_look_at(with, *look_, [this]() -> const Coverage& { return covered(); }) : std::nullopt;
  nothing_new_ = is_nothing_new(scopes);
  if (nothing_new_) return std::vector<Message>{};
  Looked looked;
  std::vector<Reach> moved = moves(with, covered(), scopes ? *scopes : all_scopes(with, covered()), looked);
  if (!gives_content()) keep_losses(moved, coverage_);
  coverage_ = after_moves(std::move(coverage_), moved);
  withdraw_again(moved);
  if (Result<CoverageTable> fits = table_of(coverage_); !fits) return fits.fault();
  coverage_at_begin_ = coverage_;
  backfills_ = Backfills(coverage_, self_.office_scope);
  if (!moved.empty() || coverage_told_) store_.put_coverage(peer_.device, coverage_);
  keep_look(looked, moved, !scopes);
  for (const auto& [scope, entry] : coverage_) {
    if (entry.backfill) moved_.insert(scope);
  }
  std::vector<Message> messages;
  for (Reach& move : moved) {
    moved_.insert(move.scope);
    store_.put_custody({known.device, move.scope, self_.clock.now(), !move.mask});
    messages.push_back(std::move(move));
  }
  act.commit();
  carried_ = carried_ || !messages.empty();
  return messages;
}

// Consent may be withdrawn, or the device be reported lost, while its pages are under way.
bool OfficeDesk::may_go_on() {
  ReachContext now = reach();
  if (now.device.wipe || now.device.standing != Standing::active) return false;
  now.upto = store_.last_position();
  if (now.upto == looked_upto_) return true;
  if (takes_away(now, covered(), looked_upto_)) return false;
  looked_upto_ = now.upto;
  return true;
}

// First of all what goes. A device that gets no content is told of all that moved since it last did.
std::vector<Message> OfficeDesk::losses() {
  losses_done_ = true;
  if (greeting_ == Greeting::upgrade) return {};
  const ReachContext with = reach();
  std::vector<Page> pages = erasure_pages(with, gives_content() ? coverage_at_begin_ : coverage_, place_.cursor);
  // The feed says so of what it goes past: not of what stood before the cursor, nor where a scope comes whole.
  std::vector<Id> accepted;
  for (const Accepted& one : accepted_now_) {
    const bool is_fed = gives_content() && one.position > place_.cursor && !moved_.contains(one.scope);
    if (!is_fed) accepted.push_back(one.change);
  }
  if (!gives_content() || !accepted.empty()) {
    const Stay stay{place_.cursor, gives_content() ? upto_ : place_.cursor, accepted};
    for (Page& page : losses_pages(with, coverage_, stay)) pages.push_back(std::move(page));
  }
  if (!pages.empty()) carried_ = true;
  return {std::make_move_iterator(pages.begin()), std::make_move_iterator(pages.end())};
}

Answer OfficeDesk::next_page() {
  if (nothing_new_) return std::vector<Message>{};
  if (!losses_done_) {
    if (std::vector<Message> pages = losses(); !pages.empty()) return pages;
  }
  if (!gives_content()) return std::vector<Message>{};
  if (!may_go_on()) return Fault(Fault::stale, "this device may have less than when its session began");
  // The office's own scope has the keys by which everything else is checked.
  const auto office = coverage_.find(self_.office_scope);
  const bool keys_first = office != coverage_.end() && office->second.backfill;
  if (!feed_done_ && !keys_first) {
    const std::uint64_t before = place_.cursor;
    const bool is_counted = hello_.counted != 0;
    if (is_counted && !fed_) fed_.emplace(*witness_, before);
    const Passed count = [&](const OfficeChange& held, Seen seen) { fed_->add(held, *seen); };
    Page page = feed_page(reach(), coverage_at_begin_, place_, self_.page, is_counted ? count : Passed());
    feed_done_ = page.last;
    if (page.upto > before || !page.segments.empty()) {
      carried_ = carried_ || !page.segments.empty() || !page.records.empty();
      return std::vector<Message>{std::move(page)};
    }
  }
  const std::optional<Id> scope = backfills_.next();
  if (!scope) return std::vector<Message>{};
  CoverageEntry& entry = coverage_.at(*scope);
  const Phase phase = entry.backfill->phase;
  if (phase == Phase::safety && entry.backfill->upto == 0 && entry.backfill->base == upto_) filled_->begin(*scope);
  const Passed count = [&](const OfficeChange& held, Seen seen) { filled_->add(held, phase, seen); };
  Page page = backfill_page(reach(), *scope, entry, self_.page, count);
  advance(entry, page.upto);
  backfills_.next_moved(entry);
  carried_ = true;
  return std::vector<Message>{std::move(page)};
}

// What came of this session, for the next one. Gives the digest of what the device covers now.
Digest OfficeDesk::keep_coverage() {
  Look next = *next_look_;
  next.coverage = digest_of(covered());
  next.filling = backfills_.next().has_value();
  next.lacks = !wanted_.empty();
  if (next == *look_) return next.coverage;
  StoreTransaction act(store_);
  if (next.coverage != look_->coverage) store_.put_coverage(peer_.device, coverage_);
  store_.put_look(peer_.device, next);
  act.commit();
  return next.coverage;
}

Answer OfficeDesk::complete() {
  Complete complete;
  Digest coverage = hello_.coverage;
  if (gives_content() && !nothing_new_) coverage = keep_coverage();
  if (carried_ && gives_content()) {
    const std::uint64_t since = hello_.counted <= std::min(hello_.cursor, trusted_upto_) ? hello_.counted : 0;
    // What was erased meanwhile stands at a position that nothing has yet.
    const bool is_filled = filled_ && store_.last_erasure() <= upto_;
    Result<HeldByDevice> held = holdings_of(
        reach(), covered(), {since, moved_, fed_ ? &*fed_ : nullptr, is_filled ? &*filled_ : nullptr});
    if (!held) return held.fault();
    complete.scopes = std::move(held->scopes);
    Completeness says;
    says.log = self_.log;
    says.restore_epoch = device_restore_epoch_;
    says.device = peer_.device;
    says.since = since;
    says.cursor = upto_;
    says.coverage = coverage;
    says.holdings = digest_of(std::span<const ScopeHoldings>(complete.scopes));
    for (const ScopeHoldings& scope : complete.scopes) says.count += scope.count;
    says.content = held->content.digest();
    says.at = self_.clock.now();
    complete.statement = sign(says, self_.ledger_key);
  }
  return std::vector<Message>{complete};
}

}  // namespace caseload::sync
