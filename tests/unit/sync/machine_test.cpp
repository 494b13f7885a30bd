// The two machines, event by event. A row is an event and the effects that must follow:
//
//   start, wake, closed              what the runner says
//   got MESSAGE…                     bytes from the other side
//   answers MESSAGE…                 the desk's answer, to a load or a store
//   fails FAULT                      the same, refused
//   junk                             bytes that are no message

#include "sync/session/machine.h"

#include <deque>
#include <map>
#include <sstream>

#include "tests/unit/sync/message_samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

// Messages that can be sent and read: what is signed in them is sound.
Message message_named(const std::string& name) {
  static const std::vector<Message> samples = MessageSamples(1).one_of_each();
  Hello bringing;
  bringing.brings = true;
  Status plain = std::get<Status>(samples[1]);
  plain.greeting = Greeting::active;
  plain.want_coverage = false;
  Status lost = plain;
  lost.greeting = Greeting::lost;
  Status covering = plain;
  covering.want_coverage = true;
  const std::map<std::string, Message> messages{
      {"hello", Hello{}}, {"hello:brings", bringing}, {"status", plain}, {"status:lost", lost}, {"status:coverage", covering},
      {"coverage", CoverageTable{}}, {"push", Push{}}, {"purged", samples[6]}, {"push_end", PushEnd{}}, {"receipts", samples[8]},
      {"reach", Reach{}}, {"page", Page{}}, {"complete", Complete{}}, {"want", WantAttachment{}}, {"chunk", AttachmentChunk{}},
      {"part", Parting{}}, {"part:watch", Parting{true}}, {"wake", Wake{}}, {"refused", Refused{Fault::quota}}, {"refused:9999", Refused{9999}}};
  return messages.at(name);
}

constexpr std::string_view whats[] = {"hello", "status", "coverage", "outbox", "receipts",
                                      "reach", "page", "uploads", "complete", "purges", "downloads"};

std::string to_text(const Effects& effects) {
  std::string text;
  for (const Effect& effect : effects) {
    if (!text.empty()) text += ", ";
    switch (effect.kind) {
      case Effect::Kind::send: text += "send " + std::string(name_of(*read_message(effect.bytes))); break;
      case Effect::Kind::load: text += "load " + std::string(whats[static_cast<std::size_t>(effect.what)]); break;
      case Effect::Kind::store: text += "store " + std::string(name_of(*effect.message)); break;
      case Effect::Kind::wait: text += "wait"; break;
      case Effect::Kind::finish: text += "finish" + (effect.fault ? " " + std::string(effect.fault->name()) : std::string()); break;
    }
  }
  return text;
}

sync::Answer messages_of(std::istringstream& names) {
  std::vector<Message> messages;
  for (std::string name; names >> name;) messages.push_back(message_named(name));
  return messages;
}

Fault fault_named(const std::string& name) {
  for (const FaultEntry& entry : fault_table())
    if (entry.name == name) return entry.code;
  return Fault::closed;
}

// One event; the machine's own kind of beginning is handed in, as the two differ.
template <class Begin>
std::string play(SessionMachine& machine, const std::string& event, Begin begin) {
  std::istringstream words(event);
  std::string verb;
  words >> verb;
  if (verb == "start" || verb == "wake") return to_text(begin());
  if (verb == "closed") return to_text(machine.closed());
  if (verb == "junk") return to_text(machine.received(Bytes{0x7e, 1, 2}));
  if (verb == "answers") return to_text(machine.answered(messages_of(words)));
  std::string word;
  words >> word;
  if (verb == "fails") return to_text(machine.answered(fault_named(word)));
  return to_text(machine.received(write_message(message_named(word))));
}

struct Step {
  std::string event;
  std::string effects;
};
using Steps = std::vector<Step>;

std::string play(DeviceSide& side, const std::string& event) {
  return play(side, event, [&] { return side.start(); });
}
std::string play(OfficeSide& side, const std::string& event) {
  return play(side, event, [&] { return side.wake(); });
}

