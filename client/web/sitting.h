#pragma once

#include <mutex>
#include <string>

#include "client/casework/workplace.h"

namespace caseload::client {

// How the way to the office stands, for a person who looks on.
struct SyncNow {
  bool under_way = false;
  std::uint64_t pushed = 0;
  std::uint64_t received = 0;
  std::uint64_t bytes = 0;
  std::optional<WallTime> ended;  // the last try
  std::optional<Fault> fault;     // why it ended early
  std::uint64_t accepted = 0;     // of the last try
  std::uint64_t late = 0;
  std::uint64_t withdrawn = 0;
  std::optional<WallTime> next_try{};  // by itself
};

// Sitting: the profile behind the page: open while its person is at work, locked otherwise.
//
// Promise  locked, there is no key and nothing decrypted in the program. lock() returns when that is so; a session
//          that was under way is ended first, and goes on from where it was with the next.
// Errors   unlock(): those of unlocking a profile (client/profile/unlock.h).
// Threads  whoever calls workplace(), or uses it, holds mutex(); unlock() and lock() are called without it.
//          sync_now() and begin_sync(): any.
class Sitting {
 public:
  virtual ~Sitting() = default;

  virtual std::mutex& mutex() = 0;
  virtual Workplace* workplace() = 0;  // none: locked
  virtual Result<void> unlock(const Secret& typed) = 0;
  virtual void lock() = 0;
  virtual void begin_sync() = 0;  // at once, in the background
  virtual SyncNow sync_now() = 0;
  virtual std::string office() const = 0;  // where it is, for a person who looks why it does not answer
};

}  // namespace caseload::client
