#include "tests/simulation/scenario.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "common/base/random.h"

namespace caseload::sync {
namespace {

using enum StepKind;

bool is_network(StepKind kind) { return kind == contact || kind == connect || kind == move; }

// A case that several people work on, so that what follows has something to happen to. The first laptop is a manager's.
void add_prelude(Scenario& scenario, Random& random) {
  const auto add = [&](StepKind kind, std::uint32_t who) { scenario.steps.push_back({kind, who, random.next() >> 32}); };
  for (std::uint32_t who = 0; who < scenario.laptops; ++who) add(contact, who);
  add(open_case, 0);
  for (const StepKind kind : {note, risk, tag, refer, consent, action}) {
    if (random.chance(1, 2)) add(kind, 0);
  }
  add(contact, 0);
  for (int i = 0; i < 2; ++i) add(assign, 0);
  add(contact, 0);
  for (std::uint32_t who = 1; who < scenario.laptops; ++who) add(contact, who);
  // Two people who write the same without knowing of each other, perhaps by a clock that is wrong.
  if (!random.chance(1, 2)) return;
  if (random.chance(1, 2)) add(clock, 1);
  const StepKind both = random.chance(1, 2) ? change_risk : set_field;
  for (std::uint32_t who = 0; who < 2; ++who) add(both, who);
  for (std::uint32_t who = 0; who < 3; ++who) add(contact, who % 2);
}

}  // namespace

const std::vector<StepName>& step_names() {
  static const std::vector<StepName> names{
      {open_case, "open_case", 6},      {person, "person", 3},          {note, "note", 10},
      {oversight, "oversight", 3},      {sign_off, "sign_off", 3},      {amend, "amend", 2},
      {action, "action", 5},            {finish_action, "finish_action", 4}, {risk, "risk", 5},
      {change_risk, "change_risk", 8},  {incident, "incident", 2},      {set_field, "set_field", 8},
      {tag, "tag", 4},                  {untag, "untag", 3},            {void_record, "void_record", 3},
      {resolve, "resolve", 4},          {consent, "consent", 4},        {withdraw_consent, "withdraw_consent", 4},
      {refer, "refer", 4},              {end_referral, "end_referral", 3}, {report, "report", 3},
      {mark, "mark", 6},                {emergency, "emergency", 3},    {end_emergency, "end_emergency", 3},
      {assign, "assign", 8},            {unassign, "unassign", 6},      {merge_case, "merge_case", 3},
      {undo_merge, "undo_merge", 2},    {enrol, "enrol", 1},            {change_role, "change_role", 2},
      {change_unit, "change_unit", 2},  {change_rules, "change_rules", 2}, {suspend, "suspend", 2},
      {resume, "resume", 2},            {lose, "lose", 1},              {release, "release", 4},
      {back_up, "back_up", 3},          {contact, "contact", 24},       {connect, "connect", 14},
      {move, "move", 20},               {wake, "wake", 5},              {time, "time", 4},
      {cut, "cut", 5},                  {restore_office, "restore_office", 2}, {clone, "clone", 2},
      {image, "image", 2},              {restore_image, "restore_image", 2}, {clock, "clock", 3},
      {disk_full, "disk_full", 3},      {laptop_crash, "laptop_crash", 5}, {office_crash, "office_crash", 4},
      {office_disk_full, "office_disk_full", 2}, {tamper, "tamper", 2},
  };
  return names;
}

std::string_view name_of(StepKind kind) {
  return std::ranges::find(step_names(), kind, &StepName::kind)->name;
}

bool is_fault(StepKind kind) { return kind >= cut; }

// Swarm testing: each seed lets a part of what may happen happen, with weights of its own, so that rare things meet.
Scenario Scenario::from_seed(std::uint64_t seed) {
  SeededRandom random(seed);
  Scenario scenario;
  scenario.seed = seed;
  scenario.real_keys = random.chance(1, 40);
  scenario.frames = random.chance(1, 8);
  scenario.laptops = static_cast<std::uint32_t>(2 + random.below(4));
  scenario.page_changes = static_cast<std::uint32_t>(random.chance(1, 2) ? 50 : 1 + random.below(6));
  scenario.page_bytes = random.chance(1, 4) ? 400 : 100'000;
  std::vector<StepName> enabled;
  const bool faulty = random.chance(3, 4);
  for (StepName name : step_names()) {
    const bool always = is_network(name.kind) || name.kind == open_case || name.kind == note;
    if (is_fault(name.kind) && !faulty) continue;
    if (!always && random.chance(is_fault(name.kind) ? 6 : 4, 10)) continue;
    name.weight *= static_cast<unsigned>(1 + random.below(4));
    enabled.push_back(name);
  }
  std::uint64_t total = 0;
  for (const StepName& name : enabled) total += name.weight;
  if (random.chance(2, 3)) add_prelude(scenario, random);
  const std::size_t steps = 30 + random.below(91);
  for (std::size_t i = 0; i < steps; ++i) {
    std::uint64_t at = random.below(total);
    auto chosen = enabled.begin();
    while (at >= chosen->weight) at -= (chosen++)->weight;
    scenario.steps.push_back({chosen->kind, static_cast<std::uint32_t>(random.below(64)), random.next() >> 32});
  }
  return scenario;
}

std::string Scenario::to_text() const {
  std::ostringstream text;
  text << std::dec << seed << ' ' << (real_keys ? "real" : "cheap") << ' ' << (frames ? "frames" : "messages") << ' ' << laptops
       << ' ' << page_changes << ' ' << page_bytes << " :";
  for (const Step& step : steps) text << ' ' << name_of(step.kind) << '.' << std::dec << step.who << '.' << std::hex << step.salt;
  return text.str();
}

Result<Scenario> Scenario::parse(std::string_view text) {
  std::istringstream in{std::string(text)};
  Scenario scenario;
  std::string keys;
  std::string wire;
  std::string colon;
  in >> scenario.seed >> keys >> wire >> scenario.laptops >> scenario.page_changes >> scenario.page_bytes >> colon;
  if (!in || colon != ":") return Fault(Fault::bad_line, "options and a colon");
  scenario.real_keys = keys == "real";
  scenario.frames = wire == "frames";
  for (std::string word; in >> word;) {
    const std::size_t first = word.find('.');
    const std::size_t second = word.find('.', first + 1);
    const auto name = std::ranges::find(step_names(), std::string_view(word).substr(0, first), &StepName::name);
    if (second == std::string::npos || name == step_names().end()) return Fault(Fault::bad_line, "a step");
    Step step{name->kind, 0, 0};
    std::from_chars(word.data() + first + 1, word.data() + second, step.who);
    std::from_chars(word.data() + second + 1, word.data() + word.size(), step.salt, 16);
    scenario.steps.push_back(step);
  }
  return scenario;
}

}  // namespace caseload::sync
