#include "sync/office/reach.h"

#include <functional>
#include <set>

#include "sync/office/counting.h"
#include "tests/simulation/reference.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

const Id file = numbered(20), other_file = numbered(24), note = numbered(30);
constexpr PageLimits wide{1000, 1 << 20};

Draft note_in(std::uint32_t number, const Id& scope = file) {
  return draft(number)
      .in(scope)
      .by(numbered(10))
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(16, Value::of_text("seen"))});
}

using Pairs = Reference::Held;
void add_pairs(const Page& page, Pairs& pairs) {
  for (const PageSegment& segment : page.segments) {
    for (const Bytes& bytes : segment.changes) {
      const Change change = *unpack(bytes);
      for (const Part& part : change.parts) pairs.insert({change.header.id, part.section});
    }
  }
}

// ana leads case 20, ben is the chief of its unit; case 24 is of another unit.
struct Given : Bench {
  Given() {
    ana = &enrol(10, "clerk", unit_four);
    ben = &enrol(11, "chief", unit_four);
    admit_case(20, unit_four, ana->worker);
    admit_case(24, unit_five, numbered(12));
  }
  Coverage covered(const Machine& machine) const { return after_moves({}, moves(reach(machine), {})); }
  const Reach* find(const std::vector<Reach>& all, const Id& scope) const {
    const auto found = std::ranges::find(all, scope, &Reach::scope);
    return found == all.end() ? nullptr : &*found;
  }
  void mark(std::uint32_t number, Marking marking, std::vector<Id> replaces) {
    admit(draft(number).in(file).on(note).says(
        0, {write(header::marking, Value::of_code(number_of(marking)), std::move(replaces))}));
  }
  Pairs expected(const Machine& machine) const {
    Reference reference(catalogue, rules.rules(), office_scope);
    for (const auto& [id, held] : memory.contents().changes) {
      if (held.position != 0) reference.accept(held.change, held.position, held.accepted, {});
    }
    return reference.may_hold(machine.worker, Standing::active, clock.now());
  }
  Machine* ana = nullptr;
  Machine* ben = nullptr;
};

}  // namespace

TEST_CASE("a device without anything gains the scopes that its masks give, and none that they do not") {
  const Given g;
  const std::vector<Reach> gained = moves(g.reach(*g.ana), {});
  for (const Reach& move : gained) {
    REQUIRE(move.mask.has_value());
    CHECK_FALSE(move.mask->is_empty());
    REQUIRE(move.backfill.has_value());
    CHECK(*move.backfill == Backfill{Mask(), g.office.last_position(), Phase::safety, 0});
  }
  CHECK(g.find(gained, office_scope) != nullptr);
  CHECK(g.find(gained, file) != nullptr);
  CHECK(g.find(gained, other_file) == nullptr);
}

TEST_CASE("nothing moves while nothing changes, and an end withdraws, and withdrawals come first") {
  Given g;
  const Coverage covered = g.covered(*g.ana);
  CHECK(moves(g.reach(*g.ana), covered).empty());
  g.end_assignment(40, 20, 90);
  g.admit_case(50, unit_four, g.ana->worker);
  const std::vector<Reach> moved = moves(g.reach(*g.ana), covered);
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].scope == file);
  CHECK_FALSE(moved[0].mask.has_value());
  CHECK(moved[1].scope == numbered(50));
  const Coverage after = after_moves(covered, moved);
  CHECK_FALSE(after.contains(file));
  CHECK(after.contains(numbered(50)));
  CHECK(moves(g.reach(*g.ana), after).empty());
}