template <class MachineOne>
void check(MachineOne& machine, const Steps& steps) {
  for (const Step& step : steps) {
    CAPTURE(step.event);
    CHECK(play(machine, step.event) == step.effects);
  }
}

const Steps device_greets{{"start", "load hello"}, {"answers hello", "send hello, wait"}};
const Steps device_greets_with_news{{"start", "load hello"}, {"answers hello:brings", "send hello, wait"}};
const Steps device_to_answers{{"got status", "store status"}, {"answers", "wait"}};
const Steps device_to_purges{{"got complete", "store complete"}, {"answers", "load purges"}};
const Steps nothing_to_carry{{"answers", "load downloads"}};
const Steps device_to_the_end{
    {"got complete", "store complete"}, {"answers", "load purges"}, {"answers", "load uploads"}, {"answers", "load downloads"}};
const Steps office_greets{{"got hello", "store hello"}, {"answers", "load status"}};
const Steps office_answers{{"answers reach", "send reach, load page"}, {"answers page", "send page, load page"},
                           {"answers", "load uploads"}, {"answers want", "send want_attachment, load complete"},
                           {"answers complete", "send complete, wait"}};

Steps joined(std::initializer_list<Steps> all) {
  Steps steps;
  for (const Steps& each : all) steps.insert(steps.end(), each.begin(), each.end());
  return steps;
}

}  // namespace

TEST_CASE("a device with nothing to do says HELLO and PART") {
  DeviceSide device(false);
  check(device, joined({device_greets, device_to_answers, device_to_the_end, {{"answers", "send part, finish"}}}));
  CHECK(device.state() == SessionState::ended);
}

TEST_CASE("a device sends nothing but HELLO before it has stored STATUS") {
  DeviceSide device(false);
  check(device, joined({device_greets_with_news, {{"got status", "store status"}, {"answers", "load outbox"}}}));
}

TEST_CASE("PUSH END goes out when the outbox gives nothing more, and not before") {
  DeviceSide device(false);
  check(device, joined({device_greets_with_news,
                        {{"got status:coverage", "store status"},
                         {"answers", "load coverage"},
                         {"answers coverage", "send coverage, load outbox"},
                         {"answers push purged push", "send push, send purged, send push, load outbox"},
                         {"answers push", "send push, load outbox"},
                         {"answers", "send push_end, wait"}}}));
  CHECK(device.state() == SessionState::answering);
}

TEST_CASE("a device stores what the office sends one by one, and hands over purge receipts before it parts") {
  DeviceSide device(true);
  check(device, joined({device_greets, device_to_answers,
                        {{"got receipts", "store receipts"}, {"answers", "wait"}, {"got reach", "store reach"}, {"answers", "wait"},
                         {"got page", "store page"}, {"answers", "wait"}},
                        device_to_purges,
                        {{"answers purged", "send purged, load uploads"}}, nothing_to_carry,
                        {{"answers", "send part, wait"}}}));
  CHECK(device.state() == SessionState::watching);
}

TEST_CASE("messages that arrive while the desk is asked wait their turn, in order") {
  DeviceSide device(false);
  check(device, joined({device_greets, device_to_answers,
                        {{"got reach", "store reach"}, {"got page", ""}, {"got receipts", ""}, {"got complete", ""},
                         {"answers", "wait, store page"}, {"answers", "wait, store receipts"}, {"answers", "wait, store complete"},
                         {"answers", "load purges"}, {"answers", "load uploads"}, {"answers", "load downloads"},
                         {"answers", "send part, finish"}}}));
  OfficeSide office;
  check(office, {{"got hello:brings", "store hello"}, {"answers", "load status"}, {"answers status", "send status, wait"},
                 {"got push", "store push"}, {"got purged", ""}, {"got push", ""}, {"got push_end", ""},
                 {"answers", "wait, store purged"}, {"answers", "wait, store push"}, {"answers", "wait, load receipts"}});
}

