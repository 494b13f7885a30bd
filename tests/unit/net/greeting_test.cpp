#include "common/net/greeting.h"

#include <string>

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("the first bytes tell who speaks") {
  struct Row {
    std::string first;
    Greeting greeting;
  };
  const Row rows[] = {
      {std::string("\x16\x03\x01\x02", 4), Greeting::tls},
      {"\x16", Greeting::tls},
      {"GET ", Greeting::http},
      {"POST", Greeting::http},
      {"PUT ", Greeting::http},
      {"OPTI", Greeting::http},
      {"CONN", Greeting::http},
      {"SSH-", Greeting::ssh},
      {"SSH", Greeting::other},
      {"GET", Greeting::other},
      {"get ", Greeting::other},
      {"PUTS", Greeting::other},
      {"EHLO", Greeting::other},
      {std::string("\x00\x16\x03\x01", 4), Greeting::other},
      {std::string("\x15\x03\x01\x00", 4), Greeting::other},
      {"", Greeting::other},
  };
  for (const Row& row : rows) {
    CAPTURE(row.first);
    CHECK(greeting_of(row.first) == row.greeting);
  }
}

TEST_CASE("only somebody whom we understood is answered, in one line") {
  CHECK(hint_for(Greeting::other).empty());
  CHECK(hint_for(Greeting::tls).empty());
  const std::string_view line = hint_for(Greeting::ssh);
  CHECK(line.find("\r\n") == line.size() - 2);
  CHECK(hint_for(Greeting::http).ends_with(line));
  CHECK(hint_for(Greeting::http).starts_with("HTTP/1.1 400 "));
}
