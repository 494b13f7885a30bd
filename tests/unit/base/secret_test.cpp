#include "common/base/secret.h"

#include <cstdio>
#include <ostream>
#include <string>
#include <sys/wait.h>
#include <type_traits>
#include <unistd.h>

#include "tests/support/test.h"

using namespace caseload;

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

// How often the two halves, never joined in the program's text, stand next to each other in our own memory.
int found_in_memory(const std::string& first, const std::string& second) {
  const std::string needle_parts[2] = {first, second};
  int found = 0;
  std::FILE* maps = std::fopen("/proc/self/maps", "r");
  std::FILE* memory = std::fopen("/proc/self/mem", "r");
  char line[512];
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    unsigned long from = 0;
    unsigned long to = 0;
    char access[8];
    if (std::sscanf(line, "%lx-%lx %7s", &from, &to, access) != 3 || access[0] != 'r' || access[1] != 'w') continue;
    if (to - from > (64UL << 20)) continue;
    std::string block(to - from, '\0');
    if (std::fseek(memory, static_cast<long>(from), SEEK_SET) != 0) continue;
    block.resize(std::fread(block.data(), 1, block.size(), memory));
    for (std::size_t at = block.find(needle_parts[0]); at != std::string::npos; at = block.find(needle_parts[0], at + 1)) {
      if (block.compare(at + first.size(), second.size(), second) == 0) ++found;
    }
    wipe({reinterpret_cast<std::uint8_t*>(block.data()), block.size()});
  }
  std::fclose(maps);
  std::fclose(memory);
  return found;
}

}  // namespace

TEST_CASE("a secret cannot be copied, printed or compared in passing") {
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
  static_assert(std::is_nothrow_move_constructible_v<Secret>);
  static_assert(!Printable<Secret>);
  static_assert(!std::equality_comparable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  CHECK(Secret::copy_of("abc").equals(Secret::copy_of("abc")));
  CHECK_FALSE(Secret::copy_of("abc").equals(Secret::copy_of("abd")));
}

TEST_CASE("a secret that moves leaves nothing behind") {
  Secret first = Secret::copy_of("a passphrase");
  Secret second = std::move(first);
  CHECK(first.empty());  // NOLINT: that is the promise
  CHECK(second.size() == 12);
  second = Secret::copy_of("another");
  CHECK(second.size() == 7);
  CHECK(second.clone().equals(second));
  CHECK(Secret().empty());
}

TEST_CASE("a secret that died is nowhere in memory, and one that lives is") {
  const std::string first = "canary-f81d";
  const std::string second = "-4fae-7dec";
  int alive = 0;
  {
    Secret secret(first.size() + second.size());
    std::copy(first.begin(), first.end(), secret.writable().begin());
    std::copy(second.begin(), second.end(), secret.writable().begin() + static_cast<std::ptrdiff_t>(first.size()));
    alive = found_in_memory(first, second);
  }
  CHECK(alive == 1);
  CHECK(found_in_memory(first, second) == 0);
}