TEST_CASE("a device sends the pieces it was asked for, then asks for its own, one at a time") {
  DeviceSide device(false);
  check(device, joined({device_greets, device_to_answers, {{"got want", "store want_attachment"}, {"answers", "wait"}}, device_to_purges,
                        {{"answers", "load uploads"},
                         {"answers chunk", "send attachment_chunk, load uploads"},
                         {"answers", "load downloads"},
                         {"answers want", "send want_attachment, wait"},
                         {"got chunk", "store attachment_chunk"},
                         {"answers", "load downloads"},
                         {"answers", "send part, finish"}}}));
  OfficeSide office;
  check(office, joined({office_greets, {{"answers status", "send status, load reach"}}, office_answers,
                        {{"got chunk", "store attachment_chunk"}, {"answers", "wait"},
                         {"got want", "store want_attachment"}, {"answers", "load downloads"},
                         {"answers chunk", "send attachment_chunk, wait"}, {"got part", "finish"}}}));
}

TEST_CASE("an office answers in the order: receipts, reach, pages, complete") {
  OfficeSide office;
  check(office, joined({{{"got hello:brings", "store hello"},
                         {"answers", "load status"},
                         {"answers status:coverage", "send status, wait"},
                         {"got coverage", "store coverage"},
                         {"answers", "wait"},
                         {"got push", "store push"},
                         {"answers", "wait"},
                         {"got push_end", "load receipts"},
                         {"answers receipts", "send receipts, load reach"}},
                        office_answers,
                        {{"got purged", "store purged"}, {"answers", "wait"}, {"got part", "finish"}}}));
}

TEST_CASE("an office answers a device that brings nothing without waiting for it") {
  OfficeSide plain;
  check(plain, joined({office_greets, {{"answers status", "send status, load reach"}}, office_answers, {{"got part", "finish"}}}));
  OfficeSide covering;
  check(covering, joined({office_greets,
                          {{"answers status:coverage", "send status, wait"}, {"got coverage", "store coverage"},
                           {"answers", "load reach"}},
                          office_answers}));
}

TEST_CASE("a lost device hears STATUS and nothing else, and both sides finish") {
  OfficeSide office;
  check(office, joined({office_greets, {{"answers status:lost", "send status, finish"}, {"got push", ""}, {"closed", ""}}}));
  DeviceSide device(true);
  check(device, joined({device_greets_with_news, {{"got status:lost", "store status"}, {"closed", ""}, {"answers", "finish"}, {"got page", ""}}}));
  DeviceSide failing(false);
  check(failing, joined({device_greets, {{"got status:lost", "store status"}, {"fails damaged", "finish damaged"}}}));
}

TEST_CASE("a watching session begins anew, by WAKE or by the device's own news") {
  DeviceSide device(true);
  const Steps to_watching = joined({device_to_answers, device_to_the_end, {{"answers", "send part, wait"}}});
  check(device, joined({device_greets, to_watching, {{"got wake", "load hello"}, {"answers hello", "send hello, wait"}}, to_watching,
                        {{"start", "load hello"}, {"answers hello", "send hello, wait"}}, to_watching, {{"closed", "finish"}}}));
  OfficeSide office;
  const Steps watched = joined({{{"answers status", "send status, load reach"}}, office_answers, {{"got part:watch", "wait"}}});
  check(office, joined({office_greets, watched, {{"wake", "send wake, wait"}, {"wake", ""}}, office_greets, watched, {{"closed", "finish"}}}));
}

TEST_CASE("a WAKE that crosses the device's HELLO changes nothing") {
  DeviceSide device(true);
  check(device, joined({device_greets, device_to_answers, device_to_the_end, {{"answers", "send part, wait"}},
                        {{"start", "load hello"}, {"got wake", ""}, {"answers hello", "send hello, wait"}, {"got wake", ""}},
                        device_to_answers, device_to_the_end}));
}

