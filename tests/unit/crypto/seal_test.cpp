#include "common/crypto/seal.h"

#include "tests/unit/crypto/vector.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

struct Sealed {
  const char* key;
  const char* nonce;
  const char* associated;
  const char* plain;
  const char* sealed;
};

// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 to 16.
const Sealed published[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "",
     "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
     "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
     "bcc9f662898015adb094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
     "bcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
};

}  // namespace

TEST_CASE("AES-256-GCM gives the published bytes and opens them") {
  for (const Sealed& row : published) {
    const Secret key = secret(row.key);
    const Nonce nonce = hex_array<12>(row.nonce);
    const Bytes associated = hex(row.associated);
    CHECK(to_hex(seal({key, nonce, associated}, hex(row.plain))) == row.sealed);
    CHECK(to_hex(unseal({key, nonce, associated}, hex(row.sealed)).value()) == row.plain);
    CHECK(to_hex(unseal_secret({key, nonce, associated}, hex(row.sealed))->view()) == row.plain);
  }
}

TEST_CASE("every single-bit flip of sealed bytes, key, nonce or associated bytes is refused") {
  const Sealed& row = published[3];
  const auto opens = [](BytesView key, BytesView nonce, BytesView associated, BytesView sealed) {
    return unseal({Secret::copy_of(key), take_exactly<12>(nonce).value(), associated}, sealed).ok();
  };
  Bytes parts[] = {hex(row.key), hex(row.nonce), hex(row.associated), hex(row.sealed)};
  REQUIRE(opens(parts[0], parts[1], parts[2], parts[3]));
  for (Bytes& part : parts) {
    for (std::size_t bit = 0; bit < part.size() * 8; ++bit) {
      flip_bit(part, bit);
      CHECK_FALSE(opens(parts[0], parts[1], parts[2], parts[3]));
      flip_bit(part, bit);
    }
  }
  CHECK(opens(parts[0], parts[1], parts[2], parts[3]));
}

TEST_CASE("sealed bytes cut short anywhere, or grown, are refused") {
  const Sealed& row = published[3];
  const Secret key = secret(row.key);
  const Nonce nonce = hex_array<12>(row.nonce);
  const Bytes associated = hex(row.associated);
  Bytes sealed = hex(row.sealed);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    const Result<Bytes> plain = unseal({key, nonce, associated}, BytesView(sealed).first(size));
    REQUIRE_FALSE(plain.ok());
    CHECK(plain.fault() == (size < seal_tag_bytes ? Fault::truncated : Fault::bad_seal));
  }
  sealed.push_back(0);
  CHECK(unseal({key, nonce, associated}, sealed).fault() == Fault::bad_seal);
  CHECK(unseal_secret({key, nonce, associated}, sealed).fault() == Fault::bad_seal);
}

TEST_CASE("what was sealed with associated bytes does not open without them, and the other way round") {
  const Secret key(seal_key_bytes);
  const Nonce nonce{};
  const Bytes about = seal({key, nonce, as_bytes("slot 1")}, as_bytes("key"));
  const Bytes bare = seal({key, nonce}, as_bytes("key"));
  CHECK(unseal({key, nonce}, about).fault() == Fault::bad_seal);
  CHECK(unseal({key, nonce, as_bytes("slot 2")}, about).fault() == Fault::bad_seal);
  CHECK(unseal({key, nonce, as_bytes("slot 1")}, bare).fault() == Fault::bad_seal);
}
