#pragma once

#include <optional>
#include <span>
#include <vector>

#include "common/base/id.h"
#include "common/practice/calendar.h"
#include "common/record/kinds.h"

namespace caseload {

// Deadlines: what of a case is overdue, due, or soon to be; by the days of the place where the work is.

// In the order in which equal days are told.
enum class DeadlineKind : std::uint8_t {
  court, contact, silence, action, review, risk_review, plan_review, barrier_review, oversight, appeal, request,
  approval, document,
};
std::string_view to_name(DeadlineKind kind);   // "risk_review": for JSON
std::string_view to_words(DeadlineKind kind);  // "the review of a risk"

// Something open with a day by which it is to be done. A moment counts by the day on which it falls there
// (Zone::date_at).
struct Deadline {
  DeadlineKind kind = DeadlineKind::action;
  Id record;  // of which it is
  Date due{};
  bool urgent = false;
  friend bool operator==(const Deadline&, const Deadline&) = default;
};

// What is known of a case's contacts. `begun`: silence counts from there until there was a first contact.
struct ContactFacts {
  std::optional<Date> begun;
  std::optional<Date> last;
  std::optional<Date> next;  // planned
  std::optional<Tier> tier;
};

// The longest that a case of this tier may go without contact; without a tier it counts as standard.
int silence_days_max(std::optional<Tier> tier);

// When the next contact is due, planned or not: the planned day, and the day on which silence becomes too long.
std::vector<Deadline> contact_deadlines(const Id& scope, const ContactFacts& contacts);

enum class DueState : std::uint8_t { overdue, today, soon, later };
std::string_view to_name(DueState state);

constexpr int soon_working_days = 3;  // what a Friday's list must show is Wednesday's

struct DueRow {
  Deadline deadline;
  DueState state = DueState::later;
  int days = 0;  // until then; below zero: since then
};

// The earliest first; of one day, as DeadlineKind has them.
std::vector<DueRow> judge_deadlines(std::span<const Deadline> deadlines, Date today, const WorkingDays& works);

struct DueCounts {
  std::size_t overdue = 0;
  std::size_t soon = 0;  // today's among them
};
DueCounts count_due(std::span<const DueRow> rows);

}  // namespace caseload
