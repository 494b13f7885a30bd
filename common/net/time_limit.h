#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "common/net/net_fault.h"
#include "common/net/tls_stream.h"

namespace caseload {

// Runs an operation no longer than the limit; then it is cancelled, and the outcome is timed_out. For the files of this
// room.
//
// The operation leaves its outcome in a place of its own, whoever was first: what was done in the instant when time ran
// out is done, and bytes that were read in it are not forgotten.
template <class T>
asio::awaitable<void> keep_outcome(asio::awaitable<Result<T>> operation, Result<T>& outcome) {
  try {
    outcome = co_await std::move(operation);
  } catch (const asio::system_error& error) {
    outcome = net_fault(error.code());
  }
}

template <class T>
asio::awaitable<Result<T>> within(TimeLimit limit, asio::awaitable<Result<T>> operation) {
  using namespace asio::experimental::awaitable_operators;
  Result<T> outcome = Fault::cancelled;
  try {
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    const std::variant<std::monostate, std::monostate> first =
        co_await (keep_outcome(std::move(operation), outcome) || timer.async_wait(asio::use_awaitable));
    const bool too_late = first.index() == 1;
    if (too_late && !outcome && outcome.fault() == Fault::cancelled) outcome = Fault(Fault::timed_out);
  } catch (const asio::system_error& error) {
    if (!outcome) outcome = net_fault(error.code());
  }
  co_return std::move(outcome);
}

}  // namespace caseload
