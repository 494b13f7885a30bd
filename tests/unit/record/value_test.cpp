#include "common/record/value.h"

#include <limits>

#include "common/codec/codec.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace std::chrono;

namespace {

Id some_id() {
  Id id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i + 1);
  return id;
}

Value foreign(std::uint8_t tag, std::string_view bytes) { return Value::of_tag(tag, std::string(bytes)); }

}  // namespace

TEST_CASE("what is put into a value comes out of it, also after travelling") {
  const auto travelled = [](const Value& value) { return *decode<Value>(encode(value)); };
  CHECK(travelled(Value::of_text("Aroha T\xc4\x81mati")).text() == "Aroha T\xc4\x81mati");
  CHECK(travelled(Value::of_text("")).text().empty());
  constexpr CodeNumber codes[] = {0, 1, 127, 128, 0x7fff, 0xffff};
  for (const CodeNumber code : codes) CHECK(travelled(Value::of_code(code)).code() == code);
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::int64_t>::max()}) {
    CHECK(travelled(Value::of_integer(number)).integer() == number);
  }
  for (const Date day : {Date(1899y / December / 31), Date(2024y / February / 29), Date(9999y / December / 31)}) {
    CHECK(travelled(Value::of_date(day)).date() == day);
  }
  CHECK(travelled(Value::of_moment(from_milliseconds(-1))).moment() == from_milliseconds(-1));
  CHECK(travelled(Value::of_boolean(true)).boolean());
  CHECK_FALSE(travelled(Value::of_boolean(false)).boolean());
  CHECK(travelled(Value::of_reference(some_id())).reference() == some_id());
  CHECK(travelled(Value()).is_none());
}

TEST_CASE("a value says what it is") {
  CHECK(Value().type() == ValueType::none);
  CHECK(Value::of_text("").type() == ValueType::text);
  CHECK_FALSE(Value::of_text("").is_none());
  CHECK(Value::of_reference(some_id()).type() == ValueType::reference);
  CHECK(Value::of_reference(some_id()).is_known());
  CHECK_FALSE(foreign(8, "x").is_known());
}

TEST_CASE("a type of a later version is kept untouched") {
  const Value later = foreign(200, std::string_view("\x00\xff whatever", 11));
  CHECK(later.check_form().ok());
  CHECK(*decode<Value>(encode(later)) == later);
  CHECK(later != foreign(201, later.bytes()));
}

TEST_CASE("bytes that a known type never has are refused") {
  using namespace std::string_view_literals;
  const auto text_of = [](const Value& value) { return value.bytes(); };
  const std::string day_0 = text_of(Value::of_date(Date(1y / January / 1) - days(1)));
  const std::string day_10000 = text_of(Value::of_date(Date(year(10000) / January / 1)));
  const std::string after = text_of(Value::of_moment(WallTime(Date(year(10000) / January / 1))));
  struct Row { const char* why; Value value; Fault::Code fault; };
  const Row rows[] = {
      {"nothing with bytes", foreign(0, "x"), Fault::trailing_bytes},
      {"code, no bytes", foreign(2, ""), Fault::truncated},
      {"code too great", foreign(2, "\x80\x80\x04"), Fault::bad_value},
      {"code, longer than needed", foreign(2, "\x81\x00"sv), Fault::not_canonical},
      {"code and more", foreign(2, "\x01\x01"), Fault::trailing_bytes},
      {"integer cut short", foreign(3, "\x80"), Fault::truncated},
      {"integer of eleven bytes", foreign(3, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), Fault::bad_value},
      {"day before year 1", foreign(4, day_0), Fault::bad_value},
      {"day after year 9999", foreign(4, day_10000), Fault::bad_value},
      {"moment after year 9999", foreign(5, after), Fault::bad_value},
      {"least of all moments", foreign(5, text_of(Value::of_integer(std::numeric_limits<std::int64_t>::min()))),
       Fault::bad_value},
      {"boolean 2", foreign(6, "\x02"), Fault::bad_value},
      {"boolean of no bytes", foreign(6, ""), Fault::truncated},
      {"reference of 15 bytes", foreign(7, "123456789012345"), Fault::bad_value},
      {"reference of 17 bytes", foreign(7, "12345678901234567"), Fault::bad_value},
      {"too long", foreign(1, std::string(value_bytes_max + 1, 'a')), Fault::too_large},
      {"too long, unknown type", foreign(99, std::string(value_bytes_max + 1, 'a')), Fault::too_large},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Result<void> checked = row.value.check_form();
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.fault().name() == Fault(row.fault).name());
  }
  CHECK(foreign(1, std::string(value_bytes_max, 'a')).check_form().ok());
  CHECK(Value::of_date(Date(9999y / December / 31)).check_form().ok());
  CHECK(Value::of_date(Date(1y / January / 1)).check_form().ok());
  CHECK(Value().check_form().ok());
}

TEST_CASE("values have one order on every machine") {
  const Value ordered[] = {Value(), Value::of_text("a"), Value::of_text("b"), Value::of_code(1),
                           Value::of_boolean(false), Value::of_boolean(true)};
  for (std::size_t i = 0; i + 1 < std::size(ordered); ++i) CHECK(ordered[i] < ordered[i + 1]);
  CHECK(Value::of_integer(1) != Value::of_code(1));
  CHECK(Value::of_text("\xff") > Value::of_text("a"));
}
