#include "common/base/text.h"
#include "tests/property/law.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr std::size_t bytes_max = 1 << 20;

std::string checked_text(const std::string& raw) {
  const Result<std::string> text = check_text(raw, bytes_max);
  RC_PRE(text.ok());
  return *text;
}

}  // namespace

TEST_CASE("text that was checked once passes again, unchanged") {
  CHECK(holds("check_text", [] {
    const std::string text = checked_text(*any_text());
    RC_ASSERT(check_text(text, bytes_max).value() == text);
  }));
}

TEST_CASE("any bytes are refused or become text that passes") {
  CHECK(holds("any bytes", [](const std::string& bytes) {
    const Result<std::string> text = check_text(bytes, bytes_max);
    if (text.ok()) RC_ASSERT(check_text(*text, bytes_max).value() == *text);
    const Result<std::string> line = check_line(bytes, bytes_max);
    if (line.ok()) RC_ASSERT(line->find_first_of("\n\t") == std::string::npos);
    RC_ASSERT(!line.ok() || text.ok());
  }));
}

TEST_CASE("a limit is a limit on what comes out") {
  CHECK(holds("bytes_max", [] {
    const std::string raw = *any_text();
    const std::size_t most = *rc::gen::inRange<std::size_t>(0, 64);
    const Result<std::string> text = check_text(raw, most);
    if (text.ok()) RC_ASSERT(text->size() <= most);
  }));
}

TEST_CASE("folding what was folded changes nothing") {
  CHECK(holds("fold_for_search", [] {
    const std::string folded = fold_for_search(checked_text(*any_text()));
    RC_ASSERT(fold_for_search(folded) == folded);
  }));
}

TEST_CASE("what is isolated for display is text that passes, as wide as it was") {
  CHECK(holds("isolate_for_display", [] {
    const std::string text = checked_text(*any_text());
    const std::string shown = isolate_for_display(text);
    RC_ASSERT(check_text(shown, bytes_max + 1024).ok());
    RC_ASSERT(display_width(shown) == display_width(text));
  }));
}
