#include "sync/sharing/default_rules.h"

#include <map>
#include <sstream>

#include "tests/unit/sync/sharing_support.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

const Id here = test::id_of(20);
const Id elsewhere = test::id_of(21);
const Id me = test::id_of(1);
const Id my_provider = test::id_of(9);

const Rules& rules() {
  static const Rules read = *parse_rules(default_rules_text(), test::catalogue());
  return read;
}

// Somebody, and how they stand to the one case, worker's file, unit and office of these tests, all of the unit `here`.
struct Person {
  std::vector<Membership> memberships;
  std::vector<AssignmentFact> assignments = {};
  bool referred = false;
  std::vector<std::string> consents = {};
  bool emergency = false;
  bool own_file = false;
  Standing standing = Standing::active;
};

const std::map<std::string, Person>& people() {
  static const std::vector<AssignmentFact> lead{{me, AssignmentRole::lead}};
  static const std::map<std::string, Person> all{
      {"the lead", {{{here, "caseworker"}}, lead}},
      {"a suspended lead", {{{here, "caseworker"}}, lead, false, {}, false, false, Standing::suspended}},
      {"a lead on a lost device", {{{here, "caseworker"}}, lead, false, {}, false, false, Standing::lost}},
      {"a colleague", {{{here, "caseworker"}}}},
      {"a stranger", {{{elsewhere, "caseworker"}}}},
      {"a stranger in an emergency", {{{elsewhere, "caseworker"}}, {}, false, {}, true}},
      {"the officer", {{{here, "custodial_officer"}}, lead}},
      {"the wing", {{{here, "custodial_officer"}}}},
      {"the manager", {{{here, "manager"}}}},
      {"another manager", {{{elsewhere, "manager"}}}},
      {"the supervisor", {{{elsewhere, "manager"}}, {{me, AssignmentRole::supervisor}}}},
      {"a manager who works here", {{{elsewhere, "manager"}, {here, "caseworker"}}, lead}},
      {"records", {{{here, "records_officer"}}}},
      {"records elsewhere", {{{elsewhere, "records_officer"}}}},
      {"the provider", {{{{}, "provider"}}, {}, true, {"service"}}},
      {"the provider, trusted with safety", {{{{}, "provider"}}, {}, true, {"service", "safety"}}},
      {"the provider without consent", {{{{}, "provider"}}, {}, true, {}}},
      {"a provider not referred to", {{{{}, "provider"}}, {}, false, {"service", "safety"}}},
      {"the auditor", {{{here, "auditor"}}}},
      {"nobody", {}},
      {"somebody unknown to the rules", {{{here, "director"}}, lead, true, {"service"}, true, true}},
      {"the owner", {{{here, "caseworker"}}, {}, false, {}, false, true}},
  };
  return all;
}

Decision decision(const std::string& who, const ObjectFacts& object) {
  const Person& person = people().at(who);
  const ViewerFacts viewer{me, my_provider, person.standing, person.memberships, {}};
  ScopeFacts scope{};
  scope.type = test::catalogue().find_kind(object.kind)->scope;
  if (scope.type != ScopeType::office) scope.unit = here;
  if (scope.type == ScopeType::case_file) {
    scope.assignments = person.assignments;
    scope.consents = person.consents;
    if (person.referred) scope.referrals = {my_provider};
    if (person.emergency) scope.emergency = {me};
  }
  if (scope.type == ScopeType::worker_file) scope.owner = person.own_file ? me : test::id_of(2);
  return decide(rules(), viewer, scope, object);
}

}  // namespace

TEST_CASE("the default rules are read, are printed as they stand, and stay within half of their limits") {
  const RulesReading reading = read_rules(default_rules_text(), test::catalogue());
  for (const RuleProblem& problem : reading.problems) MESSAGE(problem.fault.to_string());
  REQUIRE(reading.problems.empty());
  std::istringstream stands{std::string(default_rules_text())};
  std::istringstream prints(print_rules(reading.rules, test::catalogue()));
  for (std::string stood, printed; std::getline(stands, stood) && std::getline(prints, printed);)
    CHECK(printed == stood);
  CHECK(stands.eof());
  CHECK(reading.rules.rules.size() < rules_max / 2);
  CHECK(reading.rules.roles.size() == 6);
  CHECK(keeps_locked(reading.rules, reading.rules, test::catalogue()).ok());
}

