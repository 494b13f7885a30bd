#include "common/record/value.h"

#include <algorithm>
#include <utility>

#include "common/codec/codec.h"

namespace caseload {
namespace {

template <class T>
std::string form(T number) {
  return std::string(as_text(encode(number)));
}

// A Value's bytes were checked when they came in, so reading them back cannot fail.
template <class T>
T read(const std::string& bytes) {
  Result<T> number = decode<T>(as_bytes(bytes));
  CHECK(number.ok(), "a value whose form was not checked");
  return *number;
}

template <class T>
Result<void> is_form_of(const std::string& bytes) {
  Result<T> number = decode<T>(as_bytes(bytes));
  if (!number) return number.fault();
  return {};
}

Result<void> check_time(const std::string& bytes, std::int64_t units_a_day) {
  Result<std::int64_t> number = decode<std::int64_t>(as_bytes(bytes));
  if (!number) return number.fault();
  using namespace std::chrono;
  const std::int64_t first = Date(year(year_min) / January / 1).time_since_epoch().count() * units_a_day;
  const std::int64_t end = Date(year(year_max + 1) / January / 1).time_since_epoch().count() * units_a_day;
  if (*number < first || *number >= end) return Fault(Fault::bad_value, "years 1 to 9999");
  return {};
}

constexpr std::int64_t milliseconds_a_day = 86'400'000;

}  // namespace

Value Value::of_tag(std::uint8_t tag, std::string bytes) {
  Value value;
  value.tag_ = tag;
  value.bytes_ = std::move(bytes);
  return value;
}

Value Value::of_text(std::string_view text) { return of_tag(1, std::string(text)); }
Value Value::of_code(CodeNumber code) { return of_tag(2, form(code)); }
Value Value::of_integer(std::int64_t number) { return of_tag(3, form(number)); }
Value Value::of_date(Date day) { return of_tag(4, form(std::int64_t{day.time_since_epoch().count()})); }
Value Value::of_moment(WallTime moment) { return of_tag(5, form(to_milliseconds(moment))); }
Value Value::of_boolean(bool yes) { return of_tag(6, form(yes)); }
Value Value::of_reference(const Id& id) { return of_tag(7, std::string(as_text(id.bytes))); }

const std::string& Value::text() const {
  CHECK(type() == ValueType::text, "a value read as text that is none");
  return bytes_;
}

CodeNumber Value::code() const {
  CHECK(type() == ValueType::code, "a value read as a code that is none");
  return read<CodeNumber>(bytes_);
}

std::int64_t Value::integer() const {
  CHECK(type() == ValueType::integer, "a value read as a number that is none");
  return read<std::int64_t>(bytes_);
}

Date Value::date() const {
  CHECK(type() == ValueType::date, "a value read as a date that is none");
  return Date(std::chrono::days(read<std::int64_t>(bytes_)));
}

WallTime Value::moment() const {
  CHECK(type() == ValueType::moment, "a value read as a moment that is none");
  return from_milliseconds(read<std::int64_t>(bytes_));
}

bool Value::boolean() const {
  CHECK(type() == ValueType::boolean, "a value read as yes or no that is neither");
  return read<bool>(bytes_);
}

Id Value::reference() const {
  CHECK(type() == ValueType::reference && bytes_.size() == 16, "a value read as a reference that is none");
  Id id;
  std::copy(bytes_.begin(), bytes_.end(), id.bytes.begin());
  return id;
}

Result<void> Value::check_form() const {
  if (bytes_.size() > value_bytes_max) return Fault(Fault::too_large, "a value of at most 1048576 bytes");
  switch (type()) {
    case ValueType::none: return bytes_.empty() ? Result<void>() : Fault::trailing_bytes;
    case ValueType::text: return {};  // its letters are checked where the field's limits are known
    case ValueType::code: return is_form_of<CodeNumber>(bytes_);
    case ValueType::integer: return is_form_of<std::int64_t>(bytes_);
    case ValueType::date: return check_time(bytes_, 1);
    case ValueType::moment: return check_time(bytes_, milliseconds_a_day);
    case ValueType::boolean: return is_form_of<bool>(bytes_);
    case ValueType::reference: return bytes_.size() == 16 ? Result<void>() : Fault(Fault::bad_value, "16 bytes");
  }
  return {};
}

}  // namespace caseload
