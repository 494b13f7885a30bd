#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace caseload::sync {

// What may happen in the world, each kind a word of the scenario's text.
enum class StepKind : std::uint8_t {
  // casework, on a laptop
  open_case, person, note, oversight, sign_off, amend, action, finish_action, risk, change_risk, incident, set_field, tag, untag,
  void_record, resolve, consent, withdraw_consent, refer, end_referral, report, mark, emergency, end_emergency, assign, unassign,
  merge_case, undo_merge,
  // the office
  enrol, change_role, change_unit, change_rules, suspend, resume, lose, release, back_up,
  // the wire and the time
  contact, connect, move, wake, time,
  // faults
  cut, restore_office, clone, image, restore_image, clock, disk_full, laptop_crash, office_crash, office_disk_full, tamper,
};
struct StepName {
  StepKind kind;
  std::string_view name;
  unsigned weight;  // among the kinds that a seed lets happen
};
const std::vector<StepName>& step_names();
std::string_view name_of(StepKind kind);
bool is_fault(StepKind kind);

// One step: who and what exactly come from the numbers, so that a step means something whatever was left out before it.
struct Step {
  StepKind kind = StepKind::time;
  std::uint32_t who = 0;
  std::uint64_t salt = 0;
};

// Scenario: a world and what happens in it.
//
// Shape    text := options ':' step*, a step as kind.who.salt; salts in hexadecimal.
// Promise  the same scenario gives the same world, whatever machine runs it.
struct Scenario {
  std::uint64_t seed = 0;
  bool real_keys = false;
  bool frames = false;
  std::uint32_t laptops = 3;
  std::uint32_t page_changes = 50;
  std::uint32_t page_bytes = 100'000;
  std::vector<Step> steps;

  static Scenario from_seed(std::uint64_t seed);
  static Result<Scenario> parse(std::string_view text);
  std::string to_text() const;
};

}  // namespace caseload::sync
