#include "common/base/fault.h"

#include <set>
#include <string>

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("every fault has one number, one name and one meaning") {
  std::set<std::string_view> names;
  std::set<std::string_view> meanings;
  for (const FaultEntry& entry : fault_table()) {
    CAPTURE(entry.name);
    CHECK(names.insert(entry.name).second);
    CHECK(meanings.insert(entry.meaning).second);
    CHECK(find_fault(entry.code) == &entry);
    CHECK(entry.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
  }
}

// The names are a contract with scripts and with older programs: this list may grow, and no row may change.
TEST_CASE("names and numbers that others rely on stay as they are") {
  const std::pair<std::uint16_t, std::string_view> released[] = {
      {1, "truncated"}, {2, "not_canonical"}, {4, "too_large"}, {100, "wrong_key"}, {102, "bad_signature"},
      {104, "not_for_me"}, {107, "wrong_passphrase"}, {200, "absent"}, {201, "damaged"}, {300, "unreachable"},
      {400, "clock_ahead"}, {500, "frame_size"}, {502, "upgrade_needed"}, {601, "not_allowed"}, {609, "ledger_mismatch"}};
  for (const auto& [number, name] : released) {
    REQUIRE(find_fault(number) != nullptr);
    CHECK(find_fault(number)->name == name);
  }
}

TEST_CASE("a number that is not in the list is no fault") {
  for (const int number : {0, 16, 99, 199, 600 - 1, 65535}) CHECK(find_fault(static_cast<std::uint16_t>(number)) == nullptr);
}

TEST_CASE("a fault is compared by its code and read with its detail") {
  CHECK(Fault(Fault::too_large, "one") == Fault(Fault::too_large, "two"));
  CHECK_FALSE(Fault(Fault::too_large) == Fault(Fault::too_many));
  CHECK(Fault(Fault::too_large, "note.text, at most 8 bytes").to_string() == "too_large: note.text, at most 8 bytes");
  CHECK(Fault(Fault::locked).to_string() == "locked");
}