TEST_CASE("who may do what under the default rules") {
  // level: "-" nothing, "s" see, "r" read, "w" write; "d" after it: and decide. own: the record is the person's work.
  const struct {
    const char* who;
    const char* target;
    const char* type;
    const char* marking;
    bool own;
    const char* may;
  } rows[] = {
      // notes, and who may write the three of managers
      {"the lead", "note.narrative", "contact", "", false, "w"},
      {"the lead", "note.narrative", "oversight", "", true, "r"},
      {"the lead", "note.oversight", "oversight", "", true, "r"},
      {"the lead", "note.decision", "decision", "", true, "r"},
      {"the lead", "note.narrative", "supervision", "restricted", false, "r"},
      {"a colleague", "note.narrative", "contact", "", false, "-"},
      {"a colleague", "note.header", "contact", "", false, "-"},
      {"a colleague", "note.narrative", "contact", "", true, "-"},
      {"a stranger", "note.narrative", "contact", "", false, "-"},
      {"a suspended lead", "note.narrative", "contact", "", true, "-"},
      {"a lead on a lost device", "case.identity", "", "", true, "-"},
      {"the manager", "note.narrative", "oversight", "", true, "wd"},
      {"the manager", "note.narrative", "supervision", "restricted", false, "wd"},
      {"another manager", "note.narrative", "oversight", "", true, "-"},
      {"the supervisor", "note.narrative", "oversight", "", true, "w"},
      {"a manager who works here", "note.narrative", "oversight", "", true, "r"},
      {"a manager who works here", "note.narrative", "contact", "", true, "w"},
      {"records", "note.narrative", "contact", "restricted", false, "r"},
      {"records", "note.narrative", "oversight", "", true, "r"},
      {"records elsewhere", "note.narrative", "contact", "", false, "-"},
      {"the auditor", "note.narrative", "contact", "", false, "s"},
      {"the auditor", "note.oversight", "oversight", "", false, "r"},
      {"the auditor", "note.oversight", "oversight", "", true, "r"},
      {"the officer", "note.narrative", "contact", "", true, "w"},
      {"the officer", "note.narrative", "contact", "", false, "r"},
      {"the officer", "note.narrative", "contact", "sensitive", false, "-"},
      {"the officer", "note.narrative", "contact", "restricted", true, "-"},
      {"the officer", "note.narrative", "decision", "", true, "r"},
      {"the wing", "note.narrative", "contact", "", false, "-"},
      {"nobody", "note.narrative", "contact", "", true, "-"},
      {"somebody unknown to the rules", "note.narrative", "contact", "", true, "-"},
      // that a case exists, and who works on it
      {"a colleague", "case.identity", "", "", false, "s"},
      {"a colleague", "case.header", "", "", false, "r"},
      {"a colleague", "assignment.terms", "", "", false, "s"},
      {"a colleague", "case.legal", "", "", false, "-"},
      {"a colleague", "person.identity", "", "", false, "-"},
      {"a stranger", "case.identity", "", "", false, "-"},
      {"a stranger", "case.header", "", "", false, "-"},
      {"the lead", "assignment.terms", "", "", false, "r"},
      {"the lead", "assignment.terms", "", "", true, "r"},
      {"the manager", "assignment.terms", "", "", true, "wd"},
      {"another manager", "case.identity", "", "", false, "-"},
      // risk and safety
      {"the lead", "risk.level", "", "", false, "w"},
      {"the lead", "incident.account", "", "", true, "w"},
      {"the manager", "risk.level", "", "", false, "wd"},
      {"the manager", "incident.header", "", "", false, "wd"},
      {"the supervisor", "risk.level", "", "", false, "wd"},
      {"the supervisor", "crisis.course", "", "", false, "-"},
      {"records", "risk.level", "", "", false, "r"},
      {"records", "contact_restriction.terms", "", "", true, "r"},
      {"the auditor", "risk.level", "", "", false, "r"},
      {"the auditor", "risk.assessment", "", "", false, "-"},
      {"the auditor", "incident.account", "", "", false, "s"},
      {"the wing", "risk.level", "", "", false, "r"},
      {"the wing", "risk.assessment", "", "", false, "-"},
      {"the wing", "contact_restriction.terms", "", "restricted", false, "-"},
      {"the wing", "person.contact", "", "", false, "-"},
      // an emergency
      {"a stranger in an emergency", "risk.level", "", "", false, "r"},
      {"a stranger in an emergency", "person.contact", "", "sensitive", false, "r"},
      {"a stranger in an emergency", "person.contact", "", "restricted", false, "-"},
      {"a stranger in an emergency", "note.narrative", "contact", "", true, "w"},
      {"a stranger in an emergency", "note.narrative", "contact", "", false, "-"},
      {"a stranger in an emergency", "note.narrative", "decision", "", true, "r"},
      {"a stranger", "emergency_access.reason", "", "", true, "w"},
      {"a stranger", "emergency_access.reason", "", "", false, "-"},
      {"the auditor", "emergency_access.reason", "", "", true, "r"},
      // providers
      {"the provider", "person.identity", "", "", false, "r"},
      {"the provider", "person.identity", "", "restricted", false, "-"},
      {"the provider", "person.identity", "", "sensitive", false, "-"},
      {"the provider", "person.contact", "", "", false, "-"},
      {"the provider", "referral.request", "", "", false, "r"},
      {"the provider", "referral.answer", "", "", false, "w"},
      {"the provider", "risk.level", "", "", false, "-"},
      {"the provider", "note.narrative", "contact", "", true, "-"},
      {"the provider", "note.header", "contact", "", false, "-"},
      {"the provider", "service_report.content", "", "", true, "w"},
      {"the provider", "service_report.header", "", "", true, "w"},
      {"the provider", "service_report.content", "", "", false, "-"},
      {"the provider, trusted with safety", "risk.level", "", "", false, "r"},
      {"the provider, trusted with safety", "risk.assessment", "", "", false, "-"},
      {"the provider without consent", "person.identity", "", "", false, "-"},
      {"the provider without consent", "service_report.content", "", "", true, "w"},
      {"a provider not referred to", "person.identity", "", "", false, "-"},
      {"a provider not referred to", "service_report.content", "", "", true, "-"},
      // requests, disclosures, corrections, late work, approvals
      {"records", "disclosure.what", "", "", true, "wd"},
      {"records", "access_request.answer", "", "", false, "wd"},
      {"records", "correction_statement.statement", "", "", false, "wd"},
      {"records", "late_work.decision", "", "", false, "wd"},
      {"records", "approval.decision", "", "", false, "r"},
      {"records", "assignment.terms", "", "", false, "r"},
      {"the lead", "access_request.request", "", "", true, "w"},
      {"the lead", "access_request.answer", "", "", true, "r"},
      {"the lead", "late_work.held", "", "", false, "r"},
      {"the lead", "late_work.decision", "", "", true, "-"},
      {"the lead", "approval.decision", "", "", true, "r"},
      {"the lead", "appeal.outcome", "", "", true, "r"},
      {"the manager", "late_work.decision", "", "", false, "wd"},
      {"the manager", "approval.decision", "", "", true, "wd"},
      {"the manager", "access_request.answer", "", "", false, "rd"},
      {"another manager", "late_work.held", "", "", false, "-"},
      {"the auditor", "late_work.held", "", "", false, "r"},
      {"the auditor", "disclosure.what", "", "", true, "r"},
      {"the auditor", "approval.decision", "", "", true, "r"},
      {"a colleague", "late_work.held", "", "", false, "-"},
      // the office
      {"the provider", "device.identity", "", "", false, "r"},
      {"the provider", "worker.identity", "", "", false, "-"},
      {"the provider", "contract.terms", "", "", false, "-"},
      {"the manager", "device.identity", "", "", true, "r"},
      {"the manager", "sharing_rules.rules", "", "", true, "r"},
      {"the manager", "role.description", "", "", true, "r"},
      {"the lead", "framework.process", "", "", true, "r"},
      {"the lead", "contract.price", "", "", false, "-"},
      {"nobody", "device.identity", "", "", false, "-"},
      // the unit and a worker's own file
      {"the lead", "late_answer.answer", "", "", false, "-"},
      {"the lead", "notice.content", "", "", false, "r"},
      {"the lead", "notice.receipts", "", "", false, "w"},
      {"the lead", "improvement.content", "", "", true, "w"},
      {"the lead", "improvement.content", "", "", false, "r"},
      {"a stranger", "notice.content", "", "", false, "-"},
      {"the provider", "notice.content", "", "", false, "-"},
      {"the manager", "unit.header", "", "", false, "rd"},
      {"the owner", "feedback.finding", "", "", false, "r"},
      {"the owner", "feedback.answer", "", "", false, "w"},
      {"the owner", "worker.header", "", "", false, "r"},
      {"the owner", "worker.capacity", "", "", false, "r"},
      {"the owner", "draft.sealed", "", "", true, "w"},
      {"the owner", "draft.sealed", "", "", false, "-"},
      {"a colleague", "feedback.finding", "", "", false, "-"},
      {"a colleague", "worker.identity", "", "", false, "r"},
      {"a colleague", "worker.safety", "", "", false, "-"},
      {"a colleague", "draft.sealed", "", "", false, "-"},
      {"the manager", "draft.sealed", "", "", false, "-"},
      {"the manager", "worker.header", "", "", false, "rd"},
      {"records", "feedback.finding", "", "", false, "-"},
      {"another manager", "worker.safety", "", "", false, "-"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.who);
    CAPTURE(row.target);
    CAPTURE(row.type);
    CAPTURE(row.marking);
    CAPTURE(row.own);
    ObjectFacts object = test::object_of(row.target, row.type, row.marking);
    object.own_work = row.own;
    const Decision found = decision(row.who, object);
    CAPTURE(found.line);
    const std::string levels[] = {"-", "s", "r", "w"};
    CHECK(levels[static_cast<int>(found.level)] + (found.may_decide ? "d" : "") == row.may);
  }
}

