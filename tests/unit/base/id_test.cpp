#include "common/base/id.h"

#include <set>

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("an id is a UUID of version 7 that sorts by time") {
  SeededRandom random(1);
  const Id early = Id::make(0x0123456789ab, random);
  const Id late = Id::make(0x0123456789ac, random);
  CHECK(early < late);
  CHECK(early.milliseconds() == 0x0123456789ab);
  const std::string text = early.to_string();
  CHECK(text.substr(0, 15) == "01234567-89ab-7");
  CHECK(std::string("89ab").find(text[19]) != std::string::npos);
  CHECK(*Id::parse(text) == early);
  CHECK(text.ends_with(early.short_form()));
}

TEST_CASE("an id is read with hyphens in their places or without any") {
  CHECK(Id::parse("0195f3c28a107c319d2e5b1f00aa7e42").ok());
  CHECK(Id::parse("0195F3C2-8A10-7C31-9D2E-5B1F00AA7E42").ok());
  for (const char* text : {"", "0195f3c2", "0195f3c28-a10-7c31-9d2e-5b1f00aa7e42", "0195f3c28a107c319d2e5b1f00aa7e4",
                           "0195f3c28a107c319d2e5b1f00aa7e422", "0195f3c28a107c319d2e5b1f00aa7e4g",
                           "{195f3c2-8a10-7c31-9d2e-5b1f00aa7e4}", "0195f3c2-8a10-7c31-9d2e_5b1f00aa7e42"}) {
    CAPTURE(text);
    CHECK(Id::parse(text).fault() == Fault::bad_value);
  }
}

TEST_CASE("ids made in the same millisecond differ") {
  SeededRandom random(2);
  std::set<Id> made;
  for (int i = 0; i < 10000; ++i) made.insert(Id::make(7, random));
  CHECK(made.size() == 10000);
  CHECK_FALSE(made.contains(Id{}));
  CHECK(Id{}.is_none());
}
