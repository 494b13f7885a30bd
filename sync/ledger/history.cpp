#include "sync/ledger/history.h"

#include <algorithm>
#include <set>

namespace caseload::sync {
namespace {

TreeRoot empty_tree() { return {0, merkle_root({})}; }

bool is_same_tree(const TreeHead& a, const TreeHead& b) {
  return a.restore_epoch == b.restore_epoch && a.tree == b.tree;
}

// Whether a head is still part of the ledger after these restores: none of them, later than the head, cut below
// it.
bool survives(const TreeHead& head, std::span<const Signed<Restore>> restores) {
  return std::ranges::none_of(restores, [&](const Signed<Restore>& restore) {
    return restore.body.restore_epoch > head.restore_epoch && restore.body.kept.size < head.tree.size;
  });
}

bool has_seen(const KnownLedger& known, const TreeHead& head) {
  return std::ranges::any_of(known.heads,
                             [&](const Signed<TreeHead>& seen) { return is_same_tree(seen.body, head); });
}

// The statements lead from our epoch to the offered one, without a gap, and each is signed.
Result<void> check_restores(const KnownLedger& known, const OfferedHead& offered, const LedgerTrust& trust) {
  const std::uint32_t theirs = offered.head.body.restore_epoch;
  std::uint32_t reached = known.heads.empty() ? theirs : known.heads.back().body.restore_epoch;
  if (theirs < reached) return Fault(Fault::replayed, "a head from before a restore");
  for (const Signed<Restore>& restore : offered.restores) {
    const Result<void> holds = verify(restore, {trust.log, trust.recovery_key, trust.checker});
    if (!holds) return holds;
    if (restore.body.restore_epoch != reached + std::uint64_t{1}) {
      return Fault(Fault::restored, "restores out of order");
    }
    reached = restore.body.restore_epoch;
  }
  if (reached != theirs) return Fault(Fault::restored, "a restore without its statement");
  return {};
}

// Two trees of one history: the larger begins with the smaller.
Result<void> check_grown(const TreeRoot& older, const TreeRoot& newer, std::span<const Digest> proof) {
  const Result<void> holds = verify_consistency(older, newer, proof);
  return holds.ok() ? Result<void>() : Fault(Fault::ledger_mismatch, holds.fault().detail());
}

// From the newest back, so that the head which stands for a day or a week is the last of it, and stays the same
// one as time goes on.
void thin(std::vector<Signed<TreeHead>>& heads, WallTime present) {
  std::set<Date> days;
  std::set<Date> weeks;
  std::vector<Signed<TreeHead>> kept;
  for (std::size_t i = heads.size(); i-- > 0;) {
    const Date day = std::chrono::floor<std::chrono::days>(heads[i].body.at);
    const Date week = std::chrono::floor<std::chrono::weeks>(day);
    const Duration age = present - heads[i].body.at;
    const bool is_end = i == 0 || i + 1 == heads.size();
    const bool is_recent = age <= heads_all_for && kept.size() < heads_all_max;
    const bool is_last_of_day = age <= heads_daily_for && !days.contains(day);
    const bool is_last_of_week = age <= heads_weekly_for && !weeks.contains(week);
    if (!is_end && !is_recent && !is_last_of_day && !is_last_of_week) continue;
    days.insert(day);
    weeks.insert(week);
    kept.push_back(heads[i]);
  }
  std::ranges::reverse(kept);
  heads = std::move(kept);
}

}  // namespace

TreeRoot head_to_build_on(const KnownLedger& known, std::span<const Signed<Restore>> restores) {
  for (auto seen = known.heads.rbegin(); seen != known.heads.rend(); ++seen) {
    if (survives(seen->body, known.restores) && survives(seen->body, restores)) return seen->body.tree;
  }
  return empty_tree();
}

Result<void> check_head(const KnownLedger& known, const OfferedHead& offered, const LedgerTrust& trust) {
  const TreeHead& head = offered.head.body;
  // The newest that we keep was verified when it came; most contacts bring it again.
  const bool is_newest_kept = !known.heads.empty() && known.heads.back() == offered.head;
  const Expected ledger{trust.log, trust.ledger_key, trust.checker};
  if (const Result<void> holds = is_newest_kept ? Result<void>() : verify(offered.head, ledger); !holds) return holds;
  const Result<void> accounted = check_restores(known, offered, trust);
  if (!accounted) return accounted;

  const TreeRoot ours = head_to_build_on(known, offered.restores);
  if (head.tree.size < ours.size) {
    return has_seen(known, head) ? Fault(Fault::replayed, "a head from before our newest")
                                 : Fault(Fault::restored, "a smaller ledger, and no statement of a restore");
  }
  const Result<void> ours_kept = check_grown(ours, head.tree, offered.since_ours);
  if (!ours_kept) return ours_kept;

  const TreeRoot kept = offered.restores.empty() ? empty_tree() : offered.restores.back().body.kept;
  return check_grown(kept, head.tree, offered.since_restore);
}

KnownLedger remember_restores(KnownLedger known, std::span<const Signed<Restore>> restores) {
  for (const Signed<Restore>& restore : restores) {
    const auto same = [&](const Signed<Restore>& r) { return r.body.restore_epoch == restore.body.restore_epoch; };
    if (std::ranges::none_of(known.restores, same)) known.restores.push_back(restore);
  }
  return known;
}

KnownLedger remember(KnownLedger known, const OfferedHead& checked, WallTime now) {
  known = remember_restores(std::move(known), checked.restores);
  if (!known.heads.empty() && is_same_tree(known.heads.back().body, checked.head.body)) {
    if (checked.head.body.at <= known.heads.back().body.at) return known;
    known.heads.pop_back();  // the same tree, stated later: the later statement says more
  }
  known.heads.push_back(checked.head);
  thin(known.heads, std::min(now, checked.head.body.at));
  return known;
}

}  // namespace caseload::sync
