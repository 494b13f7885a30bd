#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/id.h"
#include "common/time/time.h"

namespace caseload {

// Numbers of the catalogue. A field's number is its own within its kind; header fields have the same in every kind.
using KindNumber = std::uint16_t;
using FieldNumber = std::uint16_t;
using SectionNumber = std::uint8_t;
using CodeNumber = std::uint16_t;

constexpr std::size_t value_bytes_max = 1U << 20;  // the longest note: a day's typing; an attachment is not a value

enum class ValueType : std::uint8_t {
  none = 0,  // the field is emptied
  text = 1,
  code = 2,
  integer = 3,
  date = 4,
  moment = 5,
  boolean = 6,
  reference = 7,  // another record, by its id
};

// Value: what one field holds.
//
// Shape    a type tag and bytes, as they travel: value := tag:u8 length bytes. The bytes of a known type have one form:
//          text UTF-8 · code, integer, date (days since 1970), moment (milliseconds) varints · boolean 00 or 01 ·
//          reference 16 bytes.
// Promise  a tag that this version does not know is kept, compared and forwarded untouched.
// Errors   check_form(): bad_value or not_canonical for bytes that a known type never has; unknown tags pass.
//          Reading a value as a type it does not have is our mistake.
class Value {
 public:
  Value() = default;
  static Value of_text(std::string_view text);
  static Value of_code(CodeNumber code);
  static Value of_integer(std::int64_t number);
  static Value of_date(Date day);
  static Value of_moment(WallTime moment);
  static Value of_boolean(bool yes);
  static Value of_reference(const Id& id);
  static Value of_tag(std::uint8_t tag, std::string bytes);  // as read from outside; see check_form

  ValueType type() const { return static_cast<ValueType>(tag_); }
  std::uint8_t tag() const { return tag_; }
  const std::string& bytes() const { return bytes_; }
  bool is_none() const { return tag_ == 0; }
  bool is_known() const { return tag_ <= static_cast<std::uint8_t>(ValueType::reference); }

  const std::string& text() const;
  CodeNumber code() const;
  std::int64_t integer() const;
  Date date() const;
  WallTime moment() const;
  bool boolean() const;
  Id reference() const;

  Result<void> check_form() const;

  friend auto operator<=>(const Value&, const Value&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(tag_, bytes_);
  }

 private:
  std::uint8_t tag_ = 0;
  std::string bytes_;
};

}  // namespace caseload
