#include "common/net/pace.h"

#include <algorithm>

#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>

#include "common/net/time_limit.h"

namespace caseload {
namespace {

constexpr std::size_t piece_bytes = 64U << 10;  // within pace.idle: 2 KB a second is the slowest line that we serve

}  // namespace

struct Nudge::Body {
  asio::steady_timer timer;  // it never goes off by itself
  bool given = false;
};

Nudge::Nudge(const asio::any_io_executor& executor)
    : body_(new Body{asio::steady_timer(executor, asio::steady_timer::time_point::max())}) {}
Nudge::~Nudge() = default;

void Nudge::give() {
  body_->given = true;
  body_->timer.cancel();
}

asio::awaitable<void> Nudge::wait() {
  if (!body_->given) co_await body_->timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  body_->given = false;
}

asio::awaitable<Result<std::size_t>> read_or_nudge(TlsStream& stream, std::span<std::uint8_t> into, TimeLimit limit,
                                                   Nudge& nudge) {
  using namespace asio::experimental::awaitable_operators;
  Result<std::size_t> outcome = Fault::cancelled;
  try {
    co_await (keep_outcome(stream.read_some(into, limit), outcome) || nudge.wait());
  } catch (const asio::system_error& error) {
    if (!outcome) outcome = net_fault(error.code());
  }
  co_return std::move(outcome);
}

asio::awaitable<Result<void>> write_at_pace(TlsStream& stream, BytesView bytes, const Pace& pace) {
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  while (!bytes.empty()) {
    const BytesView piece = bytes.first(std::min(bytes.size(), piece_bytes));
    const Result<void> written = co_await stream.write_all(piece, patience(pace, began));
    if (!written) co_return written;
    bytes = bytes.subspan(piece.size());
  }
  co_return Result<void>();
}

TimeLimit patience(const Pace& pace, std::chrono::steady_clock::time_point began) {
  const auto gone = std::chrono::duration_cast<TimeLimit>(std::chrono::steady_clock::now() - began);
  return std::clamp(pace.step - gone, TimeLimit(0), pace.idle);
}

}  // namespace caseload