TEST_CASE(
    "under the default rules an auditor writes nothing at all, and nobody but the office touches keys and "
    "rules") {
  for (const ObjectFacts& object : test::all_objects()) {
    const KindEntry* kind = test::catalogue().find_kind(object.kind);
    if (kind == nullptr) continue;
    REQUIRE(decision("the auditor", object).level < Level::write);
    REQUIRE(!decision("the auditor", object).may_decide);
    const std::string& name = kind->name;
    if (name != "device" && name != "role" && name != "framework" && name != "sharing_rules") continue;
    for (const auto& [who, person] : people()) REQUIRE(decision(who, object).level < Level::write);
  }
}

TEST_CASE("the locked lines of the default rules hold against any line that an office adds") {
  ViewerFacts provider{me, my_provider, Standing::active, {{here, "provider"}}, {}};
  ScopeFacts scope{};
  scope.referrals = {my_provider};
  const std::string more = "provider may write * if any\ncaseworker may write * if any\n";
  const Rules widened = *parse_rules(std::string(default_rules_text()) + more, test::catalogue());
  const Decision narrative = decide(widened, provider, scope, test::object_of("note.narrative", "contact"));
  CHECK(narrative.level == Level::see);
  CHECK(narrative.locked);
  CHECK(decide(widened, provider, scope, test::object_of("note.impact", "contact", "restricted")).level ==
        Level::none);
  ViewerFacts worker{me, {}, Standing::active, {{here, "caseworker"}}, {}};
  const Decision oversight = decide(widened, worker, scope, test::object_of("note.oversight", "oversight"));
  CHECK(oversight.level == Level::read);
  CHECK(oversight.locked);
}

}  // namespace caseload::sync
