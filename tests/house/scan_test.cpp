// What the other house tests lean on: reading files, telling code from comments, and exceptions.

#include <algorithm>

#include "tests/house/scan.h"

#include "tests/support/test.h"

namespace caseload::house {
namespace {

std::string code_in(const std::string& text) {
  std::string all;
  for (const std::string& line : code_of(file_of("a.cpp", text))) all += line + "\n";
  return all;
}

bool has(const Files& files, const std::string& path) {
  return std::any_of(files.begin(), files.end(), [&](const File& file) { return file.path == path; });
}

}  // namespace

TEST_CASE("the files of the project are found, and the planted ones left out") {
  const Files files = read_files(CASELOAD_SOURCE, {"common", "tests", "README.md"});
  CHECK(has(files, "common/base/result.h"));
  CHECK(has(files, "tests/house/scan.h"));
  CHECK(has(files, "README.md"));
  CHECK_FALSE(has(files, "tests/house/planted/impure.cpp"));
}

TEST_CASE("comments and quoted text are not code") {
  struct Row {
    std::string text;
    std::string code;
  };
  const Row rows[] = {
      {"int a; // { b", "int a;       \n"},
      {"a /* {\n{ */ b", "a     \n     b\n"},
      {"f(\"{ \\\" {\");", "f(\"      \");\n"},
      {"c = '{'; n = 1'000;", "c = ' '; n = 1'000;\n"},
      {"s = R\"(a \"{\n{)\"; t", "s = R\"     \n   ; t\n"},
      {"s = R\"x({)\" {)x\"; t", "s = R\"          ; t\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    std::string code = code_in(row.text);
    CHECK(code.size() == row.text.size() + 1);
    CHECK(code == row.code);
  }
}

TEST_CASE("an exception needs a reason, takes out what it names, and complains when nothing needs it") {
  Complaints complaints;
  const File file = file_of("exceptions.txt",
                            "# rule | path | reason\n"
                            "size.file | a.cpp | a table of two hundred rows reads best as one\n"
                            "size.file | gone.cpp | a table of two hundred rows reads best as one\n"
                            "size.file | b.cpp |\n"
                            "size.file b.cpp\n");
  const Exceptions exceptions = read_exceptions(file, complaints);
  REQUIRE(complaints.size() == 2);
  CHECK(complaints[0].to_string().starts_with("exceptions.txt:4: exceptions.row: "));
  CHECK(complaints[1].to_string().starts_with("exceptions.txt:5: exceptions.row: "));

  const Complaints found{
      {"a.cpp", 0, "size.file", ""}, {"a.cpp", 9, "size.column", ""}, {"b.cpp", 0, "size.file", ""}};
  const Complaints left = without_exceptions(found, exceptions, "size");
  REQUIRE(left.size() == 3);
  CHECK(left[0].to_string().starts_with("a.cpp:9: size.column: "));
  CHECK(left[1].to_string().starts_with("b.cpp: size.file: "));
  CHECK(left[2].to_string().starts_with("exceptions.txt:3: exceptions.unused: "));
  CHECK(without_exceptions({}, exceptions, "rooms").empty());
}

TEST_CASE("a command gives what it printed and how it ended") {
  int status = 0;
  CHECK(output_of("echo out; echo err >&2; exit 3", status) == "out\nerr\n");
  CHECK(status == 3);
}

}  // namespace caseload::house
