// Custody and values by name, over every store.
#include "tests/unit/server/store/subjects.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;

namespace {

const Id scope_a = numbered(901), scope_b = numbered(902), nowhere = numbered(904);

}  // namespace

TEST_CASE_TEMPLATE("custody is known by device and by scope, until it is erased", Subject, EVERY_STORE) {
  Subject subject;
  const sync::CustodyRow one{numbered(20), scope_b, minute(-1'000'000'000), false};
  const sync::CustodyRow two{numbered(20), scope_a, minute(2), true};
  const sync::CustodyRow three{numbered(10), scope_b, minute(3), false};
  within(subject.store(), [&](ServerStore& store) {
    for (const sync::CustodyRow& row : {one, two, three}) store.put_custody(row);
    store.put_custody({numbered(10), scope_a, minute(1), false});
    store.put_custody({numbered(10), scope_a, minute(9), true});
    store.erase_custody(numbered(10), scope_a);
    store.erase_custody(numbered(10), nowhere);
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(all_of(subject.store().custody(numbered(20))) == all_of(std::vector{two, one}));
    CHECK(all_of(subject.store().custody(numbered(10))) == all_of(std::vector{three}));
    CHECK(all_of(subject.store().holders_of(scope_b)) == all_of(std::vector{three, one}));
    CHECK(subject.store().holders_of(nowhere).empty());
  }
}

TEST_CASE_TEMPLATE("values are kept by name, and listed by the beginning of it", Subject, EVERY_STORE) {
  Subject subject;
  const std::string odd("a'; DROP TABLE value --\0%_\xff", 27);
  within(subject.store(), [&](ServerStore& store) {
    for (const char* name : {"rules/2", "rules/10", "rules", "Rules/1", "ruler"})
      store.set_value(name, Bytes{1});
    store.set_value(odd, Bytes{});
    store.set_value("", Bytes{3});
    store.set_value("\xff\xff/1", Bytes{4});
    store.set_value("rules/2", Bytes{0, 255});
    store.set_value("gone", Bytes{1});
    store.set_value("gone", std::nullopt);
    store.set_value("never", std::nullopt);
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    const ServerStore& store = subject.store();
    CHECK(store.value("rules/2") == Bytes{0, 255});
    CHECK(store.value(odd) == Bytes{});
    CHECK_FALSE(store.value("gone"));
    CHECK_FALSE(store.value("rule"));
    CHECK(store.values("rules/") == std::vector<std::string>{"rules/10", "rules/2"});
    CHECK(store.values("rule") == std::vector<std::string>{"ruler", "rules", "rules/10", "rules/2"});
    CHECK(store.values("a'") == std::vector{odd});
    CHECK(store.values("rules/2x").empty());
    CHECK(store.values("\xff") == std::vector<std::string>{"\xff\xff/1"});
    CHECK(store.values("").size() == 8);
    CHECK(store.values("").front().empty());
  }
}

TEST_CASE_TEMPLATE("the last look at a device is kept, and which scopes a stretch of the log touches is known without it", Subject,
                   EVERY_STORE) {
  Subject subject;
  const Id one = numbered(901), other = numbered(902);
  const sync::Look look{Digest{7}, true, false, true, 12, minute(3), minute(9), {numbered(4), numbered(5)}};
  CHECK_FALSE(subject.store().look(numbered(20)).has_value());
  CHECK(subject.store().last_erasure() == 0);
  within(subject.store(), [&](ServerStore& store) {
    store.put_look(numbered(20), sync::Look{});
    store.put_look(numbered(20), look);
    for (const std::uint32_t n : {1U, 2U, 4U}) store.put(held_at(note(n, one), n));
    store.put(held_at(note(3, other), 3));
    store.put_erasure({{numbered(3), 0}, other, 5});
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    const ServerStore& store = subject.store();
    CHECK(store.look(numbered(20)) == look);
    CHECK_FALSE(store.look(numbered(30)).has_value());
    CHECK(store.last_erasure() == 5);
    const Id author = store.find(numbered(3))->change.header.author;
    CHECK(store.has_written(author, other));
    CHECK_FALSE(store.has_written(author, numbered(904)));
    CHECK_FALSE(store.has_written(numbered(905), other));
    const auto named = [&](const sync::OfficeStore::Stretch& stretch) {
      std::vector<std::pair<Id, Id>> all;
      for (const sync::ChangeHeader& header : store.names(stretch)) {
        CHECK(header.sections.empty());
        CHECK(header.kind == kinds::note);
        all.emplace_back(header.id, header.scope);
      }
      return all;
    };
    using Named = std::vector<std::pair<Id, Id>>;
    CHECK(named({0, UINT64_MAX, SIZE_MAX}) ==
          Named{{numbered(1), one}, {numbered(2), one}, {numbered(3), other}, {numbered(4), one}});
    CHECK(named({2, 3, SIZE_MAX}) == Named{{numbered(3), other}});
    CHECK(named({2, 4, 1}) == Named{{numbered(3), other}});
    CHECK(named({4, 99, SIZE_MAX}).empty());
  }
}
