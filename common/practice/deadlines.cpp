#include "common/practice/deadlines.h"

#include <algorithm>
#include <tuple>

#include "common/base/check.h"

namespace caseload {
namespace {

struct Words {
  DeadlineKind kind;
  std::string_view name;
  std::string_view words;
};
constexpr Words table[] = {
    {DeadlineKind::court, "court", "a court date"},
    {DeadlineKind::contact, "contact", "the next contact"},
    {DeadlineKind::silence, "silence", "the longest time without contact"},
    {DeadlineKind::action, "action", "an action"},
    {DeadlineKind::review, "review", "a review or meeting"},
    {DeadlineKind::risk_review, "risk_review", "the review of a risk"},
    {DeadlineKind::plan_review, "plan_review", "the review of a plan"},
    {DeadlineKind::barrier_review, "barrier_review", "the review of a barrier"},
    {DeadlineKind::oversight, "oversight", "oversight before a meeting"},
    {DeadlineKind::appeal, "appeal", "an appeal"},
    {DeadlineKind::request, "request", "a request about what is held"},
    {DeadlineKind::approval, "approval", "an approval"},
    {DeadlineKind::document, "document", "a document"},
};

const Words& words_of(DeadlineKind kind) {
  const auto* found = std::ranges::find(table, kind, &Words::kind);
  CHECK(found != std::end(table), "every kind of deadline has words");
  return *found;
}

DueState state_of(Date due, Date today, Date soon) {
  if (due < today) return DueState::overdue;
  if (due == today) return DueState::today;
  return due <= soon ? DueState::soon : DueState::later;
}

}  // namespace

std::string_view to_name(DeadlineKind kind) { return words_of(kind).name; }
std::string_view to_words(DeadlineKind kind) { return words_of(kind).words; }

std::string_view to_name(DueState state) {
  switch (state) {
    case DueState::overdue: return "overdue";
    case DueState::today: return "today";
    case DueState::soon: return "soon";
    case DueState::later: break;
  }
  return "later";
}

int silence_days_max(std::optional<Tier> tier) {
  switch (tier.value_or(Tier::standard)) {
    case Tier::light: return 56;
    case Tier::enhanced: return 14;
    case Tier::intensive: return 7;
    case Tier::standard: break;
  }
  return 28;  // also of a tier that an organisation added
}

std::vector<Deadline> contact_deadlines(const Id& scope, const ContactFacts& contacts) {
  std::vector<Deadline> deadlines;
  if (contacts.next) deadlines.push_back({DeadlineKind::contact, scope, *contacts.next});
  const std::optional<Date> heard = contacts.last ? contacts.last : contacts.begun;
  if (heard) {
    const std::chrono::days longest(silence_days_max(contacts.tier));
    deadlines.push_back({DeadlineKind::silence, scope, *heard + longest});
  }
  return deadlines;
}

std::vector<DueRow> judge_deadlines(std::span<const Deadline> deadlines, Date today, const WorkingDays& works) {
  const Date soon = works.after(today, soon_working_days);
  std::vector<DueRow> rows;
  for (const Deadline& deadline : deadlines) {
    rows.push_back({deadline, state_of(deadline.due, today, soon), static_cast<int>((deadline.due - today).count())});
  }
  std::ranges::sort(rows, {}, [](const DueRow& row) {
    return std::make_tuple(row.deadline.due, row.deadline.kind, row.deadline.record);
  });
  return rows;
}

DueCounts count_due(std::span<const DueRow> rows) {
  DueCounts counts;
  for (const DueRow& row : rows) {
    counts.overdue += row.state == DueState::overdue ? 1U : 0U;
    counts.soon += row.state == DueState::today || row.state == DueState::soon ? 1U : 0U;
  }
  return counts;
}

}  // namespace caseload
