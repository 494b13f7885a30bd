#include "common/base/nearest.h"

#include <string>

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr std::string_view words[] = {"note", "narrative", "action", "assignment", "a", "consent", "contract"};

}  // namespace

TEST_CASE("a slip of the finger finds the word that was meant") {
  struct Row { const char* slip; const char* typed; const char* meant; };
  const Row rows[] = {{"none", "action", "action"}, {"changed", "actiom", "action"}, {"left out", "acton", "action"},
                      {"put in", "nnote", "note"}, {"exchanged", "narartive", "narrative"},
                      {"two slips", "asignmetn", "assignment"},
                      {"nearest, not first", "contact", "contract"}};
  for (const Row& row : rows) {
    CAPTURE(row.slip);
    CHECK(find_nearest(row.typed, words) == row.meant);
  }
  constexpr std::string_view twins[] = {"cat", "bat"};
  CHECK(find_nearest("rat", twins) == "cat");
}

TEST_CASE("a word that nobody can have meant finds nothing") {
  for (const char* typed : {"", "xyz", "nxxe", "person", "narrowly", "action.plan.of.all.the.people"}) {
    CAPTURE(typed);
    CHECK(find_nearest(typed, words).empty());
  }
  CHECK(find_nearest("note", {}).empty());
}

TEST_CASE("words too long to be typed by hand are not compared") {
  const std::string limit(nearest_bytes_max, 'a');
  const std::string beyond(nearest_bytes_max + 1, 'a');
  const std::string_view both[] = {beyond, limit};
  CHECK(find_nearest(limit, both) == limit);
  CHECK(find_nearest(beyond, both).empty());
}
