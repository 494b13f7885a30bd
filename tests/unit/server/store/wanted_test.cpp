// The contract of OfficeStore where only some of a stretch is wanted.
#include "tests/unit/server/store/subjects.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;
using sync::OfficeChange;

namespace {

const Id scope_a = numbered(901), scope_b = numbered(902);

// Seven changes in two scopes.
void fill(ServerStore& store) {
  within(store, [](ServerStore& s) {
    for (std::uint32_t n = 1; n <= 7; ++n) s.put(held_at(note(n, n % 3 == 0 ? scope_b : scope_a), n));
  });
}

}  // namespace

TEST_CASE_TEMPLATE("what is not wanted of a stretch comes as names and a place", Subject, EVERY_STORE) {
  Subject subject;
  fill(subject.store());
  subject.reopen();
  const sync::OfficeStore::Wanted wanted = [](KindNumber kind, WallTime accepted) {
    CHECK(kind == kinds::note);
    return accepted >= held_at(note(4, scope_a), 4).accepted;
  };
  const std::vector<Id> both{scope_a, scope_b};
  const std::vector<OfficeChange> whole = subject.store().changes_of_scopes(both, {0, 7, 6});
  const std::vector<OfficeChange> some = subject.store().changes_of_scopes(both, {0, 7, 6, wanted});
  REQUIRE(positions(some) == positions(whole));
  for (std::size_t i = 0; i < some.size(); ++i) {
    CAPTURE(i);
    CHECK(some[i].change.header.id == whole[i].change.header.id);
    CHECK(some[i].change.header.record == whole[i].change.header.record);
    CHECK(some[i].accepted == whole[i].accepted);
    if (whole[i].position >= 4) CHECK(pack(some[i].change) == pack(whole[i].change));
    else CHECK(some[i].change.parts.empty());
  }
}
