#include "tests/end_to_end/canary_world.h"

#include <cstdlib>

#include "tests/support/test.h"

namespace caseload::canary {
namespace {

constexpr std::uint64_t worlds = 40;
constexpr int rounds = 8;

// More of them, or one alone, as in CASELOAD_CANARY_WORLDS=500.
std::uint64_t worlds_wanted() {
  const char* wanted = std::getenv("CASELOAD_CANARY_WORLDS");
  return wanted == nullptr ? worlds : std::strtoull(wanted, nullptr, 10);
}

TEST_CASE("a canary in every field: after every session a device's decrypted database holds what the rules give, and no byte more") {
  std::size_t sessions = 0, canaries = 0, seen = 0;
  for (std::uint64_t seed = 1; seed <= worlds_wanted(); ++seed) {
    CAPTURE(seed);
    CanaryWorld world(seed, {});
    for (int round = 0; round < rounds && world.wrong.empty(); ++round) {
      CAPTURE(round);
      world.round();
      CHECK_MESSAGE(world.wrong.empty(), world.wrong.size(), " things are wrong; the first: ", world.wrong.front());
    }
    sessions += world.sessions;
    canaries += world.canaries();
    seen += world.seen;
  }
  CHECK(seen > sessions);
  MESSAGE(worlds_wanted(), " worlds, ", sessions, " sessions, ", canaries, " canaries, found ", seen, " times where they may be");
}

TEST_CASE("an office that does not ask for consent, or for markings, or for what nobody may, and a device that keeps a word: each is found") {
  struct Row {
    const char* what;
    Plant plant;
  };
  for (const Row& row : {Row{"consent is not asked for", {Ignored::consent, false}}, Row{"markings are not looked at", {Ignored::marking, false}},
                         Row{"what is forbidden is given", {Ignored::never, false}}, Row{"a word stays behind", {Ignored::nothing, true}}}) {
    CAPTURE(row.what);
    std::uint64_t found_in = 0;
    std::string what;
    for (std::uint64_t seed = 1; found_in == 0 && seed <= worlds; ++seed) {
      CanaryWorld world(seed, row.plant);
      for (int round = 0; found_in == 0 && round < rounds; ++round) {
        world.round();
        if (world.wrong.empty()) continue;
        found_in = seed;
        what = world.wrong.front().substr(0, world.wrong.front().find('\n'));
      }
    }
    CHECK(found_in > 0);
    MESSAGE(std::string(row.what), ": found in world ", found_in, ": ", what);
  }
}

}  // namespace
}  // namespace caseload::canary
