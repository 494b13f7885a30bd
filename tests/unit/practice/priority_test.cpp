#include <algorithm>

#include "common/practice/priority.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

Date day(const char* text) { return *parse_date(text); }
const Date today = day("2026-11-22");
Id id(std::uint8_t n) { return Id{{n}}; }

// A quiet case: seen yesterday, a contact planned, a low risk.
PriorityFacts quiet() {
  PriorityFacts facts;
  facts.risk = RiskLevel::low;
  facts.contacts = {day("2026-01-01"), day("2026-11-21"), day("2026-12-20"), Tier::standard};
  facts.now = *parse_moment("2026-11-22T12:00:00Z");
  return facts;
}

PriorityFacts with(PriorityFacts facts, std::vector<Deadline> deadlines) {
  const std::vector<Deadline> contacts = contact_deadlines(id(9), facts.contacts);
  deadlines.insert(deadlines.end(), contacts.begin(), contacts.end());
  facts.due = judge_deadlines(deadlines, today, {});
  return facts;
}

Deadline due(DeadlineKind kind, int in_days, bool urgent = false) {
  return {kind, id(1), today + std::chrono::days(in_days), urgent};
}

std::string told(const Priority& priority) {
  std::string all;
  for (const PriorityReason& reason : priority.reasons) {
    all += std::string(to_name(reason.criterion)) + " " + std::to_string(reason.points) + ", ";
  }
  return all;
}

}  // namespace

