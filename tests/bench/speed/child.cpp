#include "tests/bench/speed/child.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include "common/base/check.h"

namespace caseload::bench {
namespace {

// What it throws is told: there is nobody who would catch it.
void live(const std::function<void(Line&)>& life, Line& line) {
  try {
    life(line);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "a process of the benchmark: %s\n", failure.what());
    std::_Exit(1);
  }
  std::_Exit(0);
}

}  // namespace

Line::~Line() {
  ::close(from_);
  ::close(to_);
}

void Line::write(const void* value, std::size_t size) {
  CHECK(::write(to_, value, size) == static_cast<ssize_t>(size), "the other process is there");
}

bool Line::read(void* value, std::size_t size) { return ::read(from_, value, size) == static_cast<ssize_t>(size); }

Child::Child(const std::function<void(Line&)>& life) {
  int down[2], up[2];
  CHECK(::pipe(down) == 0 && ::pipe(up) == 0, "pipes");
  ::malloc_trim(0);  // what this process does not use any more is not the other's
  process_ = ::fork();
  CHECK(process_ >= 0, "a process");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(down[1]);
    ::close(up[0]);
    Line line(down[0], up[1]);
    live(life, line);
  }
  ::close(down[0]);
  ::close(up[1]);
  line_.emplace(up[0], down[1]);
}

Child::~Child() {
  if (process_ > 0) ::kill(process_, SIGKILL);
  await_end();
}

void Child::await_end() {
  if (process_ > 0) ::waitpid(std::exchange(process_, 0), nullptr, 0);
}

}  // namespace caseload::bench
