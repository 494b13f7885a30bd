// The table of states, held against a second statement of it: what is not in the rows below is unexpected.

#include "sync/session/states.h"

#include <algorithm>

#include "sync/session/limits.h"
#include "sync/session/machine.h"
#include "tests/unit/sync/message_samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

constexpr SessionState all_states[] = {SessionState::greeting,  SessionState::greeted,  SessionState::covering, SessionState::pushing,
                                       SessionState::answering, SessionState::carrying, SessionState::watching, SessionState::ended};

std::string_view name_of(Side side) { return side == Side::device ? "device" : "office"; }

// With facts that ask for nothing: no coverage wanted, nothing brought, no watching.
struct Allowed {
  std::string_view state;
  std::string_view from;
  std::string_view message;
  std::string_view to;
};
const std::vector<Allowed> allowed{
    {"greeting", "device", "hello", "greeted"},
    {"greeting", "office", "wake", "greeting"},
    {"greeted", "office", "status", "answering"},
    {"greeted", "office", "wake", "greeted"},
    {"covering", "device", "coverage", "answering"},
    {"pushing", "device", "push", "pushing"},
    {"pushing", "device", "push_audit", "pushing"},
    {"pushing", "device", "purged", "pushing"},
    {"pushing", "device", "push_end", "answering"},
    {"answering", "office", "audit_kept", "answering"},
    {"answering", "office", "receipts", "answering"},
    {"answering", "office", "reach", "answering"},
    {"answering", "office", "page", "answering"},
    {"answering", "office", "complete", "carrying"},
    {"carrying", "device", "purged", "carrying"},
    {"carrying", "device", "want_attachment", "carrying"},
    {"answering", "office", "want_attachment", "answering"},
    {"carrying", "device", "attachment_chunk", "carrying"},
    {"carrying", "office", "attachment_chunk", "carrying"},
    {"carrying", "device", "part", "ended"},
    {"watching", "office", "wake", "greeting"},
    {"watching", "device", "hello", "greeted"},
};

const Allowed* find(SessionState state, Side from, const Message& message) {
  const auto row = std::ranges::find_if(allowed, [&](const Allowed& a) {
    return a.state == name_of(state) && a.from == name_of(from) && a.message == name_of(message);
  });
  return row == allowed.end() ? nullptr : &*row;
}

// Of each type one that asks for nothing.
std::vector<Message> plain_messages() {
  return {Hello{}, Status{}, CoverageTable{}, Push{}, PushAudit{}, AuditKept{}, Purged{}, PushEnd{}, Receipts{}, Reach{}, Page{},
          Complete{}, WantAttachment{}, AttachmentChunk{}, Parting{}, Wake{}, Refused{}};
}

struct Step {
  Side from;
  Message message;
  SessionState to;
};
void walk(SessionState begin, const std::vector<Step>& steps) {
  SessionFacts facts;
  SessionState state = begin;
  for (const Step& step : steps) {
    CAPTURE(name_of(state));
    CAPTURE(name_of(step.message));
    const Result<SessionState> next = next_state(state, step.from, step.message, facts);
    REQUIRE(next.ok());
    REQUIRE(name_of(*next) == name_of(step.to));
    state = *next;
  }
}

Hello bringing() {
  Hello hello;
  hello.brings = true;
  return hello;
}
Status greeting(Greeting says, bool want_coverage = false) {
  Status status;
  status.greeting = says;
  status.want_coverage = want_coverage;
  return status;
}

constexpr Side device = Side::device;
constexpr Side office = Side::office;

}  // namespace

TEST_CASE("exactly the messages of the table are allowed, each from its side and in its state") {
  std::size_t found = 0;
  for (const SessionState state : all_states) {
    for (const Side from : {device, office}) {
      for (const Message& message : plain_messages()) {
        CAPTURE(name_of(state));
        CAPTURE(name_of(from));
        CAPTURE(name_of(message));
        SessionFacts facts;
        const Result<SessionState> next = next_state(state, from, message, facts);
        if (std::holds_alternative<Refused>(message)) {
          REQUIRE(next.ok());
          CHECK(*next == SessionState::ended);
        } else if (const Allowed* row = find(state, from, message)) {
          ++found;
          REQUIRE(next.ok());
          CHECK(name_of(*next) == row->to);
        } else {
          REQUIRE_FALSE(next.ok());
          CHECK(next.fault() == Fault(Fault::unexpected_message));
          CHECK(next.fault().detail() == std::string(name_of(message)) + " while " + std::string(name_of(state)));
        }
      }
    }
  }
  CHECK(found == allowed.size());
}

TEST_CASE("what is unexpected leaves the facts of the session as they were") {
  SessionFacts facts;
  facts.brings = true;
  CHECK_FALSE(next_state(SessionState::pushing, device, Hello{}, facts).ok());
  CHECK_FALSE(next_state(SessionState::pushing, office, greeting(Greeting::lost, true), facts).ok());
  Parting watching;
  watching.watch = true;
  CHECK_FALSE(next_state(SessionState::pushing, device, watching, facts).ok());
  CHECK(facts.brings);
  CHECK(facts.content);
  CHECK_FALSE(facts.wants_coverage);
  CHECK_FALSE(facts.watch);
}

