#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/bytes.h"

namespace caseload {

// Overwrites memory in a way that no compiler leaves out.
void wipe(std::span<std::uint8_t> memory) noexcept;

// Secret: bytes that must not outlive their use: keys, passphrases, one-time codes.
//
// Shape    a block of fixed size, given at birth, kept out of core dumps where the kernel allows it.
// Promise  wiped at death and when moved from; cannot be copied, printed, compared with == or put into a stream.
// Attacker can read swap of a machine that has it unencrypted; cannot find it in a core dump or in freed memory.
// Threads  one owner.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::size_t size);
  static Secret copy_of(BytesView bytes);
  static Secret copy_of(std::string_view text) { return copy_of(as_bytes(text)); }

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  Secret clone() const { return copy_of(view()); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // For the one call that needs the bytes; what it returns must not be kept.
  BytesView view() const { return {memory_, size_}; }
  std::span<std::uint8_t> writable() { return {memory_, size_}; }

  bool equals(const Secret& other) const { return equal_in_constant_time(view(), other.view()); }

 private:
  void release() noexcept;

  std::uint8_t* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace caseload
