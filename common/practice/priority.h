#pragma once

#include <string>

#include "common/practice/deadlines.h"

namespace caseload {

// Priority: how much a case asks for attention before others, and why; the same answer on every machine.

enum class Criterion : std::uint8_t {
  crisis, risk, alert, court, overdue_actions, missed_contact, silence, overdue_reviews, due_soon, no_next_contact,
  override_by_somebody,
};
std::string_view to_name(Criterion criterion);

// PriorityPolicy: what each criterion weighs. A version never changes; the next one has the next number.
struct PriorityPolicy {
  int version = 1;
  int crisis = 50;
  int risk_very_high = 40, risk_high = 25, risk_medium = 10, risk_not_assessed = 10, risk_nowhere = 5;
  int alert_danger = 20, alert_caution = 10;
  int court_near = 20, court_ahead = 10, court_near_days = 3, court_ahead_days = 14;
  int action_overdue = 5, action_overdue_urgent = 10, actions_max = 30;
  int contact_missed = 10, contact_missed_a_day = 1, contact_missed_max = 25;
  int silence_reached = 10, silence_far = 20, silence_far_percent = 120;
  int review_overdue = 5, reviews_max = 15;
  int due_soon = 2, due_soon_max = 6;
  int no_next_contact = 5;
};

// Somebody put the case higher or lower than the policy does, for a time.
struct Override {
  std::int64_t score = 0;
  WallTime until{};  // exclusive
  Date ends_on{};    // the day of `until`, where the work is
};
constexpr int override_score_max = 1'000;  // what is more counts as this: above everything

// Facts of one case, as the device holds them.
struct PriorityFacts {
  bool open = true;                // a closed case asks for nothing
  bool crisis = false;
  std::optional<RiskLevel> risk;   // the most serious that has not ended; none: nobody has recorded any
  std::optional<SafetyAlert> alert;
  ContactFacts contacts;
  std::vector<DueRow> due;         // judge_deadlines() of all of the case, contacts among them
  std::optional<Override> put_at;
  WallTime now{};
};

struct PriorityReason {
  Criterion criterion = Criterion::risk;
  int points = 0;
  std::string words;  // "2 actions are overdue, the oldest by 5 days"; names nobody
};

// Promise  score is the sum of the reasons' points, never below 0; the weightiest reason first. Only what counts is
//          among them. An override that has ended is as if it had never been.
struct Priority {
  int score = 0;
  int policy_version = 0;
  std::vector<PriorityReason> reasons;
};
Priority judge_priority(const PriorityFacts& facts, const PriorityPolicy& policy = {});

}  // namespace caseload
