#include "common/practice/priority.h"

#include <algorithm>

namespace caseload {
namespace {

std::string count(long long number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}
std::string days(long long number) { return count(number, "day", "days"); }

bool is_review(DeadlineKind kind) {
  return kind == DeadlineKind::review || kind == DeadlineKind::risk_review || kind == DeadlineKind::plan_review ||
         kind == DeadlineKind::barrier_review || kind == DeadlineKind::oversight;
}

// Each criterion adds its reason, or none.
class Judging {
 public:
  Judging(const PriorityFacts& facts, const PriorityPolicy& policy) : facts_(facts), policy_(policy) {}

  std::vector<PriorityReason> reasons() {
    if (facts_.crisis) add(Criterion::crisis, policy_.crisis, "a crisis is open");
    judge_risk();
    judge_alert();
    judge_court();
    judge_actions();
    judge_contact();
    judge_silence();
    judge_reviews();
    judge_soon();
    if (!facts_.contacts.next) add(Criterion::no_next_contact, policy_.no_next_contact, "no next contact is planned");
    return std::move(reasons_);
  }

 private:
  void judge_risk() {
    if (!facts_.risk) return add(Criterion::risk, policy_.risk_nowhere, "no risk has been recorded yet");
    switch (*facts_.risk) {
      case RiskLevel::very_high: return add(Criterion::risk, policy_.risk_very_high, "a risk is very high");
      case RiskLevel::high: return add(Criterion::risk, policy_.risk_high, "a risk is high");
      case RiskLevel::medium: return add(Criterion::risk, policy_.risk_medium, "a risk is medium");
      case RiskLevel::low: return;
      case RiskLevel::not_assessed: break;
    }
    add(Criterion::risk, policy_.risk_not_assessed, "a risk is not assessed");
  }

  void judge_alert() {
    if (facts_.alert == SafetyAlert::danger) add(Criterion::alert, policy_.alert_danger, "a safety alert: danger");
    if (facts_.alert == SafetyAlert::caution) add(Criterion::alert, policy_.alert_caution, "a safety alert: caution");
  }

  // The nearest that is not over; one that is, and says nothing of how it went, is an overdue deadline.
  void judge_court() {
    for (const DueRow& row : facts_.due) {
      if (row.deadline.kind != DeadlineKind::court || row.days < 0 || row.days > policy_.court_ahead_days) continue;
      const bool near = row.days <= policy_.court_near_days;
      const std::string when = row.days == 0 ? "is today" : "is in " + days(row.days);
      return add(Criterion::court, near ? policy_.court_near : policy_.court_ahead, "a court date " + when);
    }
  }

  void judge_actions() {
    int points = 0;
    int many = 0;
    int oldest = 0;
    for (const DueRow& row : facts_.due) {
      if (row.deadline.kind != DeadlineKind::action || row.state != DueState::overdue) continue;
      points += row.deadline.urgent ? policy_.action_overdue_urgent : policy_.action_overdue;
      points = std::min(points, policy_.actions_max);
      ++many;
      oldest = std::max(oldest, -row.days);
    }
    if (many == 0) return;
    const std::string which = count(many, "action is overdue, by ", "actions are overdue, the oldest by ");
    add(Criterion::overdue_actions, points, which + days(oldest));
  }

  void judge_contact() {
    for (const DueRow& row : facts_.due) {
      if (row.deadline.kind != DeadlineKind::contact || row.state != DueState::overdue) continue;
      const int late = std::min(-row.days, policy_.contact_missed_max);
      const int points = std::min(policy_.contact_missed + late * policy_.contact_missed_a_day,
                                  policy_.contact_missed_max);
      return add(Criterion::missed_contact, points, "the next contact was due " + days(-row.days) + " ago");
    }
  }

  void judge_silence() {
    const long long longest = silence_days_max(facts_.contacts.tier);
    for (const DueRow& row : facts_.due) {
      if (row.deadline.kind != DeadlineKind::silence || row.days > 0) continue;
      const long long silent = longest - row.days;
      const bool far = silent * 100 >= longest * policy_.silence_far_percent;
      return add(Criterion::silence, far ? policy_.silence_far : policy_.silence_reached,
                 "no contact for " + days(silent) + "; " + std::to_string(longest) + " is the most for this tier");
    }
  }

  void judge_reviews() {
    const auto many = std::ranges::count_if(facts_.due, [](const DueRow& row) {
      return is_review(row.deadline.kind) && row.state == DueState::overdue;
    });
    const long long points = std::min<long long>(many * policy_.review_overdue, policy_.reviews_max);
    if (many > 0) {
      add(Criterion::overdue_reviews, static_cast<int>(points),
          count(many, "review is overdue", "reviews are overdue"));
    }
  }

  // Court dates, and silence on the day it is reached, have a criterion of their own.
  void judge_soon() {
    const auto many = std::ranges::count_if(facts_.due, [](const DueRow& row) {
      const bool told = row.deadline.kind == DeadlineKind::court ||
                        (row.deadline.kind == DeadlineKind::silence && row.state == DueState::today);
      return !told && (row.state == DueState::today || row.state == DueState::soon);
    });
    const long long points = std::min<long long>(many * policy_.due_soon, policy_.due_soon_max);
    if (many > 0) {
      add(Criterion::due_soon, static_cast<int>(points),
          count(many, "thing is", "things are") + " due within " + std::to_string(soon_working_days) + " working days");
    }
  }

  void add(Criterion criterion, int points, std::string words) {
    if (points != 0) reasons_.push_back({criterion, points, std::move(words)});
  }

  const PriorityFacts& facts_;
  const PriorityPolicy& policy_;
  std::vector<PriorityReason> reasons_;
};

int sum_of(const std::vector<PriorityReason>& reasons) {
  int sum = 0;
  for (const PriorityReason& reason : reasons) sum += reason.points;
  return sum;
}

}  // namespace

std::string_view to_name(Criterion criterion) {
  switch (criterion) {
    case Criterion::crisis: return "crisis";
    case Criterion::risk: return "risk";
    case Criterion::alert: return "alert";
    case Criterion::court: return "court";
    case Criterion::overdue_actions: return "overdue_actions";
    case Criterion::missed_contact: return "missed_contact";
    case Criterion::silence: return "silence";
    case Criterion::overdue_reviews: return "overdue_reviews";
    case Criterion::due_soon: return "due_soon";
    case Criterion::no_next_contact: return "no_next_contact";
    case Criterion::override_by_somebody: break;
  }
  return "override";
}

Priority judge_priority(const PriorityFacts& facts, const PriorityPolicy& policy) {
  Priority found{0, policy.version, {}};
  if (!facts.open) return found;
  found.reasons = Judging(facts, policy).reasons();
  std::ranges::stable_sort(found.reasons, std::ranges::greater{}, &PriorityReason::points);
  found.score = sum_of(found.reasons);
  if (!facts.put_at || facts.put_at->until <= facts.now) return found;
  const int put = static_cast<int>(std::clamp<std::int64_t>(facts.put_at->score, 0, override_score_max));
  const std::string words = "put at " + std::to_string(put) + " by somebody, until " +
                            to_text(facts.put_at->ends_on) + "; the policy says " + std::to_string(found.score);
  found.reasons.insert(found.reasons.begin(), {Criterion::override_by_somebody, put - found.score, words});
  found.score = put;
  return found;
}

}  // namespace caseload
