#pragma once

#include <functional>
#include <memory>

namespace caseload {

// Beside: another thread, for what need not wait for the work at hand.
//
// Promise  both() returns when both are done. They run at the same time where there is a second core.
// Errors   what `work` throws passes, or else what `beside` does; not before both are done.
// Threads  one owner; `beside` runs on a thread of this object, `work` on the caller's.
class Beside {
 public:
  Beside();
  ~Beside();

  void both(const std::function<void()>& work, const std::function<void()>& beside);

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;  // begun when first needed
};

}  // namespace caseload
