// The contract of DeviceStore where something is visited instead of gathered.
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using sync::ChangeState;
using sync::DeviceStore;
using sync::StoredChange;

TEST_CASE_TEMPLATE("what is accepted of a scope is visited, and nothing else", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(9);
  const Id first = pen.id(), second = pen.id();
  std::vector<Id> accepted;
  within(subject.store(), [&](DeviceStore& store) {
    for (int i = 0; i < 12; ++i) {
      StoredChange stored;
      stored.change = pen.note(i % 3 == 0 ? second : first, "Said");
      stored.device = pen.device;
      if (i % 2 == 0) {
        stored.state = ChangeState::accepted;
        stored.position = static_cast<std::uint64_t>(i) + 1;
        if (i % 3 != 0) accepted.push_back(stored.change.header.id);
      }
      put_merged(store, catalogue(), stored, stored.change.parts);
    }
  });
  subject.reopen();
  std::vector<Id> seen;
  subject.store().visit_accepted(first, [&](const StoredChange& stored) { seen.push_back(stored.change.header.id); });
  CHECK(seen.size() == 4);
  CHECK(std::ranges::is_permutation(seen, accepted));
  subject.store().visit_accepted(pen.id(), [&](const StoredChange&) { FAIL("of no such scope"); });
}
