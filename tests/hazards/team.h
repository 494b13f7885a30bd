#pragma once

#include "tests/hazards/session.h"

namespace caseload::sync {

// What the tests look at by name.
constexpr FieldNumber case_name = 20, note_text = 16, note_place = 25, person_name = 17;

// Team: Mia and Tom, caseworkers who share a case; Lena, the manager of its unit; and their office. Tom is of another unit:
// what he has of the case he has by his assignment. Everybody has met the office, and all three hold the case.
//
// Promise  the same in every run. Time stands still but for pass().
class Team {
 public:
  explicit Team(const PageLimits& page = {50, 100'000});

  // Somebody new, who has not met the office yet.
  std::unique_ptr<Laptop> hire(const std::string& name, const std::string& role, std::size_t unit = 0);

  // What people do. Each gives the change, which is the record's id where it begins one.
  Id open_case(Laptop& who, const std::string& name);
  Id note(Laptop& who, const Id& scope, const std::string& words);
  Id begin(Laptop& who, KindNumber kind, const Id& scope, std::vector<FieldWrite> writes);
  Id write(Laptop& who, const Id& record, std::vector<FieldWrite> writes);
  Id assign(Laptop& manager, const Id& scope, const Laptop& whom);
  void end_assignment(Laptop& manager, const Id& assignment);

  Ended meet(Laptop& who, const Line& line = {}) { return session(who, office, line); }
  void everybody_meets();  // twice, so that what one brings the others have
  void pass(Duration time);

  SeededRandom random{70};  // not that of the office, whose ids it would repeat
  Office office;
  std::unique_ptr<Laptop> mia;
  std::unique_ptr<Laptop> tom;
  std::unique_ptr<Laptop> lena;
  Id the_case;
  Id toms_assignment;
};

inline Value text(std::string_view words) { return Value::of_text(words); }
inline Value link(const Id& id) { return Value::of_reference(id); }
template <class E>
Value code(E chosen) {
  return Value::of_code(number_of(chosen));
}

FieldView view(const Laptop& who, const Id& record, FieldNumber field);
std::string words_of(const Laptop& who, const Id& record, FieldNumber field);  // the one value in force; else how many are

// Whether somebody's device holds a change, or anything of a scope that the office accepted; and what the office says.
bool holds(const Laptop& who, const Id& change);
bool holds_accepted(const Laptop& who, const Id& scope);
bool is_in_custody(const Office& office, const Laptop& of, const Id& scope);
std::uint64_t position_of(const Office& office, const Id& change);  // 0: late work, or not there
bool is_late(const Office& office, const Id& change);
std::size_t log_size(const Office& office);

bool same_record(const RecordState& one, const RecordState& other);

// Whether two devices hold the same parts of a scope and derive the same records from them.
bool same_view(const Laptop& one, const Laptop& other, const Id& scope);

// Nothing waits, and nothing is still to come.
bool is_quiet(const Laptop& who);

}  // namespace caseload::sync