TEST_CASE("a whole session walks through the drawing") {
  walk(SessionState::greeting, {{device, bringing(), SessionState::greeted},
                                {office, greeting(Greeting::active, true), SessionState::covering},
                                {device, CoverageTable{}, SessionState::pushing},
                                {device, PushAudit{}, SessionState::pushing},
                                {device, Push{}, SessionState::pushing},
                                {device, Purged{}, SessionState::pushing},
                                {device, PushEnd{}, SessionState::answering},
                                {office, AuditKept{}, SessionState::answering},
                                {office, Receipts{}, SessionState::answering},
                                {office, Reach{}, SessionState::answering},
                                {office, Page{}, SessionState::answering},
                                {office, Complete{}, SessionState::carrying},
                                {device, WantAttachment{}, SessionState::carrying},
                                {office, AttachmentChunk{}, SessionState::carrying},
                                {device, Purged{}, SessionState::carrying},
                                {device, Parting{}, SessionState::ended}});
}

TEST_CASE("with nothing to do the device speaks twice and waits once") {
  walk(SessionState::greeting, {{device, Hello{}, SessionState::greeted},
                                {office, greeting(Greeting::active), SessionState::answering},
                                {office, Complete{}, SessionState::carrying},
                                {device, Parting{}, SessionState::ended}});
}

TEST_CASE("coverage is asked for although nothing is brought, and something is brought without coverage") {
  walk(SessionState::greeting, {{device, Hello{}, SessionState::greeted},
                                {office, greeting(Greeting::active, true), SessionState::covering},
                                {device, CoverageTable{}, SessionState::answering}});
  walk(SessionState::greeting, {{device, bringing(), SessionState::greeted},
                                {office, greeting(Greeting::active), SessionState::pushing},
                                {device, PushEnd{}, SessionState::answering}});
}

TEST_CASE("each greeting leads where it should, whatever the device brings") {
  struct Row {
    Greeting greeting;
    bool ends;
  };
  for (const Row& row : {Row{Greeting::active, false}, {Greeting::suspended, false}, {Greeting::lost, true}, {Greeting::expired, true},
                         {Greeting::upgrade, false}, {Greeting::wipe, true}, {Greeting::twin, false}}) {
    for (const bool want_coverage : {false, true}) {
      for (const Hello& hello : {Hello{}, bringing()}) {
        const SessionState onward = want_coverage  ? SessionState::covering
                                    : hello.brings ? SessionState::pushing
                                                   : SessionState::answering;
        walk(SessionState::greeting, {{device, hello, SessionState::greeted},
                                      {office, greeting(row.greeting, want_coverage), row.ends ? SessionState::ended : onward}});
      }
    }
  }
}

TEST_CASE("a watching session is woken by the office, and begun anew by the device") {
  const Parting stays{true};
  const std::vector<Step> to_watching{{device, Hello{}, SessionState::greeted},
                                      {office, greeting(Greeting::active), SessionState::answering},
                                      {office, Complete{}, SessionState::carrying},
                                      {device, stays, SessionState::watching}};
  std::vector<Step> woken = to_watching;
  woken.push_back({office, Wake{}, SessionState::greeting});
  woken.insert(woken.end(), to_watching.begin(), to_watching.end());
  woken.push_back({device, bringing(), SessionState::greeted});
  woken.push_back({office, greeting(Greeting::active), SessionState::pushing});
  walk(SessionState::greeting, woken);
}

TEST_CASE("a WAKE and a HELLO that cross hurt nobody") {
  // As the office sees it: its WAKE first, then the HELLO. As the device does: the other way round.
  walk(SessionState::watching, {{office, Wake{}, SessionState::greeting}, {device, Hello{}, SessionState::greeted}});
  walk(SessionState::watching, {{device, Hello{}, SessionState::greeted}, {office, Wake{}, SessionState::greeted}});
  walk(SessionState::watching, {{office, Wake{}, SessionState::greeting}, {office, Wake{}, SessionState::greeting}});
}

TEST_CASE("what one round said does not linger into the next") {
  const Parting stays{true};
  walk(SessionState::greeting, {{device, bringing(), SessionState::greeted},
                                {office, greeting(Greeting::active, true), SessionState::covering},
                                {device, CoverageTable{}, SessionState::pushing},
                                {device, PushEnd{}, SessionState::answering},
                                {office, Complete{}, SessionState::carrying},
                                {device, stays, SessionState::watching},
                                {device, Hello{}, SessionState::greeted},
                                {office, greeting(Greeting::active), SessionState::answering},
                                {office, Complete{}, SessionState::carrying},
                                {device, Parting{}, SessionState::ended}});
}

TEST_CASE("a side that never comes to the end of its step is refused, and nothing of what is too much is stored") {
  DeviceSide machine(false);
  static_cast<void>(machine.start());
  static_cast<void>(machine.answered(std::vector<Message>{Hello{}}));
  Status status = std::get<Status>(MessageSamples(1).one_of_each()[1]);
  status.greeting = Greeting::active;
  status.want_coverage = false;
  static_cast<void>(machine.received(write_message(status)));
  static_cast<void>(machine.answered(std::vector<Message>{}));
  REQUIRE(machine.state() == SessionState::answering);
  const Bytes page = write_message(Page{});
  for (std::size_t i = 0; i < messages_a_step_max; ++i) {
    REQUIRE(machine.received(page).front().kind == Effect::Kind::store);
    static_cast<void>(machine.answered(std::vector<Message>{}));
  }
  const Effects last = machine.received(page);
  REQUIRE(last.size() == 2);
  CHECK(last[0].kind == Effect::Kind::send);
  CHECK(last[1].kind == Effect::Kind::finish);
  CHECK(last[1].fault == Fault(Fault::too_many));
}
