#include "common/base/secret.h"

#include <cstring>
#include <string.h>
#include <sys/mman.h>
#include <utility>

namespace caseload {

void wipe(std::span<std::uint8_t> memory) noexcept {
  if (!memory.empty()) ::explicit_bzero(memory.data(), memory.size());
}

// Pages of their own, so that MADV_DONTDUMP covers the secret and nothing else. A kernel that refuses mlock (its limit
// is small for ordinary users) does not stop the work: the secret is then as safe as the machine's swap.
Secret::Secret(std::size_t size) : size_(size) {
  if (size == 0) return;
  void* pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw Breakage(Breakage::What::out_of_memory, "memory for a secret");
  memory_ = static_cast<std::uint8_t*>(pages);
  static_cast<void>(::madvise(pages, size, MADV_DONTDUMP));
  static_cast<void>(::mlock(pages, size));
}

Secret Secret::copy_of(BytesView bytes) {
  Secret secret(bytes.size());
  if (!bytes.empty()) std::memcpy(secret.memory_, bytes.data(), bytes.size());
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    release();
    memory_ = std::exchange(other.memory_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { release(); }

void Secret::release() noexcept {
  if (memory_ == nullptr) return;
  wipe(writable());
  static_cast<void>(::munmap(memory_, size_));
  memory_ = nullptr;
  size_ = 0;
}

}  // namespace caseload
