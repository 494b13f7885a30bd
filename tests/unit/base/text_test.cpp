#include "common/base/text.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("names are kept as people write them, composed") {
  for (const char* text : {"Null", "O'Brien", "<b>", "Aroha T\xc4\x81mati", "\xf0\x9f\x8c\xb1", "Li", "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf",
                           "a\tb\nc", "", "Zo\xc3\xab", "\xe2\x80\x8e" "left-to-right mark"}) {
    CAPTURE(text);
    CHECK(*check_text(text, 1000) == text);
  }
  CHECK(*check_text("Zoe\xcc\x88", 100) == "Zo\xc3\xab");            // decomposed and composed twins are one
  CHECK(*check_text("\xe2\x84\xab", 100) == "\xc3\x85");              // ANGSTROM SIGN is Å
}

TEST_CASE("bytes that are not UTF-8 are refused with their position") {
  struct Row { const char* why; std::string_view text; };
  const Row rows[] = {{"stray continuation", "ab\x80"}, {"cut short", "ab\xc3"}, {"overlong slash", "\xc0\xaf"},
                      {"overlong of three", "\xe0\x80\xaf"}, {"surrogate", "\xed\xa0\x80"}, {"beyond Unicode", "\xf4\x90\x80\x80"},
                      {"five bytes", "\xf8\x88\x80\x80\x80"}, {"Latin-1", "caf\xe9"}, {"UTF-16 mark", "\xff\xfe" "a"}};
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(check_text(row.text, 100).fault() == Fault::text_encoding);
  }
  CHECK(check_text("caf\xe9", 100).fault().detail() == "at byte 3");
}

TEST_CASE("control characters and noncharacters are refused") {
  using namespace std::string_view_literals;
  const std::string_view rows[] = {"a\0b"sv, "\x1b[31m", "\x7f", "\r\n", "\x08", "\xc2\x85", "\xef\xbf\xbe", "\xef\xb7\x90",
                                   "\xf0\x9f\xbf\xbf", "\xe2\x80\xa8", "\xe2\x80\xa9", "\x01"};
  for (const std::string_view row : rows) {
    CAPTURE(row);
    CHECK(check_text(row, 100).fault() == Fault::text_control);
  }
  CHECK(check_line("one\ntwo", 100).fault() == Fault::text_control);
  CHECK(check_line("one\ttwo", 100).fault() == Fault::text_control);
}

TEST_CASE("a stack of marks is refused where no language has one") {
  std::string allowed = "e";
  for (std::size_t i = 0; i < marks_in_a_row_max; ++i) allowed += "\xcc\xb4";
  CHECK(check_text(allowed, 1000).ok());
  CHECK(check_text(allowed + "\xcc\xb4", 1000).fault() == Fault::text_marks);
}

TEST_CASE("text has a limit, before and after it is composed") {
  CHECK(check_text("12345", 5).ok());
  CHECK(check_text("123456", 5).fault() == Fault::too_large);
  CHECK(check_text("\xe0\xa5\x98", 5).fault() == Fault::too_large);  // DEVANAGARI QA: three bytes become six
}

TEST_CASE("a search folds case, marks and compatibility forms") {
  CHECK(fold_for_search("M\xc4\x81ori") == "maori");
  CHECK(fold_for_search("STRASSE") == fold_for_search("stra\xc3\x9f" "e"));
  CHECK(fold_for_search("\xef\xac\x81le") == "file");            // the ligature fi
  CHECK(fold_for_search("\xc4\xb0stanbul") == "istanbul");       // dotted capital I
  CHECK(fold_for_search("\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82") ==
        fold_for_search("\xcf\x83\xce\xb9\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83"));
  CHECK(fold_for_search("").empty());
  CHECK(fold_for_search(fold_for_search("\xc3\x89tat \xef\xbc\xa1")) == fold_for_search("\xc3\x89tat \xef\xbc\xa1"));
}

TEST_CASE("text shown among ours cannot turn it round") {
  const std::string open = "\xe2\x81\xa8";
  const std::string close = "\xe2\x81\xa9";
  CHECK(isolate_for_display("name") == open + "name" + close);
  CHECK(isolate_for_display("a\xe2\x80\xae" "txt.exe") == open + "atxt.exe" + close);          // an override is dropped
  CHECK(isolate_for_display("a" + close + "b") == open + "ab" + close);                        // a closer that closes nothing
  CHECK(isolate_for_display("a\xe2\x81\xa7" "b") == open + "a\xe2\x81\xa7" "b" + close + close);  // an isolate left open
}

TEST_CASE("a word of scripts that look alike is noticed") {
  CHECK(mixes_scripts("Ann\xd0\xb0"));        // Cyrillic а at the end
  CHECK(mixes_scripts("\xce\x91nna"));        // Greek Alpha
  CHECK_FALSE(mixes_scripts("Anna"));
  CHECK_FALSE(mixes_scripts("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 Anna"));  // two words, each whole
  CHECK_FALSE(mixes_scripts("T\xc4\x81mati-\xc5\x9alad"));
  CHECK_FALSE(mixes_scripts(""));
}

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("T\xc4\x81") == 2);
  CHECK(display_width("\xe6\x9d\xb1\xe4\xba\xac") == 4);
  CHECK(display_width("e\xcc\x88") == 1);
}
