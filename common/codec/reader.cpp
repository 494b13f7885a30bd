#include "common/codec/reader.h"

namespace caseload {

std::uint64_t Reader::varint() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = raw(1)[0];
    if (shift == 63 && byte > 1) throw ReadStop(Fault(Fault::bad_value, "a number of more than 64 bits"));
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift != 0) throw ReadStop(Fault(Fault::not_canonical, "a number longer than it needs to be"));
      return number;
    }
  }
  throw ReadStop(Fault(Fault::bad_value, "a number of more than 64 bits"));
}

std::size_t Reader::length() {
  const std::uint64_t size = varint();
  if (size > left_.size()) throw ReadStop(Fault(Fault::truncated, "a length past the end"));
  return static_cast<std::size_t>(size);
}

std::size_t Reader::elements() {
  const std::size_t count = length();
  if (count > limits_.elements_max - elements_) throw ReadStop(Fault::too_many);
  elements_ += count;
  return count;
}

}  // namespace caseload
