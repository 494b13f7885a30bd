#include "common/base/bytes.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("hexadecimal is written in lower case and read in either") {
  const Bytes bytes{0x00, 0x7f, 0xab, 0xff};
  CHECK(to_hex(bytes) == "007fabff");
  CHECK(*from_hex("007FabFf") == bytes);
  CHECK(from_hex("")->empty());
}

TEST_CASE("what is not hexadecimal is refused") {
  for (const char* text : {"0", "0g", "0x", " 00", "00 ", "-1", "\xc3\xa9", "00\n0"}) {
    CAPTURE(text);
    CHECK(from_hex(text).fault() == Fault::bad_value);
  }
}

TEST_CASE("a code in base 32 survives being read aloud") {
  const Bytes code{0xde, 0xad, 0xbe, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab};
  const std::string text = to_base32(code);
  CHECK(text.size() == 16);
  CHECK(*from_base32(text) == code);
  CHECK(*from_base32("vtpv xvr1-4d2p f2db") == code);
  CHECK(*from_base32("VTPVXVRI4D2PF2DB") == code);  // I for 1
  CHECK(*from_base32("VTPVXVRl4D2PF2DB") == code);  // l for 1
}

TEST_CASE("base 32 of every length comes back") {
  for (std::size_t size = 0; size < 40; ++size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
    CHECK(*from_base32(to_base32(bytes)) == bytes);
  }
}

TEST_CASE("codes of impossible length or with strange characters are refused") {
  for (const char* text : {"A", "U0", "0!", "ABC", "01", "0000000Z0", "\xd0\x90\xd0\x90"}) {
    CAPTURE(text);
    CHECK(from_base32(text).fault() == Fault::bad_value);
  }
}

TEST_CASE("numbers of fixed width sort as their bytes do") {
  Bytes small;
  Bytes large;
  append_u64(small, 255);
  append_u64(large, 256);
  CHECK(small < large);
  CHECK(read_big_endian(large) == 256);
  Bytes mixed;
  append_u16(mixed, 0x0102);
  append_u32(mixed, 0x03040506);
  CHECK(to_hex(mixed) == "010203040506");
}

TEST_CASE("exactly so many bytes are taken, or none") {
  const Bytes four{1, 2, 3, 4};
  CHECK(take_exactly<4>(four)->back() == 4);
  CHECK(take_exactly<5>(four).fault() == Fault::truncated);
  CHECK(take_exactly<3>(four).fault() == Fault::trailing_bytes);
}

TEST_CASE("comparison in constant time tells equal from different") {
  const Bytes a{1, 2, 3};
  for (const auto& [b, equal] : {std::pair{Bytes{1, 2, 3}, true}, {Bytes{1, 2, 4}, false}, {Bytes{0, 2, 3}, false},
                                 {Bytes{1, 2}, false}, {Bytes{}, false}}) {
    CHECK(equal_in_constant_time(a, b) == equal);
  }
  CHECK(equal_in_constant_time({}, {}));
}