TEST_CASE("time alone begins and ends an assignment") {
  Given g;
  g.admit_case(50, unit_five, numbered(12));
  g.admit(draft(60)
              .in(numbered(50))
              .of(kinds::assignment)
              .says(0, {write(assignment_facts::worker, Value::of_reference(g.ana->worker)),
                        write(assignment_facts::role, Value::of_code(2)),
                        write(assignment_facts::from, Value::of_moment(minute(110)))}));
  CHECK_FALSE(g.covered(*g.ana).contains(numbered(50)));
  g.clock.set(minute(110));
  CHECK(g.covered(*g.ana).contains(numbered(50)));
  g.end_assignment(40, 20, 120);
  const Coverage covered = g.covered(*g.ana);
  REQUIRE(covered.contains(file));
  g.clock.set(minute(120) - Duration(1));
  CHECK(moves(g.reach(*g.ana), covered).empty());
  g.clock.set(minute(120));
  CHECK(moves(g.reach(*g.ana), covered).size() == 1);
}

TEST_CASE("a voided assignment gives nothing, unless somebody wrote to it since") {
  Given g;
  const Coverage covered = g.covered(*g.ana);
  const auto cursor = Value::of_integer(static_cast<std::int64_t>(g.office.last_position()));
  g.admit(draft(40)
              .in(file)
              .on(numbered(21))
              .of(kinds::assignment)
              .by(g.ben->worker)
              .says(0, {write(header::voided, Value::of_boolean(true)), write(header::void_cursor, cursor)}));
  const std::vector<Reach> moved = moves(g.reach(*g.ana), covered);
  REQUIRE(moved.size() == 1);
  CHECK_FALSE(moved[0].mask.has_value());
  g.admit(draft(41)
              .in(file)
              .on(numbered(21))
              .of(kinds::assignment)
              .says(1, {write(20, Value::of_text("needed"))}));
  CHECK(moves(g.reach(*g.ana), covered).empty());
}

TEST_CASE("a mask that gives more backfills the difference, and one whose backfill was under way begins again") {
  Given g;
  g.admit(draft(45)
              .in(file)
              .of(kinds::action)
              .says(0, {write(16, Value::of_code(1))})
              .says(1, {write(18, Value::of_text("call the school"))}));
  Coverage covered = g.covered(*g.ben);
  covered.at(file).backfill.reset();
  const Mask before = covered.at(file).mask;
  g.admit(draft(50)
              .in(file)
              .of(kinds::consent)
              .says(0, {write(consent_facts::name, Value::of_text("service")),
                        write(consent_facts::status, Value::of_code(1))}));
  const std::vector<Reach> moved = moves(g.reach(*g.ben), covered);
  REQUIRE(moved.size() == 1);
  REQUIRE(moved[0].backfill.has_value());
  CHECK(moved[0].backfill->held == before);
  CHECK(moved[0].backfill->base == g.office.last_position());
  const CoverageEntry opened{*moved[0].mask, moved[0].backfill};
  Pairs fresh;
  add_pairs(backfill_page(g.reach(*g.ben), file, opened, wide), fresh);
  CHECK(fresh == Pairs{{numbered(45), 0}, {numbered(45), 1}});  // all else was held before
  covered.at(file).backfill = Backfill{Mask(), 3, Phase::recent, 2};
  const std::vector<Reach> again = moves(g.reach(*g.ben), covered);
  REQUIRE(again.size() == 1);
  CHECK(again[0].backfill->held.is_empty());
  CHECK(again[0].backfill->phase == Phase::safety);

  g.admit(draft(51)
              .in(file)
              .on(numbered(50))
              .of(kinds::consent)
              .says(0, {write(consent_facts::status, Value::of_code(number_of(ConsentStatus::withdrawn)),
                              {numbered(50)})}));
  const Coverage wide_open = after_moves(covered, moved);
  const std::vector<Reach> less = moves(g.reach(*g.ben), wide_open);
  REQUIRE(less.size() == 1);
  CHECK(*less[0].mask == before);
}

