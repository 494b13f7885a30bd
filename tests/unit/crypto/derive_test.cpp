#include "common/crypto/derive.h"

#include "tests/unit/crypto/vector.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

std::string row_of_bytes(std::uint8_t first, std::size_t count) {
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
  return to_hex(bytes);
}

struct Derived {
  std::string key;
  std::string salt;
  std::string info;
  std::string extracted;
  std::string derived;
};

// RFC 5869, test cases 1 to 3.
const Derived derived[] = {
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", row_of_bytes(0x00, 13), row_of_bytes(0xf0, 10),
     "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {row_of_bytes(0x00, 80), row_of_bytes(0x60, 80), row_of_bytes(0xb0, 80),
     "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8"
     "367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
};

struct Costly {
  ScryptCost cost;
  Fault::Code fault;
};

const Costly refused[] = {
    {{0, 8, 1}, Fault::bad_value},   // N = 1
    {{17, 0, 1}, Fault::bad_value},  // no blocks
    {{17, 8, 0}, Fault::bad_value},  // no runs
    {{16, 1, 1}, Fault::bad_value},  // N outside the definition for r = 1
    {{19, 8, 1}, Fault::too_large},  // 512 MiB
    {{20, 8, 1}, Fault::too_large},  // the RFC's own greatest example, 1 GiB
    {{31, 1, 1}, Fault::too_large},         {{32, 8, 1}, Fault::too_large},
    {{63, 8, 1}, Fault::too_large},         {{64, 8, 1}, Fault::too_large},  // would shift beyond the word
    {{0xffffffff, 8, 1}, Fault::too_large}, {{1, 0xffffffff, 1}, Fault::too_large},
    {{1, 8, 17}, Fault::too_large},  // one run too many
    {{1, 8, 0xffffffff}, Fault::too_large},
};

}  // namespace

TEST_CASE("HKDF gives the published keys, in one step and in two") {
  for (const Derived& row : derived) {
    const Bytes key = hex(row.key);
    const Bytes salt = hex(row.salt);
    const Bytes info = hex(row.info);
    const std::size_t size = row.derived.size() / 2;
    CHECK(to_hex(hkdf({key, salt, info}, size).view()) == row.derived);
    const Secret extracted = hkdf_extract({key, salt, {}});
    CHECK(to_hex(extracted.view()) == row.extracted);
    CHECK(to_hex(hkdf_expand({extracted.view(), {}, info}, size).view()) == row.derived);
  }
}

TEST_CASE("HKDF takes the longest info and gives the longest key that it promises") {
  const Bytes key(32, 7);
  const Bytes info(hkdf_info_bytes_max, 9);
  const Secret longest = hkdf({key, {}, info}, 255 * 32);
  CHECK(longest.size() == 255 * 32);
  CHECK(to_hex(hkdf({key, {}, info}, 32).view()) == to_hex(longest.view().first(32)));
}

TEST_CASE("keys of different purposes differ") {
  const Bytes key(32, 7);
  CHECK_FALSE(hkdf({key, {}, as_bytes("search")}, 32).equals(hkdf({key, {}, as_bytes("database")}, 32)));
  CHECK_FALSE(hkdf({key, as_bytes("a"), {}}, 32).equals(hkdf({key, as_bytes("b"), {}}, 32)));
}

TEST_CASE("scrypt gives the published keys") {
  // RFC 7914, section 12; its fourth example needs 1 GiB and is beyond our limit.
  const auto run = [](std::string_view words, std::string_view salt, const ScryptCost& cost) {
    return to_hex(scrypt(Secret::copy_of(words), as_bytes(salt), cost, 64)->view());
  };
  CHECK(run("", "", {4, 1, 1}) ==
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  CHECK(run("password", "NaCl", {10, 8, 16}) ==
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  CHECK(run("pleaseletmein", "SodiumChloride", {14, 8, 1}) ==
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST_CASE("the default cost and the greatest one are within the limits") {
  const Secret words = Secret::copy_of("five words that nobody said");
  CHECK(scrypt(words, as_bytes("salt"), {}).ok());
  CHECK(scrypt(words, as_bytes("salt"), {18, 8, 1}).ok());
}

TEST_CASE("a cost from a hostile file is refused before memory is taken") {
  for (const Costly& row : refused) {
    CAPTURE(row.cost.log2_n);
    CAPTURE(row.cost.r);
    CAPTURE(row.cost.p);
    const Result<Secret> key = scrypt(Secret::copy_of("words"), as_bytes("salt"), row.cost);
    REQUIRE_FALSE(key.ok());
    CHECK(key.fault().code() == row.fault);
  }
}
