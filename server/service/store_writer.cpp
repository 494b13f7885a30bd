#include "server/service/store_writer.h"

#include <future>
#include <utility>

namespace caseload::server {

StoreWriter::StoreWriter(ServerStore& store, const WriterLimits& limits, WriterHooks hooks)
    : store_(store), limits_(limits), hooks_(std::move(hooks)), thread_([this] { run(); }) {}

StoreWriter::~StoreWriter() { stop(); }

StoreWriter::Steps StoreWriter::only(Operation operation, Concern concern) {
  return [operation = std::move(operation), concern = std::move(concern)](ServerStore& store, Concern& concerned) {
    operation(store);
    concerned = concern;
    return false;
  };
}

void StoreWriter::hand_in(Operation operation, Done done, Concern concern) {
  hand_in(only(std::move(operation), std::move(concern)), std::move(done));
}

void StoreWriter::hand_in(Steps steps, Done done) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!stopping_ && !broken_) {
      queue_.push_back({std::move(steps), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  done(false);
}

bool StoreWriter::wait_for(const Operation& operation, Concern concern) {
  std::promise<bool> promise;
  hand_in(operation, [&promise](bool kept) { promise.set_value(kept); }, std::move(concern));
  return promise.get_future().get();
}

void StoreWriter::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

std::size_t StoreWriter::queue_length() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return queue_.size();
}

// The next job; without waiting, only one that is there already. Nothing is left when it says so after it has waited.
bool StoreWriter::next(Job& job, bool wait) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (wait) changed_.wait(lock, [this] { return !queue_.empty() || stopping_; });
  if (queue_.empty()) return false;
  job = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

void StoreWriter::run() {
  Job first;
  while (next(first, true)) {
    Batch batch;
    batch.jobs.push_back(std::move(first));
    try {
      carry_out(batch);
    } catch (...) {
      break_off(batch);
      return;
    }
    if (hooks_.committed) hooks_.committed(batch.jobs.size());
    for (const Job& job : batch.jobs) job.done(true);
    if (batch.grew && hooks_.news) hooks_.news(batch.news);
  }
}

// The batch begins with one job, and takes what comes while it lasts.
void StoreWriter::carry_out(Batch& batch) {
  const Duration until = clock_.steady() + limits_.batch_time;
  store_.begin_batch();
  batch.news.last_position = store_.last_position();
  carry_out(batch.jobs.front(), batch);
  Job job;
  while (batch.jobs.size() < limits_.operations_max && clock_.steady() < until && next(job, false)) {
    batch.jobs.push_back(std::move(job));
    carry_out(batch.jobs.back(), batch);
  }
  if (hooks_.tend) grew_by({false, hooks_.tend()}, batch);
  store_.commit_batch();
}

void StoreWriter::grew_by(Concern concern, Batch& batch) {
  const std::uint64_t position = store_.last_position();
  if (position == batch.news.last_position) return;
  batch.grew = true;
  batch.news.last_position = position;
  Concern& all = batch.news.concern;
  all.everybody = all.everybody || concern.everybody;
  all.scopes.insert(all.scopes.end(), concern.scopes.begin(), concern.scopes.end());
  if (hooks_.grew) hooks_.grew();
}

void StoreWriter::carry_out(Job& job, Batch& batch) {
  for (bool more = true; more;) {
    Concern concern;
    more = job.steps(store_, concern);
    grew_by(std::move(concern), batch);
  }
}

// Nobody knows what a commit that failed has left on the disk; so nothing more is written, and nothing was answered.
void StoreWriter::break_off(const Batch& batch) {
  const std::exception_ptr why = std::current_exception();
  std::deque<Job> never;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    broken_ = true;
    never.swap(queue_);
  }
  try {
    store_.rollback_batch();
  } catch (...) {  // it is broken, which `why` says already
  }
  if (hooks_.broke) hooks_.broke(why);
  for (const Job& job : batch.jobs) job.done(false);
  for (const Job& job : never) job.done(false);
}

}  // namespace caseload::server