TEST_CASE(
    "pages: in position order, bounded, whatever the limits the same altogether, and all of it proved") {
  Given g;
  for (std::uint32_t n = 30; n < 39; ++n)
    g.admit({note_in(n), note_in(n + 100, other_file), note_in(n + 200)});
  const Coverage covered = g.covered(*g.ana);
  Coverage done = covered;
  for (auto& [scope, entry] : done) entry.backfill.reset();
  Pairs whole;
  for (const std::size_t changes_max : {1U, 2U, 5U, 1000U}) {
    for (const std::size_t bytes_max : {1U, 600U, 1U << 20}) {
      const PageLimits limits{changes_max, bytes_max};
      Pairs pairs;
      std::uint64_t cursor = 0;
      for (bool last = false; !last;) {
        const Page page = feed_page(g.reach(*g.ana), done, cursor, limits);
        REQUIRE((page.upto > cursor || page.last));
        std::uint64_t position = cursor;
        std::size_t count = 0;
        for (const PageSegment& segment : page.segments) {
          for (const std::uint16_t index : segment.indexes) {
            REQUIRE(*segment.acceptance.position_of(index) > position);
            position = *segment.acceptance.position_of(index);
            ++count;
          }
        }
        REQUIRE(position <= page.upto);
        REQUIRE(count <= changes_max);
        REQUIRE(check_page(g.ana->store, g.catalogue, *read_page(page), g.page_trust()).ok());
        add_pairs(page, pairs);
        last = page.last;
        cursor = page.upto;
      }
      CHECK(cursor == g.office.last_position());
      if (whole.empty()) whole = pairs;
      CHECK(pairs == whole);
    }
  }
  CHECK(whole == g.expected(*g.ana));
}

TEST_CASE("a backfill gives, over its phases, exactly what the feed would have: safety first, the old last") {
  Given g;
  g.admit(note_in(30));
  g.clock.advance(recent_for + std::chrono::hours(1));
  g.admit({note_in(31), draft(32).in(file).of(kinds::risk).says(1, {write(16, Value::of_code(2))})});
  Coverage covered = g.covered(*g.ana);
  Pairs pairs;
  std::map<Id, Phase> came_in;
  Backfills backfills(covered, office_scope);
  while (const std::optional<Id> scope = backfills.next()) {
    const Page page = backfill_page(g.reach(*g.ana), *scope, covered.at(*scope), PageLimits{2, 1 << 20});
    CHECK(page.scope == *scope);
    Pairs fresh;
    add_pairs(page, fresh);
    for (const auto& [change, section] : fresh) {
      CHECK_FALSE(pairs.contains({change, section}));
      came_in[change] = page.phase;
    }
    pairs.insert(fresh.begin(), fresh.end());
    advance(covered.at(*scope), page.upto);
    backfills.next_moved(covered.at(*scope));
  }
  CHECK(pairs == g.expected(*g.ana));
  CHECK(came_in[file] == Phase::safety);
  CHECK(came_in[numbered(32)] == Phase::safety);
  CHECK(came_in[numbered(31)] == Phase::recent);
  CHECK(came_in[note] == Phase::rest);
}

TEST_CASE("the office comes first, then the first phase of every scope before the second of any") {
  const auto at = [](Phase phase) { return CoverageEntry{Mask(), Backfill{Mask(), 10, phase, 0}}; };
  CHECK_FALSE(Backfills({}, office_scope).next().has_value());
  CHECK_FALSE(Backfills({{file, CoverageEntry{}}}, office_scope).next().has_value());
  Backfills left({{file, at(Phase::recent)}, {other_file, at(Phase::safety)}, {office_scope, at(Phase::rest)}}, office_scope);
  CHECK(left.next() == office_scope);
  left.next_moved(CoverageEntry{});
  CHECK(left.next() == other_file);
  left.next_moved(at(Phase::rest));
  CHECK(left.next() == file);
  left.next_moved(CoverageEntry{});
  CHECK(left.next() == other_file);
  left.next_moved(CoverageEntry{});
  CHECK_FALSE(left.next().has_value());
}

