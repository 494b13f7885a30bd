#pragma once

#include <chrono>
#include <memory>

#include "common/net/tls_stream.h"

namespace caseload {

// Pace: how slow the other side may be. A limit for a single byte alone would let a peer drip for ever.
struct Pace {
  TimeLimit step;  // one message, or one write, from its first byte to its last
  TimeLimit idle;  // silence within it
};

constexpr TimeLimit no_limit = std::chrono::hours(24);  // for who waits as long as the other side is there

// Nudge: wakes the one coroutine that waits, or the next one that would.
//
// Promise  a nudge given while nobody waits is kept; several count as one.
// Threads  the executor's.
class Nudge {
 public:
  explicit Nudge(const asio::any_io_executor& executor);
  ~Nudge();
  Nudge(const Nudge&) = delete;
  Nudge& operator=(const Nudge&) = delete;

  void give();
  // Ends with a nudge, or when the waiting is cancelled; so whoever waits looks whether what he waits for is there.
  asio::awaitable<void> wait();

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

// Reads as read_some() does, and gives way to a nudge with Fault::cancelled; no byte is lost.
asio::awaitable<Result<std::size_t>> read_or_nudge(TlsStream& stream, std::span<std::uint8_t> into, TimeLimit limit,
                                                   Nudge& nudge);

// Writes all of it, piece by piece: room for each within pace.idle, and for all within pace.step. Faults: write_all's.
asio::awaitable<Result<void>> write_at_pace(TlsStream& stream, BytesView bytes, const Pace& pace);

// How long to wait for more of a message: what is left of pace.step since `began`, and no longer than pace.idle.
TimeLimit patience(const Pace& pace, std::chrono::steady_clock::time_point began);

}  // namespace caseload
