#include "client/keys/kernel_keyring.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Raw system calls: the library that wraps them would be one more package for five lines.

namespace caseload::client {
namespace {

constexpr std::size_t moment_bytes = 8;
constexpr std::size_t key_bytes_max = 64;

// The rights of a key: its possessor's in the highest byte, its user's in the next. Nobody else has any.
constexpr std::uint32_t view = 0x01, read = 0x02, search = 0x08, link = 0x10, set_attributes = 0x20;
constexpr std::uint32_t of_possessor = 1U << 24, of_user = 1U << 16;
constexpr std::uint32_t rights =
    (view | read | search | link | set_attributes) * of_possessor + (view | read | search | set_attributes) * of_user;

template <class... Arguments>
long keyctl(int command, Arguments... arguments) {
  return ::syscall(SYS_keyctl, command, arguments...);
}

Fault refusal() {
  const char* name = ::strerrorname_np(errno);
  return {Fault::absent, std::string("the kernel keeps no keys for us: ") + (name == nullptr ? "unknown" : name)};
}

// A key of ours in the making, which dies with this process until it is linked elsewhere.
class NewKey {
 public:
  NewKey(const std::string& name, const Secret& content)
      : serial_(::syscall(SYS_add_key, "user", name.c_str(), content.view().data(), content.size(),
                          KEY_SPEC_PROCESS_KEYRING)) {}
  NewKey(const NewKey&) = delete;
  NewKey& operator=(const NewKey&) = delete;
  ~NewKey() {
    if (ok()) keyctl(KEYCTL_UNLINK, serial_, KEY_SPEC_PROCESS_KEYRING);
  }
  bool ok() const { return serial_ >= 0; }
  long serial() const { return serial_; }

 private:
  long serial_;
};

long find(const std::string& name) {
  return keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name.c_str(), 0);
}

Secret content_of(const Secret& key, Duration until) {
  Secret content(moment_bytes + key.size());
  Bytes moment;
  append_u64(moment, static_cast<std::uint64_t>(until.count()));
  std::memcpy(content.writable().data(), moment.data(), moment_bytes);
  std::memcpy(content.writable().data() + moment_bytes, key.view().data(), key.size());
  return content;
}

}  // namespace

Duration time_since_start() {
  timespec time{};
  CHECK(::clock_gettime(CLOCK_BOOTTIME, &time) == 0, "every kernel that we support has this clock");
  const auto since = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  return std::chrono::duration_cast<Duration>(since);
}

Result<void> keep_in_kernel(const std::string& name, const Secret& key, Duration until) {
  CHECK(!key.empty() && key.size() <= key_bytes_max && until.count() > 0, "a key, and a moment to come");
  const auto left = std::max(std::chrono::ceil<std::chrono::seconds>(until - time_since_start()).count(), 1L);
  const NewKey made(name, content_of(key, until));
  if (!made.ok()) return refusal();
  if (keyctl(KEYCTL_SET_TIMEOUT, made.serial(), left) < 0) return refusal();
  if (keyctl(KEYCTL_SETPERM, made.serial(), rights) < 0) return refusal();
  if (keyctl(KEYCTL_LINK, made.serial(), KEY_SPEC_USER_KEYRING) < 0) return refusal();
  if (find(name) != made.serial()) return refusal();
  return {};
}

Result<Secret> kernel_key(const std::string& name, Duration now) {
  const long found = find(name);
  if (found < 0) return Fault::locked;
  Secret content(moment_bytes + key_bytes_max);
  const long size = keyctl(KEYCTL_READ, found, content.writable().data(), content.size());
  if (size <= static_cast<long>(moment_bytes) || size > static_cast<long>(content.size())) return Fault::locked;
  const BytesView filled = content.view().first(static_cast<std::size_t>(size));
  if (read_big_endian(filled.first(moment_bytes)) <= static_cast<std::uint64_t>(now.count())) {
    forget_in_kernel(name);
    return Fault::locked;
  }
  return Secret::copy_of(filled.subspan(moment_bytes));
}

// Revoking wipes what the key holds at once, whoever else may still have a hold on it.
void forget_in_kernel(const std::string& name) {
  const long found = find(name);
  if (found < 0) return;
  keyctl(KEYCTL_REVOKE, found);
  keyctl(KEYCTL_UNLINK, found, KEY_SPEC_USER_KEYRING);
}

Result<void> kernel_keeps_keys() {
  const std::string name = "caseload-probe-" + std::to_string(::getpid());
  Result<void> kept = keep_in_kernel(name, Secret::copy_of("?"), time_since_start() + std::chrono::seconds(10));
  forget_in_kernel(name);
  return kept;
}

}  // namespace caseload::client
