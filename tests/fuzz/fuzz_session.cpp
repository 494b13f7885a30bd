// Both machines of a session, their desks, and everything that may go wrong between them. The input is read as a list of
// happenings: an answer, a delivery, a loss, two messages swapped, a byte altered, a connection that breaks. Whatever
// happens, each machine asks its desk one thing at a time, stores only what the table of states lets come, finishes once,
// and does nothing after. What it sends is held to the table by a CHECK of its own.

#include <deque>

#include "sync/session/machine.h"
#include "tests/unit/sync/message_samples.h"

namespace {

using namespace caseload;
using namespace caseload::sync;

// The input, byte by byte; nothing is left for ever.
class Script {
 public:
  explicit Script(BytesView bytes) : left_(bytes) {}
  bool is_done() const { return left_.empty(); }
  std::uint8_t next() {
    if (left_.empty()) return 0;
    const std::uint8_t byte = left_.front();
    left_ = left_.subspan(1);
    return byte;
  }

 private:
  BytesView left_;
};

const std::vector<Message>& samples() {
  static const std::vector<Message> made = MessageSamples(4).one_of_each();
  return made;
}

constexpr std::size_t in_flight_max = 64;  // a script that floods finds nothing new

// Whether `message` from that side leads to `state`, from anywhere.
bool may_lead_to(SessionState state, Side from, const Message& message) {
  for (int before = 0; before <= static_cast<int>(SessionState::ended); ++before) {
    for (const bool brings : {false, true}) {
      for (const bool wants_coverage : {false, true}) {
        SessionFacts facts{brings, wants_coverage, true, false};
        const Result<SessionState> next = next_state(static_cast<SessionState>(before), from, message, facts);
        if (next && *next == state) return true;
      }
    }
  }
  return false;
}

// One machine and its desk, watched.
class Seat {
 public:
  Seat(SessionMachine& machine, Side side) : machine_(machine), side_(side) {}

  void watch(const Effects& effects, std::deque<Bytes>& outward) {
    CHECK(!finished_ || effects.empty(), "an effect after the end");
    for (const Effect& effect : effects) {
      CHECK(!finished_, "something follows the end");
      switch (effect.kind) {
        case Effect::Kind::send:
          CHECK(read_message(effect.bytes).ok(), "a message that cannot be read");
          CHECK(side_ == Side::office || was_greeted_ || speaks_early(effect.bytes), "more than HELLO before STATUS");
          if (outward.size() < in_flight_max) outward.push_back(effect.bytes);
          break;
        case Effect::Kind::load:
        case Effect::Kind::store:
          CHECK(!asked_, "two questions to the desk at once");
          asked_ = effect;
          if (effect.message) check_stored(*effect.message);
          break;
        case Effect::Kind::finish: finished_ = true; break;
        case Effect::Kind::wait: break;
      }
    }
    if (finished_) asked_.reset();
    CHECK(!finished_ || machine_.state() == SessionState::ended, "finished, and yet not at the end");
  }

  bool is_asked() const { return asked_.has_value(); }
  SessionMachine& machine() { return machine_; }

  void answer(const sync::Answer& answer, std::deque<Bytes>& outward) {
    asked_.reset();
    watch(machine_.answered(answer), outward);
  }

  // What a desk may say to this question.
  sync::Answer polite(Script& script) const {
    if (asked_->kind == Effect::Kind::store) return std::vector<Message>{};
    const std::uint8_t choice = script.next();
    const auto some = [&](const Message& message) { return std::vector<Message>(choice % 3, message); };
    switch (asked_->what) {
      case What::hello: {
        Hello hello;
        hello.brings = choice % 2 == 1;
        return std::vector<Message>{hello};
      }
      case What::status: {
        Status status = std::get<Status>(samples()[1]);
        status.greeting = static_cast<Greeting>(1 + choice % 7);
        status.want_coverage = choice / 7 % 2 == 1;
        return std::vector<Message>{status};
      }
      case What::coverage: return std::vector<Message>{samples()[2]};
      case What::outbox: return some(samples()[choice % 2 == 0 ? 3 : 6]);
      case What::receipts: return some(samples()[8]);
      case What::reach: return some(samples()[9]);
      case What::page: return some(samples()[10]);
      case What::complete: return std::vector<Message>{samples()[11]};
      case What::purges: return some(samples()[6]);
      case What::uploads: return some(samples()[side_ == Side::device ? 13 : 12]);
      case What::downloads: return some(samples()[side_ == Side::device ? 12 : 13]);
    }
    return Fault::unexpected_message;
  }

 private:
  // What a device may say before it has read STATUS.
  static bool speaks_early(BytesView bytes) {
    const Result<Message> message = read_message(bytes);
    return message && (std::holds_alternative<Hello>(*message) || std::holds_alternative<Refused>(*message));
  }

  void check_stored(const Message& message) {
    const Side other = side_ == Side::device ? Side::office : Side::device;
    CHECK(may_lead_to(machine_.state(), other, message), "stored, though the table does not let it come");
    if (std::holds_alternative<Status>(message)) was_greeted_ = true;
  }

  SessionMachine& machine_;
  Side side_;
  std::optional<Effect> asked_;
  bool was_greeted_ = false;
  bool finished_ = false;
};

class World {
 public:
  void step(Script& script) {
    const std::uint8_t happening = script.next();
    const bool at_device = happening % 2 == 0;
    Seat& seat = at_device ? device_seat_ : office_seat_;
    std::deque<Bytes>& inward = at_device ? to_device_ : to_office_;
    std::deque<Bytes>& outward = at_device ? to_office_ : to_device_;
    switch (happening / 2 % 16) {
      case 0: case 1: case 2: case 3:
        if (seat.is_asked()) seat.answer(seat.polite(script), outward);
        break;
      case 4: case 5: case 6: case 7: deliver(seat, inward, outward); break;
      case 8:
        if (seat.is_asked()) seat.answer(Fault::quota, outward);
        break;
      case 9:
        if (!inward.empty()) inward.pop_front();
        break;
      case 10:
        if (inward.size() > 1) std::swap(inward[0], inward[1]);
        break;
      case 11:
        if (!inward.empty() && inward.size() < in_flight_max) inward.push_back(inward.front());
        break;
      case 12: alter(inward, script); break;
      case 13: seat.watch(seat.machine().received(write_message(samples()[script.next() % samples().size()])), outward); break;
      case 14: begin(at_device, outward); break;
      default: seat.watch(seat.machine().closed(), outward); break;
    }
  }

 private:
  void deliver(Seat& seat, std::deque<Bytes>& inward, std::deque<Bytes>& outward) {
    if (inward.empty()) return;
    const Bytes message = inward.front();
    inward.pop_front();
    seat.watch(seat.machine().received(message), outward);
  }

  static void alter(std::deque<Bytes>& inward, Script& script) {
    if (inward.empty() || inward.front().empty()) return;
    Bytes& message = inward.front();
    std::uint8_t& byte = message[script.next() % message.size()];
    byte = static_cast<std::uint8_t>(byte ^ script.next());
  }

  void begin(bool at_device, std::deque<Bytes>& outward) {
    if (at_device) device_seat_.watch(device_.start(), outward);
    else office_seat_.watch(office_.wake(), outward);
  }

  DeviceSide device_{true};
  OfficeSide office_;
  Seat device_seat_{device_, Side::device};
  Seat office_seat_{office_, Side::office};
  std::deque<Bytes> to_device_;
  std::deque<Bytes> to_office_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  World world;
  for (Script script(BytesView(data, std::min<std::size_t>(size, 4096))); !script.is_done();) world.step(script);
  return 0;
}
