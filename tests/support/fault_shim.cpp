#include "tests/support/faults.h"

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <sstream>
#include <unistd.h>

#include "tests/support/real_calls.h"
#include "tests/support/unsynced.h"

// Each call below asks before() what is to become of it, tells the memory of unsynced things, and does it.

namespace caseload::faults {
namespace {

struct Shim {
  std::mutex mutex;
  std::optional<Plan> plan;
  std::uint64_t count = 0;
  Unsynced unsynced;
};

Shim& shim() {
  static Shim* const one = new Shim;  // never destroyed: calls come before main and after it
  return *one;
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

enum class Call { write, create, truncate, sync, name };
enum class Outcome { untouched, goes_on, half, fails };

bool watched(const std::string& path) { return shim().plan && path.starts_with(shim().plan->prefix); }

bool tracks() {
  const Plan& plan = *shim().plan;
  return plan.track || plan.power_after != 0 || plan.kind == Kind::power;
}

[[noreturn]] void die() { ::_exit(died); }

// What becomes of the next call on this path. Requires the mutex. Sets errno where it fails.
Outcome before(Call call, const std::string& path) {
  if (!watched(path)) return Outcome::untouched;
  const Plan& plan = *shim().plan;
  const std::uint64_t number = ++shim().count;
  if (plan.power_after != 0 && number == plan.nth + plan.power_after) cut_power();
  const bool now = plan.nth != 0 && (plan.sticky ? number >= plan.nth : number == plan.nth);
  if (!now) return Outcome::goes_on;
  switch (plan.kind) {
    case Kind::count: return Outcome::goes_on;
    case Kind::kill: die();
    case Kind::torn:
      if (call != Call::write) die();
      return Outcome::half;
    case Kind::power: cut_power();
    case Kind::eio: errno = EIO; return Outcome::fails;
    case Kind::enospc:
      if (call == Call::sync || call == Call::name) return Outcome::goes_on;
      errno = ENOSPC;
      return Outcome::fails;
  }
  return Outcome::goes_on;
}

ssize_t on_write(int file, const void* data, std::size_t size, std::int64_t offset) {
  switch (before(Call::write, path_of(file))) {
    case Outcome::untouched: break;
    case Outcome::goes_on:
      if (tracks()) shim().unsynced.write(file, data, size, offset);
      break;
    case Outcome::half:
      real_pwrite(file, data, size / 2, offset);
      die();
    case Outcome::fails: return -1;
  }
  return 0;
}

// A watched file is not really synced: what the program's death leaves does not depend on it, and it takes long.
int on_sync(int file) {
  const Outcome outcome = before(Call::sync, path_of(file));
  if (outcome == Outcome::untouched) return real<int(int)>("fsync")(file);
  const bool works = outcome != Outcome::fails;
  if (tracks()) shim().unsynced.sync(file, works);
  if (!works) errno = EIO;
  return works ? 0 : -1;
}

int on_truncate(int file, std::int64_t size) {
  const Outcome outcome = before(Call::truncate, path_of(file));
  if (outcome == Outcome::fails) return -1;
  if (outcome != Outcome::untouched && tracks()) shim().unsynced.truncate(file, size);
  return real_ftruncate(file, size);
}

int on_open(const char* path, int flags, mode_t mode) {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  const bool creates = (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0;
  const Outcome outcome = creates ? before(Call::create, path) : Outcome::untouched;
  if (outcome == Outcome::fails) return -1;
  if (outcome != Outcome::untouched && tracks()) shim().unsynced.create(path);
  return real_open(path, flags, mode);
}

// A plan for a program that knows nothing of all this.
Plan read_plan(const char* text) {
  Plan plan;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (name == "nth") plan.nth = std::strtoull(value.c_str(), nullptr, 10);
    if (name == "seed") plan.seed = std::strtoull(value.c_str(), nullptr, 10);
    if (name == "prefix") plan.prefix = value;
    if (name == "sticky") plan.sticky = value == "1";
    if (name == "power_after") plan.power_after = std::strtoull(value.c_str(), nullptr, 10);
    if (name != "kind") continue;
    plan.kind = value == "kill" ? Kind::kill : value == "torn" ? Kind::torn : value == "power" ? Kind::power
              : value == "eio" ? Kind::eio : value == "enospc" ? Kind::enospc : Kind::count;
  }
  return plan;
}

__attribute__((constructor)) void arm_from_environment() {
  if (const char* text = std::getenv("CASELOAD_FAULT")) arm(read_plan(text));
}

}  // namespace

void arm(const Plan& plan) {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  shim().plan = plan;
  shim().count = 0;
}

std::uint64_t counted() { return shim().count; }

void cut_power() {
  shim().unsynced.lose(shim().plan->seed);
  die();
}

int real_open(const char* path, int flags, mode_t mode) {
  return real<int(const char*, int, ...)>("open")(path, flags, mode);
}
ssize_t real_pwrite(int file, const void* data, std::size_t size, std::int64_t offset) {
  return real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite")(file, data, size, offset);
}
int real_ftruncate(int file, std::int64_t size) { return real<int(int, off_t)>("ftruncate")(file, size); }
int real_rename(const char* from, const char* to) { return real<int(const char*, const char*)>("rename")(from, to); }
int real_unlink(const char* path) { return real<int(const char*)>("unlink")(path); }

std::string path_of(int file) {
  char path[PATH_MAX];
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path);
  return size < 0 ? std::string() : std::string(path, static_cast<std::size_t>(size));
}

}  // namespace caseload::faults

// The calls themselves, in every name under which the C library offers them.
using namespace caseload::faults;
#pragma GCC visibility push(default)
extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return on_open(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return on_open(path, flags, mode);
}
ssize_t write(int file, const void* data, size_t size) {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  if (shim().plan && on_write(file, data, size, ::lseek(file, 0, SEEK_CUR)) < 0) return -1;
  return real<ssize_t(int, const void*, size_t)>("write")(file, data, size);
}
ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  return on_write(file, data, size, offset) < 0 ? -1 : real_pwrite(file, data, size, offset);
}
ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
  return pwrite(file, data, size, offset);
}
int fsync(int file) {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  return on_sync(file);
}
int fdatasync(int file) { return fsync(file); }
int ftruncate(int file, off_t size) noexcept {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  return on_truncate(file, size);
}
int ftruncate64(int file, off64_t size) noexcept { return ftruncate(file, size); }
int rename(const char* from, const char* to) noexcept {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  const Outcome outcome = before(Call::name, to);
  if (outcome == Outcome::fails) return -1;
  if (outcome != Outcome::untouched && tracks()) shim().unsynced.rename(from, to);
  return real_rename(from, to);
}
int unlink(const char* path) noexcept {
  const std::lock_guard<std::mutex> guard(shim().mutex);
  const bool there = ::access(path, F_OK) == 0;
  const Outcome outcome = there ? before(Call::name, path) : Outcome::untouched;
  if (outcome == Outcome::fails) return -1;
  if (outcome != Outcome::untouched && tracks()) shim().unsynced.remove(path);
  return real_unlink(path);
}

}  // extern "C"
