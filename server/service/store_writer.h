#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "common/time/time.h"
#include "server/store/store.h"

namespace caseload::server {

// Whom something concerns that was accepted: the scopes it is about, or everybody where it may move what others see.
struct Concern {
  bool everybody = false;
  std::vector<Id> scopes;
};

// That the log has grown, and is durable up to here.
struct News {
  std::uint64_t last_position = 0;
  Concern concern;
};

struct WriterLimits {
  std::size_t operations_max = 256;  // in a batch; what a breakage undoes is at most this
  Duration batch_time{250};          // no answer waits longer for others that come after it
};

// What others want to know of the writer. All are called on its thread.
struct WriterHooks {
  std::function<void()> grew;             // the log, by an operation: before the next one is carried out
  // before a batch's commit, in it: gives the scopes in which the log grew by that
  std::function<std::vector<Id>()> tend;
  std::function<void(const News&)> news;  // after the commit
  std::function<void(std::exception_ptr)> broke;  // the store broke: nothing more is carried out
  std::function<void(std::size_t operations)> committed;
};

// StoreWriter: the one thread that owns the store, and carries out what sessions and commands want of it.
//
// Shape    takes what waits, up to the limits, as one batch of the store: each operation is a part that begins, commits
//          or rolls back for itself. One commit makes all of them durable; then each is told.
// Promise  done(true) is called after the commit, so whatever an operation found or wrote may be answered. An operation
//          that takes back its own part undoes no other. Operations are carried out in the order in which they came.
// Errors   done(false): the store broke, and nothing of the batch is known to be kept. `broke` says so once; from then
//          on every operation gets done(false).
// Threads  hand_in, wait_for, queue_length: any. done and the hooks: the writer's own; they must not wait for it.
class StoreWriter {
 public:
  using Operation = std::function<void(ServerStore&)>;
  // Several operations, one after the other, with nothing between them: gives whether there is another, and whom what
  // it put concerns.
  using Steps = std::function<bool(ServerStore&, Concern&)>;
  static Steps only(Operation operation, Concern concern);
  using Done = std::function<void(bool kept)>;

  StoreWriter(ServerStore& store, const WriterLimits& limits, WriterHooks hooks);
  ~StoreWriter();  // as stop()
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  void hand_in(Operation operation, Done done, Concern concern = {});
  void hand_in(Steps steps, Done done);
  // Waits until it is durable, or known to have failed. Gives done's truth. Not on the writer's thread.
  bool wait_for(const Operation& operation, Concern concern = {true, {}});
  // Carries out what waits, and ends the thread. What comes later gets done(false).
  void stop();
  std::size_t queue_length() const;

 private:
  struct Job {
    Steps steps;
    Done done;
  };
  struct Batch {
    std::vector<Job> jobs;
    News news;
    bool grew = false;
  };

  void run();
  bool next(Job& job, bool wait);
  void carry_out(Batch& batch);
  void carry_out(Job& job, Batch& batch);
  void grew_by(Concern concern, Batch& batch);
  void break_off(const Batch& batch);

  ServerStore& store_;
  const WriterLimits limits_;
  const WriterHooks hooks_;
  const SystemClock clock_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  bool broken_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace caseload::server
