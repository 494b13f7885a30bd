#include "common/base/check.h"

#include <cerrno>
#include <sys/wait.h>
#include <unistd.h>

namespace {
// Runs our CHECK in a child, before the test's CHECK takes the word.
int signal_after_check(bool condition) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(2);
    CHECK(condition, "planted");
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}
}  // namespace

#include <csignal>

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("CHECK stops the program in every build, and only when the condition is false") {
  CHECK(signal_after_check(false) == SIGABRT);
  CHECK(signal_after_check(true) == 0);
}

TEST_CASE("a failed system call becomes the breakage that tells what to do") {
  CHECK(breakage_from_errno(ENOSPC, "saving").kind() == Breakage::What::disk_full);
  CHECK(breakage_from_errno(EDQUOT, "saving").kind() == Breakage::What::disk_full);
  CHECK(breakage_from_errno(EIO, "saving").kind() == Breakage::What::input_output);
  CHECK(breakage_from_errno(ENOMEM, "saving").kind() == Breakage::What::out_of_memory);
  CHECK(breakage_from_errno(EACCES, "saving").kind() == Breakage::What::refused);
  CHECK(std::string(breakage_from_errno(ENOSPC, "saving").what()) == "disk_full: saving: No space left on device");
}
