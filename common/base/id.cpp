#include "common/base/id.h"

#include <algorithm>

namespace caseload {

std::string Id::to_string() const {
  std::string text = to_hex(bytes);
  for (const std::size_t at : {20UL, 16UL, 12UL, 8UL}) text.insert(at, 1, '-');
  return text;
}

std::string Id::short_form() const { return to_hex(BytesView(bytes).last(6)); }

Result<Id> Id::parse(std::string_view text) {
  std::string digits(text);
  if (digits.size() == 36) {
    for (const std::size_t at : {23UL, 18UL, 13UL, 8UL}) {
      if (digits[at] != '-') return Fault(Fault::bad_value, "an identifier with its hyphens misplaced");
      digits.erase(at, 1);
    }
  }
  if (digits.size() != 32) return Fault(Fault::bad_value, "an identifier has 32 hexadecimal digits");
  Result<Bytes> bytes = from_hex(digits);
  if (!bytes) return bytes.fault();
  Id id;
  std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
  return id;
}

Id Id::make(std::uint64_t milliseconds, Random& random) {
  Id id;
  random.fill(std::span(id.bytes).subspan(6));
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x70);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace caseload
