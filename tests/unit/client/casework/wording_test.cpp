#include <set>

#include "client/casework/wording.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

TEST_CASE("no fault is without words, and no words are without all three things") {
  std::set<std::string_view> told;
  for (const FaultEntry& entry : fault_table()) {
    CAPTURE(entry.name);
    const WordingRow* row = find_wording(entry.code);
    REQUIRE(row != nullptr);
    for (const std::string_view words : {row->happened, row->kept, row->remedy}) {
      CHECK(words.size() >= 10);
      CHECK(words.ends_with('.'));
      CHECK(words.find(entry.name.find('_') == std::string_view::npos ? "\x01" : entry.name) == std::string_view::npos);
    }
    told.insert(row->happened);
  }
  CHECK(told.size() == fault_table().size());  // each is told apart by what happened
}

TEST_CASE("the detail of a fault follows what happened") {
  const Wording words = wording_of(Fault(Fault::not_allowed, "note.narrative: line 27 of the sharing rules"));
  CHECK(words.happened == "The sharing rules do not allow it. (note.narrative: line 27 of the sharing rules)");
  CHECK(wording_of(Fault::stale).happened == "It has changed since you looked.");
}
