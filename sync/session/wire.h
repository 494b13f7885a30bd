#pragma once

#include <deque>

#include "sync/session/dialogue.h"
#include "sync/session/frame.h"
#include "sync/session/machine.h"

namespace caseload::sync {

constexpr std::size_t wire_write_bytes = 64U << 10;  // messages are gathered to about this much before they are sent

// SessionWire: one side of a session as bytes: a machine and its frames, for a runner that has a stream and a desk.
//
// Shape    the runner does what next() says, one thing at a time:
//            ask     has the desk carry out asked(), and hands its answer to answered()
//            write   sends what take_written() gives, once everything that was asked until then is durable
//            read    hands what comes to arrived(), or says closed() where nothing more will come
//            over    parts; fault() says why, unless the session ended as it should
// Promise  bytes in, bytes out: however the same bytes are cut, the same happens. Effects are carried out in their
//          order. The desk is asked as much as can be before anything is to be sent, so that one commit is enough for
//          all of it; no more is gathered than about wire_write_bytes and one message. At most one message is read
//          ahead while the desk is asked. While the session watches, neither direction holds a stream.
// Errors   bytes that are no frames: REFUSED goes out, and the session is over with their Fault.
// Requires a machine that outlives it.
// Threads  one owner.
class SessionWire {
 public:
  enum class Next { write, ask, read, over };

  explicit SessionWire(SessionMachine& machine) : machine_(machine) {}

  void add(Effects effects);  // of the machine's start() or wake(); while next() says read
  Next next();
  Bytes take_written();
  const Effect& asked() const;
  void answered(const Answer& answer);
  void arrived(Bytes bytes);
  void closed();
  // Reads one more message of what came, while the desk stores changes: on another thread, if that leaves everything of
  // the wire alone but asked(). The message is taken in its turn, and its faults with it.
  bool may_read_ahead() const;  // there is something, and a PUSH or PAGE is asked(), which is no round's last word
  void read_ahead();            // requires that it may
  // Ends the session from our side, while next() says read, or when the desk's answers since the last write were not
  // kept: nothing that waits to be sent leaves, and the other side is told why.
  void refuse(const Fault& fault);

  const std::optional<Fault>& fault() const { return fault_; }
  bool is_watching() const { return machine_.state() == SessionState::watching; }
  bool is_inside_message() const { return !reader_.end().ok(); }
  std::uint64_t messages_in() const { return messages_in_; }

 private:
  bool carry_out_one();
  void gather(Bytes message);
  bool read_one();
  std::optional<Result<Message>> hear_one();

  SessionMachine& machine_;
  FrameReader reader_;
  FrameWriter writer_;
  Dialogue dialogue_;
  std::deque<Effect> effects_;
  std::deque<Bytes> out_;  // messages; they become frames when they leave
  std::size_t out_bytes_ = 0;
  Bytes in_;             // what came and is not read yet, from in_read_ on
  std::size_t in_read_ = 0;
  std::optional<Result<Message>> ahead_;  // read, and not yet taken
  std::uint64_t messages_in_ = 0;
  bool gone_ = false;    // nobody hears us any more
  bool over_ = false;
  std::optional<Fault> fault_;
};

}  // namespace caseload::sync
