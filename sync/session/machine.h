#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "sync/session/states.h"

namespace caseload::sync {

// What a machine asks of the world. The runner carries effects out in order, one at a time; and what is sent leaves
// when everything that the desk was asked before is on stable storage.
//
//   Send    give these bytes, one whole message, to the frame layer
//   Load    ask our desk for messages to send: `what` says which; answer with answered()
//   Store   give our desk a message that came in; answer with answered() when it is kept, or refused
//   Wait    nothing more until the other side speaks, or (on the office) until something is accepted that wakes
//   Finish  the session is over; `fault` says why, unless it ended as it should
enum class What : std::uint8_t {
  hello,
  status,
  coverage,
  outbox,
  receipts,
  reach,
  page,
  uploads,
  complete,
  purges,
  downloads
};

struct Effect {
  enum class Kind : std::uint8_t { send, load, store, wait, finish };
  Kind kind = Kind::wait;
  Bytes bytes;                 // of send
  What what = What::hello;     // of load
  std::shared_ptr<const Message> message;  // of store
  std::optional<Fault> fault;  // of finish
};
using Effects = std::vector<Effect>;

// A desk's answer: the messages asked for, none where nothing is left, or why it cannot go on.
using Answer = Result<std::vector<Message>>;

// SessionMachine: what both sides of a session have in common: the state, the table, the order of asking and answering.
//
// Promise  events in, effects out: the same events give the same effects. Nothing goes out or in that the table does
//          not allow. Messages that arrive while the desk is asked are kept: a runner stops reading then.
// Errors   received bytes that are no message, or none that may come now, or more of them than a step may have, end the
//          session: REFUSED to the other side, and Finish with the Fault. Nothing of them was stored.
// Threads  one owner.
class SessionMachine {
 public:
  virtual ~SessionMachine() = default;

  Effects received(BytesView message);
  Effects heard(Message message);  // the same of one that was read already
  Effects answered(const Answer& answer);
  Effects closed();  // the other side is gone

  SessionState state() const { return state_; }

 protected:
  SessionMachine(Side side) : side_(side) {}  // NOLINT: for the two machines only

  // What the side does when a message came in (the state has moved already), and when its desk has answered a load.
  using Arrived = std::shared_ptr<const Message>;
  virtual void on_message(const Arrived& message) = 0;
  virtual void on_stored(const Message& message) = 0;
  virtual void on_loaded(What what, bool any) = 0;

  void send(const Message& message);
  void load(What what);
  void store(const Arrived& message);
  void wait() { effects_.push_back(Effect{Effect::Kind::wait, {}, {}, {}, {}}); }
  void finish(std::optional<Fault> fault);
  bool is_asking() const { return asked_.has_value(); }
  const SessionFacts& facts() const { return facts_; }
  Effects take_effects();

 private:
  void take(const Arrived& message);
  void refuse(const Fault& fault);

  Side side_;
  SessionState state_ = SessionState::greeting;
  bool finished_ = false;            // later than `ended`, where the last message is still being stored
  std::size_t messages_ = 0;         // from the other side, in this state
  SessionFacts facts_;
  Effects effects_;
  std::optional<Effect> asked_;      // the load or store that is not yet answered
  std::deque<Arrived> arrived_;      // while it is not
};

// The device's side: HELLO, then what STATUS lets it do. start() begins, and begins anew on a session that watches;
// in the middle of one it does nothing, for what is new goes with the next.
class DeviceSide : public SessionMachine {
 public:
  explicit DeviceSide(bool watch) : SessionMachine(Side::device), watch_(watch) {}
  Effects start();

 private:
  void on_message(const Arrived& message) override;
  void on_stored(const Message& message) override;
  void on_loaded(What what, bool any) override;

  bool watch_;
};

// The office's side: answers. wake() tells a watching device that something was accepted that it may see.
class OfficeSide : public SessionMachine {
 public:
  OfficeSide() : SessionMachine(Side::office) {}
  Effects wake();

 private:
  void on_message(const Arrived& message) override;
  void on_stored(const Message& message) override;
  void on_loaded(What what, bool any) override;
};

}  // namespace caseload::sync
