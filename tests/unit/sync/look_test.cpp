// Which masks a session looks at again, and which cannot have moved since the last one did.
#include <algorithm>

#include "common/record/kinds.h"
#include "sync/office/reach.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

const Id file = numbered(20), other_file = numbered(24);

Draft note_in(std::uint32_t number, const Id& scope = file) {
  return draft(number)
      .in(scope)
      .by(numbered(10))
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(16, Value::of_text("seen"))});
}

// ana leads case 20; case 24 is of another unit. Ana's device has looked at everything.
struct Given : Bench {
  Given() {
    ana = &enrol(10, "clerk", unit_four);
    admit_case(20, unit_four, ana->worker);
    admit_case(24, unit_five, numbered(12));
    covered = after_moves({}, moves(reach(*ana), {}));
    look_now();
  }
  void look_now(std::vector<Id> merged = {}) {
    look = Look{.upto = office.last_position(), .at = clock.now(), .until = minute(1'000), .merged = std::move(merged)};
  }
  std::optional<std::set<Id>> asked() const {
    return scopes_to_look_at(reach(*ana), look, [this]() -> const Coverage& { return covered; });
  }
  Machine* ana = nullptr;
  Coverage covered;
  Look look;
};

}  // namespace

TEST_CASE("a look goes on from the last one: only scopes whose facts moved") {
  Given g;
  g.look_now({numbered(77)});
  CHECK(g.asked() == std::set<Id>{});
  g.admit(note_in(30));
  g.admit(note_in(31, other_file).by(numbered(12)));
  CHECK(g.asked() == std::set<Id>{});
  g.end_assignment(40, 20, 500);
  CHECK(g.asked() == std::set<Id>{file, numbered(77)});
  g.look_now({numbered(77)});
  CHECK(g.asked() == std::set<Id>{});
}

TEST_CASE("a look is at all scopes where time or people outside of cases moved") {
  Given g;
  g.clock.set(minute(1'000) - Duration(1));
  CHECK(g.asked().has_value());
  g.clock.set(minute(1'000));
  CHECK_FALSE(g.asked().has_value());
  g.clock.set(g.look.at - Duration(1));
  CHECK_FALSE(g.asked().has_value());
  g.clock.set(g.look.at);
  CHECK(g.asked().has_value());
  g.enrol(14, "clerk", unit_four);
  CHECK_FALSE(g.asked().has_value());
}

TEST_CASE("a note moves a mask only where that gives own work alone, or where somebody wrote who has nothing there") {
  Given g;
  g.admit(note_in(30));
  g.admit(note_in(31, other_file).by(numbered(12)));
  REQUIRE(g.covered.contains(file));
  REQUIRE_FALSE(g.covered.contains(other_file));
  CHECK(g.asked() == std::set<Id>{});
  g.covered.erase(file);
  CHECK(g.asked() == std::set<Id>{file});
  g.covered[file].mask = Mask();
  REQUIRE(g.covered[file].mask.gives_only_own());
  CHECK(g.asked() == std::set<Id>{file});
  g.admit(note_in(32, other_file));
  CHECK(g.asked() == std::set<Id>{file, other_file});
}

TEST_CASE("a look says when time alone moves a mask, and which scopes another one decides") {
  Given g;
  g.end_assignment(40, 20, 500);
  g.admit_case(50, unit_four, numbered(12));
  g.admit(draft(60).in(numbered(50)).on(numbered(50)).of(kinds::case_file).says(
      0, {write(case_facts::merged_into, Value::of_reference(file))}));
  Looked looked;
  const ReachContext with = g.reach(*g.ana);
  const std::vector<Reach> moved = moves(with, {}, all_scopes(with, {}), looked);
  CHECK(std::ranges::find(moved, numbered(50), &Reach::scope) != moved.end());
  CHECK(looked.until == minute(500));
  CHECK(looked.merged == std::vector{numbered(50)});
  Looked of_one;
  CHECK(moves(with, {}, {other_file}, of_one).empty());
  CHECK_FALSE(of_one.until.has_value());
  CHECK(of_one.merged.empty());
}

}  // namespace caseload::sync
