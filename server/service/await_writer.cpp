#include "server/service/await_writer.h"

#include <memory>

#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include "common/net/pace.h"

namespace caseload::server {
namespace {

struct Outcome {
  explicit Outcome(const asio::any_io_executor& executor) : done(executor) {}
  Nudge done;
  bool is_done = false;
  bool kept = false;
};

}  // namespace

asio::awaitable<bool> carry_out(StoreWriter& writer, StoreWriter::Steps steps) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const std::shared_ptr<Outcome> outcome = std::make_shared<Outcome>(executor);
  const auto tell = [outcome, executor](bool kept) {
    asio::post(executor, [outcome, kept] {
      outcome->kept = kept;
      outcome->is_done = true;
      outcome->done.give();
    });
  };
  writer.hand_in(std::move(steps), tell);
  while (!outcome->is_done) co_await outcome->done.wait();
  co_return outcome->kept;
}

asio::awaitable<bool> carry_out(StoreWriter& writer, StoreWriter::Operation operation, Concern concern) {
  return carry_out(writer, StoreWriter::only(std::move(operation), std::move(concern)));
}

}  // namespace caseload::server