TEST_CASE("a record whose marking moved comes whole as it may be seen now, or is named to be dropped") {
  Given g;
  g.admit(note_in(30));
  Coverage covered = g.covered(*g.ana);
  for (auto& [scope, entry] : covered) entry.backfill.reset();
  const std::uint64_t before = g.office.last_position();
  g.mark(60, Marking::restricted, {});
  const Page hidden = feed_page(g.reach(*g.ana), covered, before, wide);
  REQUIRE(hidden.records.size() == 1);
  CHECK(hidden.records[0].record == note);
  CHECK(hidden.records[0].sections.empty());
  CHECK(hidden.segments.empty());
  const std::uint64_t restricted = g.office.last_position();
  g.mark(61, Marking::ordinary, {numbered(60)});
  const Page shown = feed_page(g.reach(*g.ana), covered, restricted, wide);
  Pairs pairs;
  add_pairs(shown, pairs);
  CHECK(pairs == Pairs{{note, 0}, {note, 1}, {numbered(60), 0}, {numbered(61), 0}});
  const Page both = feed_page(g.reach(*g.ana), covered, before, wide);  // what was restricted for a while
  pairs.clear();
  add_pairs(both, pairs);
  CHECK(pairs.contains({note, SectionNumber{1}}));
}

TEST_CASE("what is accepted after a session's content began belongs to the next one") {
  Given g;
  g.admit(note_in(30));
  Coverage covered = g.covered(*g.ana);
  for (auto& [scope, entry] : covered) entry.backfill.reset();
  const std::uint64_t before = g.office.last_position();
  g.mark(60, Marking::sensitive, {});
  const ReachContext session = g.reach(*g.ana);
  const PageTrust head = g.page_trust();
  g.mark(61, Marking::restricted, {numbered(60)});
  const Page page = feed_page(session, covered, before, wide);
  Pairs pairs;
  add_pairs(page, pairs);
  CHECK(pairs == Pairs{{note, 0}, {note, 1}, {numbered(60), 0}});
  CHECK(page.upto == session.upto);
  CHECK(check_page(g.ana->store, g.catalogue, *read_page(page), head).ok());
}

TEST_CASE("nobody downloads his own pushes, unless his device was given other numbers since") {
  Given g;
  REQUIRE(g.session(*g.ana).ended);
  const std::uint64_t before = g.ana->store.state().cursor;
  g.keep(*g.ana, note_in(30));
  REQUIRE(g.push(*g.ana).ok());
  const Page own = feed_page(g.reach(*g.ana), g.ana->store.coverage(), before, wide);
  CHECK(own.segments.empty());
  CHECK(own.upto == g.office.last_position());
  OfficeDevice device = g.device(*g.ana);
  device.epoch += 1;
  g.set_device(device);
  CHECK(feed_page(g.reach(*g.ana), g.ana->store.coverage(), before, wide).segments.size() == 1);
}

TEST_CASE("what the office says a device holds is what the reference says it may") {
  Given g;
  for (std::uint32_t n = 30; n < 33; ++n) g.admit({note_in(n), note_in(n + 100, other_file)});
  g.mark(60, Marking::restricted, {});
  for (const Machine* machine : {g.ana, g.ben}) {
    const Coverage covered = g.covered(*machine);
    std::map<Id, Holdings> expected;
    for (const auto& [change, section] : g.expected(*machine)) {
      expected[g.office.find(change)->change.header.scope].add(change, section);
    }
    const Result<HeldByDevice> said = holdings_of(g.reach(*machine), covered, {});
    REQUIRE(said.ok());
    for (const ScopeHoldings& scope : said->scopes) {
      CHECK(scope.count == expected[scope.scope].count());
      CHECK(scope.digest == expected[scope.scope].digest());
      expected.erase(scope.scope);
    }
    CHECK(expected.empty());
  }
}

}  // namespace caseload::sync