TEST_CASE("every reason has its points, and together they are the score") {
  struct Row {
    const char* name;
    PriorityFacts facts;
    const char* reasons;
  };
  const auto risky = [](std::optional<RiskLevel> level) { PriorityFacts f = quiet(); f.risk = level; return with(f, {}); };
  const auto seen = [](std::optional<Date> last, std::optional<Date> next, Tier tier) {
    PriorityFacts f = quiet();
    f.contacts = {day("2026-01-01"), last, next, tier};
    return with(f, {});
  };
  PriorityFacts crisis = quiet();
  crisis.crisis = true;
  crisis.alert = SafetyAlert::danger;
  PriorityFacts closed = with(crisis, {due(DeadlineKind::action, -9)});
  closed.open = false;
  const std::vector<Deadline> ten_old(10, due(DeadlineKind::action, -1));
  const std::vector<Deadline> ten_reviews(10, due(DeadlineKind::risk_review, -1));
  const std::vector<Deadline> ten_soon(10, due(DeadlineKind::document, 1));
  const Row rows[] = {
      {"quiet", with(quiet(), {}), ""},
      {"risk very high", risky(RiskLevel::very_high), "risk 40, "},
      {"risk high", risky(RiskLevel::high), "risk 25, "},
      {"risk not assessed", risky(RiskLevel::not_assessed), "risk 10, "},
      {"no risk recorded", risky(std::nullopt), "risk 5, "},
      {"a level of a newer version", risky(static_cast<RiskLevel>(99)), "risk 10, "},
      {"crisis and danger", with(crisis, {}), "crisis 50, alert 20, "},
      {"court today", with(quiet(), {due(DeadlineKind::court, 0)}), "court 20, "},
      {"court in 3 days", with(quiet(), {due(DeadlineKind::court, 3)}), "court 20, "},
      {"court in 4 days", with(quiet(), {due(DeadlineKind::court, 4)}), "court 10, "},
      {"court in 15 days", with(quiet(), {due(DeadlineKind::court, 15)}), ""},
      {"court yesterday", with(quiet(), {due(DeadlineKind::court, -1)}), ""},
      {"an action due today", with(quiet(), {due(DeadlineKind::action, 0)}), "due_soon 2, "},
      {"an action overdue", with(quiet(), {due(DeadlineKind::action, -1)}), "overdue_actions 5, "},
      {"an urgent one", with(quiet(), {due(DeadlineKind::action, -1, true)}), "overdue_actions 10, "},
      {"ten overdue", with(quiet(), ten_old), "overdue_actions 30, "},
      {"ten reviews", with(quiet(), ten_reviews), "overdue_reviews 15, "},
      {"ten soon", with(quiet(), ten_soon), "due_soon 6, "},
      {"contact due yesterday", seen(day("2026-11-20"), day("2026-11-21"), Tier::standard), "missed_contact 11, "},
      {"contact due a year ago", seen(day("2026-11-20"), day("2025-11-21"), Tier::standard), "missed_contact 25, "},
      {"silent for 28 days", seen(day("2026-10-25"), day("2026-12-20"), Tier::standard), "silence 10, "},
      {"silent for 27 days", seen(day("2026-10-26"), day("2026-12-20"), Tier::standard), "due_soon 2, "},
      {"silent beyond 120 %", seen(day("2026-10-19"), day("2026-12-20"), Tier::standard), "silence 20, "},
      {"no contact ever", seen({}, {}, Tier::light), "silence 20, no_next_contact 5, "},
      {"closed", closed, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Priority found = judge_priority(row.facts);
    CHECK(told(found) == row.reasons);
    int sum = 0;
    for (const PriorityReason& reason : found.reasons) sum += reason.points;
    CHECK(found.score == sum);
    for (const PriorityReason& reason : found.reasons) CHECK_FALSE(reason.words.empty());
  }
}

TEST_CASE("the reasons are told in plain words") {
  const PriorityFacts facts = with(quiet(), {due(DeadlineKind::action, -5), due(DeadlineKind::action, -1), due(DeadlineKind::court, 1)});
  const Priority found = judge_priority(facts);
  CHECK(found.reasons.at(0).words == "a court date is in 1 day");
  CHECK(found.reasons.at(1).words == "2 actions are overdue, the oldest by 5 days");
  CHECK(judge_priority(with(quiet(), {due(DeadlineKind::action, -1)})).reasons.at(0).words == "1 action is overdue, by 1 day");
}

TEST_CASE("an override counts until its moment and not at it, and says what the policy says") {
  struct Row {
    std::int64_t score;
    const char* until;
    int then;
    const char* words;
  };
  const Row rows[] = {
      {90, "2026-11-22T12:00:00.001Z", 90, "put at 90 by somebody, until 2026-11-23; the policy says 25"},
      {0, "2027-01-01T00:00:00Z", 0, "put at 0 by somebody, until 2026-11-23; the policy says 25"},
      {25, "2027-01-01T00:00:00Z", 25, "put at 25 by somebody, until 2026-11-23; the policy says 25"},
      {9'007'199'254'740'992, "2027-01-01T00:00:00Z", 1'000, "put at 1000 by somebody, until 2026-11-23; the policy says 25"},
      {-5, "2027-01-01T00:00:00Z", 0, "put at 0 by somebody, until 2026-11-23; the policy says 25"},
      {90, "2026-11-22T12:00:00Z", 25, "a risk is high"},
      {90, "1970-01-01T00:00:00Z", 25, "a risk is high"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    PriorityFacts facts = quiet();
    facts.risk = RiskLevel::high;
    facts.put_at = {row.score, *parse_moment(row.until), day("2026-11-23")};
    const Priority found = judge_priority(with(facts, {}));
    CHECK(found.score == row.then);
    CHECK(found.reasons.at(0).words == row.words);
    int sum = 0;
    for (const PriorityReason& reason : found.reasons) sum += reason.points;
    CHECK(sum == found.score);
  }
}

TEST_CASE("the order in which facts were found changes nothing") {
  std::vector<Deadline> some{due(DeadlineKind::action, -5), due(DeadlineKind::review, -2), due(DeadlineKind::court, 2),
                             due(DeadlineKind::court, 9), due(DeadlineKind::action, 1, true)};
  const std::string forward = told(judge_priority(with(quiet(), some)));
  std::ranges::reverse(some);
  CHECK(told(judge_priority(with(quiet(), some))) == forward);
  CHECK(forward == "court 20, overdue_actions 5, overdue_reviews 5, due_soon 2, ");
}
