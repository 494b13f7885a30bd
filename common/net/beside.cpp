#include "common/net/beside.h"

#include <future>

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

namespace caseload {

struct Beside::Pool {
  asio::thread_pool threads{1};
};

Beside::Beside() = default;
Beside::~Beside() = default;

void Beside::both(const std::function<void()>& work, const std::function<void()>& beside) {
  if (!pool_) pool_ = std::make_unique<Pool>();
  std::packaged_task<void()> task(beside);
  std::future<void> done = task.get_future();
  asio::post(pool_->threads, std::move(task));
  try {
    work();
  } catch (...) {
    done.wait();
    throw;
  }
  done.get();
}

}  // namespace caseload