TEST_CASE("whoever is told twice to begin begins once") {
  DeviceSide device(true);
  check(device, joined({{{"start", "load hello"}, {"start", ""}, {"answers hello", "send hello, wait"}, {"start", ""}},
                        {{"got status", "store status"}, {"start", ""}}}));
  OfficeSide office;
  check(office, {{"wake", ""}, {"got hello", "store hello"}, {"wake", ""}});
}

TEST_CASE("what may not come is refused, and the desk never sees it") {
  struct Row {
    std::string event;
    std::string fault;
  };
  for (const Row& row : {Row{"got page", "unexpected_message"}, {"got hello", "unexpected_message"}, {"got receipts", "unexpected_message"},
                         {"got complete", "unexpected_message"}, {"got push", "unexpected_message"}, {"junk", "unknown_type"}}) {
    CAPTURE(row.event);
    DeviceSide device(false);
    check(device, joined({device_greets, {{row.event, "send refused, finish " + row.fault}, {"got status", ""}, {"closed", ""}, {"start", ""}}}));
    CHECK(device.state() == SessionState::ended);
  }
  for (const Row& row : {Row{"got push", "unexpected_message"}, {"got status", "unexpected_message"}, {"got part", "unexpected_message"},
                         {"got want", "unexpected_message"}, {"got wake", "unexpected_message"}, {"junk", "unknown_type"}}) {
    CAPTURE(row.event);
    OfficeSide office;
    check(office, {{row.event, "send refused, finish " + row.fault}, {"got hello", ""}, {"wake", ""}});
  }
}

TEST_CASE("bytes that are no message end a session at once, and the desk's late answer is not heard") {
  DeviceSide device(false);
  check(device, joined({device_greets, {{"got status", "store status"}, {"junk", "send refused, finish unknown_type"}, {"answers", ""}}}));
}

TEST_CASE("a desk that cannot go on ends the session, and the other side is told why") {
  OfficeSide office;
  check(office, {{"got hello", "store hello"}, {"fails other_log", "send refused, finish other_log"}, {"answers", ""}});
  DeviceSide device(false);
  check(device, joined({device_greets, {{"got status", "store status"}, {"fails ledger_mismatch", "send refused, finish ledger_mismatch"}}}));
  DeviceSide told(false);
  check(told, joined({device_greets, {{"got refused", "finish quota"}}}));
  DeviceSide told_something_new(false);
  check(told_something_new, joined({device_greets, {{"got refused:9999", "finish closed"}}}));
}

TEST_CASE("a connection that is gone is a fault in every state but watching") {
  const Steps news = joined({device_greets_with_news, {{"got status:coverage", "store status"}, {"answers", "load coverage"}}});
  const Steps pushing = joined({news, {{"answers coverage", "send coverage, load outbox"}}});
  const Steps answering = joined({pushing, {{"answers", "send push_end, wait"}}});
  const Steps carrying = joined({answering, device_to_the_end});
  const Steps watching = joined({carrying, {{"answers", "send part, wait"}}});
  struct Row {
    SessionState state;
    Steps steps;
    std::string effects;
  };
  for (const Row& row : {Row{SessionState::greeting, {}, "finish closed"},
                         {SessionState::greeted, device_greets, "finish closed"},
                         {SessionState::covering, news, "finish closed"},
                         {SessionState::pushing, pushing, "finish closed"},
                         {SessionState::answering, answering, "finish closed"},
                         {SessionState::carrying, carrying, "finish closed"},
                         {SessionState::watching, watching, "finish"}}) {
    CAPTURE(name_of(row.state));
    DeviceSide device(true);
    check(device, row.steps);
    CHECK(device.state() == row.state);
    check(device, {{"closed", row.effects}, {"closed", ""}, {"got status", ""}, {"start", ""}});
  }
}

namespace {

// A desk that says what it was given, and then nothing more.
struct ScriptedDesk {
  std::map<What, std::deque<std::vector<Message>>> script;

