// How large a page may become: with all that it holds, it fits into what it was given, or has one change alone.

#include "sync/device/apply.h"
#include "sync/office/reach.h"
#include "tests/simulation/reference.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

const Id file = numbered(20), note = numbered(30);
constexpr PageLimits small{1000, 20'000};

// Ben is the chief of the case's unit, and has nothing yet.
struct Reading : Bench {
  Reading() {
    const Machine& ana = enrol(10, "clerk", unit_four);
    ben = &enrol(11, "chief", unit_four);
    admit_case(20, unit_four, ana.worker);
    session(*ben);
  }
  Draft words(std::uint32_t number, std::size_t bytes, std::vector<Id> replaces = {}) {
    return draft(number).in(file).by(numbered(10)).says(1, {write(16, Value::of_text(std::string(bytes, 'w')), std::move(replaces))});
  }
  // Reads to the end, as a device does. Gives the pages.
  std::vector<Page> read() {
    std::vector<Page> pages;
    FeedPlace place{ben->store.state().cursor, 0};
    do {
      pages.push_back(feed_page(reach(*ben), ben->store.coverage(), place, small));
      const Page& latest = pages.back();
      REQUIRE(pages.size() < 1000);
      REQUIRE(check_page(ben->store, catalogue, *read_page(latest), page_trust()).ok());
      ben->store.begin();
      const Result<void> applied = apply_page(ben->store, withdrawal(*ben), *read_page(latest));
      if (!applied) FAIL("applying a page: ", applied.fault().to_string());
      for (const RecordReach& record : latest.records) apply_record_reach(ben->store, withdrawal(*ben), record);
      ben->store.commit();
    } while (!pages.back().last);
    return pages;
  }
  bool ben_has_his_share() const {
    Reference reference(catalogue, rules.rules(), office_scope);
    for (const auto& [id, held] : memory.contents().changes) {
      if (held.position != 0) reference.accept(held.change, held.position, held.accepted, {});
    }
    Reference::Held holds;
    for (const auto& [id, stored] : ben->store.contents().changes) {
      for (const Part& part : stored.change.parts) holds.insert({id, part.section});
    }
    return holds == reference.may_hold(ben->worker, Standing::active, clock.now());
  }
  Machine* ben = nullptr;
};

std::size_t size_of(const Page& page) { return write_message(page).size(); }

}  // namespace

TEST_CASE("many small segments fill a page with their proofs, not only with their changes") {
  Reading r;
  for (std::uint32_t n = 0; n < 60; ++n) r.admit(r.words(1000 + n, 300).says(0, {write(header::type, Value::of_code(1))}));
  const std::vector<Page> pages = r.read();
  CHECK(pages.size() > 3);
  for (const Page& page : pages) CHECK(size_of(page) <= small.bytes_max);
  CHECK(r.ben_has_his_share());
}

TEST_CASE("a long record whose type moved comes in as many pages as it takes, and is cut down after the last") {
  Reading r;
  std::vector<Draft> beginning{r.words(30, 7'000).says(0, {write(header::type, Value::of_code(1))})};
  r.admit(beginning);
  for (std::uint32_t n = 31; n < 37; ++n) r.admit(r.words(n, 7'000, {numbered(n - 1)}).on(note));
  static_cast<void>(r.session(*r.ben));
  r.admit(draft(40).in(file).on(note).says(0, {write(header::type, Value::of_code(2), {note})}));
  r.admit(r.words(41, 50).says(0, {write(header::type, Value::of_code(1))}));
  const std::vector<Page> pages = r.read();
  REQUIRE(pages.size() >= 4);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CAPTURE(i);
    CHECK(size_of(pages[i]) <= small.bytes_max);
    CHECK(pages[i].records.empty() == (i + 1 != pages.size()));
  }
  CHECK(r.ben_has_his_share());
  CHECK(r.ben->store.state().cursor == r.office.last_position());
}

TEST_CASE("a change that is larger than a page goes alone") {
  Reading r;
  r.admit(r.words(30, 300).says(0, {write(header::type, Value::of_code(1))}));
  r.admit(r.words(31, 40'000).says(0, {write(header::type, Value::of_code(1))}));
  r.admit(r.words(32, 300).says(0, {write(header::type, Value::of_code(1))}));
  const std::vector<Page> pages = r.read();
  REQUIRE(pages.size() == 3);
  CHECK(size_of(pages[1]) > small.bytes_max);
  CHECK(pages[1].segments.size() == 1);
  CHECK(r.ben_has_his_share());
}

TEST_CASE("the largest page there can be fits into a message") {
  // The largest change that a segment may hold, alone; and otherwise what page_bytes_max allows.
  static_assert(page_bytes_max + (64U << 10) <= message_bytes_max);
  CHECK(PageLimits().bytes_max == page_bytes_max);
  CHECK(PageLimits().changes_max == page_changes_max);
}

}  // namespace caseload::sync
