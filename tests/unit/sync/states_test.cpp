#include "sync/session/states.h"

#include <map>
#include <sstream>

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using Line = std::array<std::string, 3>;

// Who may say what in which state, and where that leads: as the drawing in states.h and PROTOCOL.md say it.
constexpr std::string_view allowed = R"(
greeting device hello greeted
greeting office wake greeting
greeted office status pushing
greeted office wake greeted
covering device coverage pushing
pushing device push pushing
pushing device push_audit pushing
pushing device purged pushing
pushing device push_end answering
answering office audit_kept answering
answering office receipts answering
answering office reach answering
answering office page answering
answering office want_attachment answering
answering office complete carrying
carrying device purged carrying
carrying device want_attachment carrying
carrying device attachment_chunk carrying
carrying office attachment_chunk carrying
carrying device part ended
watching office wake greeting
watching device hello greeted
)";

std::map<Line, std::string> expected() {
  std::map<Line, std::string> rows;
  std::istringstream text{std::string(allowed)};
  for (std::string state, side, said, next; text >> state >> side >> said >> next;)
    rows[{state, side, said}] = next;
  return rows;
}

template <std::size_t... I>
std::vector<Message> one_of_each(std::index_sequence<I...>) {
  return {Message(std::in_place_index<I>)...};
}

constexpr SessionState states[] = {SessionState::greeting, SessionState::greeted,   SessionState::covering,
                                   SessionState::pushing,  SessionState::answering, SessionState::carrying,
                                   SessionState::watching, SessionState::ended};

}  // namespace

TEST_CASE("every message in every state, from either side: led on, or refused by name") {
  const std::map<Line, std::string> rows = expected();
  std::size_t led_on = 0;
  for (const SessionState state : states) {
    for (const Side side : {Side::device, Side::office}) {
      for (const Message& message : one_of_each(std::make_index_sequence<std::variant_size_v<Message>>())) {
        const Line line{std::string(name_of(state)), side == Side::device ? "device" : "office",
                        std::string(name_of(message))};
        CAPTURE(line[0] + " " + line[1] + " " + line[2]);
        SessionFacts facts;
        facts.brings = true;
        const Result<SessionState> next = next_state(state, side, message, facts);
        if (line[2] == "refused") {
          CHECK(*next == SessionState::ended);
        } else if (const auto row = rows.find(line); row != rows.end()) {
          REQUIRE(next.ok());
          CHECK(name_of(*next) == row->second);
          ++led_on;
        } else {
          REQUIRE_FALSE(next.ok());
          CHECK(next.fault() == Fault::unexpected_message);
          CHECK(next.fault().detail() == line[2] + " while " + line[0]);
        }
      }
    }
  }
  CHECK(led_on == rows.size());
}

TEST_CASE("what HELLO, STATUS and PART say decides where the session goes") {
  struct Row {
    bool brings;
    Greeting greeting;
    bool want_coverage;
    SessionState after_status;
    SessionState after_coverage;
  };
  using enum SessionState;
  const Row rows[] = {
      {false, Greeting::active, false, answering, ended},   {true, Greeting::active, false, pushing, ended},
      {false, Greeting::active, true, covering, answering}, {true, Greeting::active, true, covering, pushing},
      {true, Greeting::suspended, false, pushing, ended},   {true, Greeting::upgrade, false, pushing, ended},
      {true, Greeting::twin, false, pushing, ended},        {true, Greeting::lost, false, ended, ended},
      {true, Greeting::wipe, false, ended, ended},          {true, Greeting::expired, false, ended, ended},
      {true, Greeting::lost, true, ended, ended},
  };
  for (const Row& row : rows) {
    SessionFacts facts;
    Hello hello;
    hello.brings = row.brings;
    REQUIRE(*next_state(greeting, Side::device, hello, facts) == greeted);
    Status status;
    status.greeting = row.greeting;
    status.want_coverage = row.want_coverage;
    CHECK(*next_state(greeted, Side::office, status, facts) == row.after_status);
    if (row.after_status == covering)
      CHECK(*next_state(covering, Side::device, CoverageTable{}, facts) == row.after_coverage);
  }
  SessionFacts facts;
  CHECK(*next_state(carrying, Side::device, Parting{false}, facts) == ended);
  CHECK(*next_state(carrying, Side::device, Parting{true}, facts) == watching);
}

TEST_CASE("a message that is refused changes nothing of what is known of the session") {
  SessionFacts facts;
  facts.brings = true;
  Hello hello;
  CHECK_FALSE(next_state(SessionState::pushing, Side::device, hello, facts).ok());
  CHECK_FALSE(next_state(SessionState::greeting, Side::office, hello, facts).ok());
  CHECK(facts.brings);
}

}  // namespace caseload::sync