  sync::Answer answer(const Effect& effect) {
    if (effect.kind == Effect::Kind::store) return std::vector<Message>{};
    std::deque<std::vector<Message>>& left = script[effect.what];
    if (left.empty()) return std::vector<Message>{};
    std::vector<Message> next = left.front();
    left.pop_front();
    return next;
  }
};

// Both machines with their desks, over a wire that loses nothing. Gives all effects, as text.
std::string converse(bool device_first) {
  DeviceSide device(false);
  OfficeSide office;
  ScriptedDesk on_device{{{What::hello, {{message_named("hello:brings")}}},
                          {What::coverage, {{CoverageTable{}}}},
                          {What::outbox, {{Push{}, Push{}}, {Push{}}}},
                          {What::purges, {{message_named("purged")}}}}};
  ScriptedDesk in_office{{{What::status, {{message_named("status:coverage")}}},
                          {What::receipts, {{message_named("receipts")}}},
                          {What::reach, {{Reach{}, Reach{}}}},
                          {What::page, {{Page{}}, {Page{}}, {Page{}}}},
                          {What::complete, {{Complete{}}}}}};
  std::string log;
  std::deque<Effect> of_device;
  std::deque<Effect> of_office;
  const auto add = [&](std::deque<Effect>& to, const Effects& effects, const char* who) {
    if (!effects.empty()) log += who + to_text(effects) + "\n";
    to.insert(to.end(), effects.begin(), effects.end());
  };
  const auto step = [&](bool device_turn) {
    std::deque<Effect>& queue = device_turn ? of_device : of_office;
    SessionMachine& machine = device_turn ? static_cast<SessionMachine&>(device) : office;
    SessionMachine& other = device_turn ? static_cast<SessionMachine&>(office) : device;
    ScriptedDesk& desk = device_turn ? on_device : in_office;
    if (queue.empty()) return;
    const Effect effect = queue.front();
    queue.pop_front();
    if (effect.kind == Effect::Kind::send) add(device_turn ? of_office : of_device, other.received(effect.bytes), device_turn ? "O " : "D ");
    if (effect.kind == Effect::Kind::load || effect.kind == Effect::Kind::store) add(queue, machine.answered(desk.answer(effect)), device_turn ? "D " : "O ");
  };
  add(of_device, device.start(), "D ");
  while (!of_device.empty() || !of_office.empty()) {
    step(device_first);
    step(!device_first);
  }
  CHECK(device.state() == SessionState::ended);
  CHECK(office.state() == SessionState::ended);
  return log;
}

std::string lines_of(const std::string& log, char who, const std::string& word) {
  std::string found;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream effects(line.substr(2));
    for (std::string effect; line[0] == who && std::getline(effects >> std::ws, effect, ',');) {
      if (effect.starts_with(word)) found += effect.substr(word.size()) + ";";
    }
  }
  return found;
}

}  // namespace

TEST_CASE("the same events give the same effects") { CHECK(converse(true) == converse(true)); }

TEST_CASE("whoever is faster, both sides say and store the same things in the same order") {
  const std::string fast_device = converse(true);
  const std::string fast_office = converse(false);
  for (const char who : {'D', 'O'})
    for (const std::string& word : {std::string("send "), std::string("store "), std::string("finish")})
      CHECK(lines_of(fast_device, who, word) == lines_of(fast_office, who, word));
  CHECK(lines_of(fast_device, 'D', "send ") == "hello;coverage;push;push;push;push_end;purged;part;");
  CHECK(lines_of(fast_device, 'O', "send ") == "status;receipts;reach;reach;page;page;page;complete;");
  CHECK(lines_of(fast_device, 'O', "store ") == "hello;coverage;push;push;push;purged;");
  CHECK(lines_of(fast_device, 'D', "store ") == "status;receipts;reach;reach;page;page;page;complete;");
}
