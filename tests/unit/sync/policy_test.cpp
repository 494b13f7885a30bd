#include "sync/merge/policy.h"

#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

// A write that says a letter: who made it when, and where the office has it; position 0 is pending.
HeldWrite says(char letter, std::int64_t stamp, std::uint64_t position = 0, std::int64_t accepted = 0) {
  HeldWrite write;
  write.origin.change = numbered(static_cast<std::uint32_t>(letter));
  write.origin.author = numbered(900);
  write.origin.stamp = Stamp::at(minute(stamp));
  write.origin.position = position;
  write.origin.accepted = minute(accepted);
  write.value = Value::of_text(std::string(1, letter));
  return write;
}

HeldWrite out(HeldWrite write) {
  write.out = true;
  return write;
}

// Severity by letter: later ones are more severe, capitals as severe as the small ones.
std::uint8_t by_letter(const void*, const Value& value) {
  return value.is_none() ? 0 : static_cast<std::uint8_t>(value.text()[0] | 0x20);
}
constexpr Severity letters{by_letter, nullptr};

std::string told(const Settled& settled) {
  std::string text;
  for (const HeldWrite* write : settled.in_force) {
    text += write->out ? "-" : "";
    text += write->value.is_none() ? "." : write->value.text();
  }
  return text + (settled.open ? " ?" : "");
}

struct Row {
  std::string what;
  std::vector<HeldWrite> standing;
  std::string expected;
};

void check(MergePolicy policy, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    std::vector<HeldWrite> standing = row.standing;
    std::ranges::sort(standing, {}, [](const HeldWrite& w) { return std::tie(w.origin.change, w.value); });
    do {  // in any order
      REQUIRE(told(settle(policy, standing, letters)) == row.expected);
    } while (std::ranges::next_permutation(standing, {}, [](const HeldWrite& w) {
               return std::tie(w.origin.change, w.value);
             }).found);
  }
}

HeldWrite same(char value, HeldWrite write) {
  write.value = Value::of_text(std::string(1, value));
  return write;
}
HeldWrite emptied(HeldWrite write) {
  write.value = Value();
  return write;
}

}  // namespace

TEST_CASE("latest: the greatest effective time, and no question") {
  check(MergePolicy::latest,
        {
            {"nothing stands", {}, ""},
            {"one", {says('a', 5)}, "a"},
            {"by stamp", {says('a', 5), says('b', 9), says('c', 7)}, "b"},
            {"accepted and pending alike", {says('a', 5, 1, 6), says('b', 9)}, "b"},
            {"a fast clock counts from its acceptance", {says('a', 900, 1, 10), says('b', 11, 2, 12)}, "b"},
            {"and still wins over what was before that", {says('a', 900, 1, 10), says('b', 9, 2, 12)}, "a"},
            {"a slow clock loses", {says('a', -900, 9, 100), says('b', 5, 2, 6)}, "b"},
            {"two fast ones in one commit, by their stamps",
             {says('a', 901, 2, 10), says('b', 900, 1, 10)},
             "a"},
            {"a tie goes by id", {says('a', 5), says('b', 5)}, "b"},
            {"emptied last", {says('a', 5), emptied(says('b', 6))}, "."},
        });
}

TEST_CASE("ask: the greatest effective time, open until somebody writes") {
  check(MergePolicy::ask,
        {
            {"nothing stands", {}, ""},
            {"one", {says('a', 5)}, "a"},
            {"two who differ", {says('a', 5), says('b', 9)}, "b ?"},
            {"one pending", {says('a', 50, 1, 60), says('b', 9)}, "a ?"},
            {"three who differ", {says('a', 5), says('b', 9), says('c', 7)}, "b ?"},
            {"two who wrote the same agree", {same('x', says('a', 5)), same('x', says('b', 9))}, "x"},
            {"two of three agree", {same('x', says('a', 5)), same('x', says('b', 9)), says('c', 7)}, "x ?"},
            {"emptied by one", {says('a', 5), emptied(says('b', 9))}, ". ?"},
        });
}

TEST_CASE("safest: the most severe, all that are equally severe, open until somebody decides") {
  check(MergePolicy::safest,
        {
            {"nothing stands", {}, ""},
            {"one, however mild", {says('a', 5)}, "a"},
            {"the severest, though written first", {says('z', 1), says('b', 9)}, "z ?"},
            {"the severest, though pending", {says('z', 1), says('b', 9, 4, 10)}, "z ?"},
            {"a clock can not talk it down", {says('z', 1, 1, 2), says('a', 900, 2, 800)}, "z ?"},
            {"equals stand together, the earlier first", {says('Z', 9), says('z', 1), says('b', 5)}, "zZ ?"},
            {"the same twice is said once",
             {same('z', says('a', 9)), same('z', says('b', 1)), says('c', 5)},
             "z ?"},
            {"all the same", {same('z', says('a', 9)), same('z', says('b', 1))}, "z"},
            {"emptied protects nobody", {says('a', 5), emptied(says('b', 9))}, "a ?"},
            {"emptied by the only one", {emptied(says('b', 9))}, "."},
        });
}

TEST_CASE("once: the accepted write of lowest position, pending ones after it") {
  check(MergePolicy::once,
        {
            {"nothing stands", {}, ""},
            {"one pending", {says('a', 5)}, "a"},
            {"the lowest position, whatever its stamp", {says('a', 90, 3, 100), says('b', 1, 4, 101)}, "a"},
            {"accepted before pending, whatever its stamp", {says('a', 90, 3, 100), says('b', 1)}, "a"},
            {"pending ones by stamp", {says('a', 9), says('b', 5)}, "b"},
            {"pending ones of one stamp by id", {says('b', 5), says('a', 5)}, "a"},
        });
}

TEST_CASE("set: an element taken out by one and put in by another is in") {
  check(MergePolicy::set, {
                              {"nothing stands", {}, ""},
                              {"in", {says('a', 5)}, "a"},
                              {"out", {out(says('a', 5))}, "-a"},
                              {"out later than in", {says('a', 5), out(says('b', 9))}, "a"},
                              {"in later than out", {out(says('a', 5)), says('b', 9)}, "b"},
                              {"in twice", {says('a', 5), says('b', 9), out(says('c', 20))}, "b"},
                              {"out twice", {out(says('a', 5)), out(says('b', 9))}, "-b"},
                          });
}

TEST_CASE("a policy that nobody knows asks") {
  const HeldWrite standing[] = {says('a', 5), says('b', 9)};
  CHECK(told(settle(static_cast<MergePolicy>(99), standing, letters)) == "b ?");
}

TEST_CASE("when a write counts: at its stamp, never after its acceptance") {
  CHECK(effective_time(says('a', 5).origin) == Stamp::at(minute(5)));
  CHECK(effective_time(says('a', 5, 1, 9).origin) == Stamp::at(minute(5)));
  CHECK(effective_time(says('a', 500, 1, 9).origin) == Stamp::at(minute(9)));
  CHECK(effective_time(says('a', 500).origin) == Stamp::at(minute(500)));
  const HeldWrite a = says('a', 5);
  CHECK_FALSE(earlier(a, a));
}

}  // namespace caseload::sync
