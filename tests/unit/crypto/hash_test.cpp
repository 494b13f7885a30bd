#include "common/crypto/hash.h"

#include "tests/unit/crypto/vector.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

struct Hashed {
  std::string message;
  std::string digest;
};

const Hashed hashed[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

struct Authenticated {
  std::string key;
  std::string message;
  std::string code;
};

// RFC 4231, test cases 1 to 4, 6 and 7; the last row was computed with Python's hmac.
const Authenticated authenticated[] = {
    {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {std::string(20, '\xaa'), std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
     std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed "
     "before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    {"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
};

}  // namespace

TEST_CASE("SHA-256 gives the published digests") {
  for (const Hashed& row : hashed) CHECK(to_hex(sha256(as_bytes(row.message))) == row.digest);
}

TEST_CASE("a digest is the same however the message is cut, and finishing begins anew") {
  Sha256 hash;
  for (const Hashed& row : hashed) {
    for (const std::size_t step : {1UL, 63UL, 64UL, 65UL, 1000003UL}) {
      for (std::size_t at = 0; at < row.message.size(); at += step) {
        hash.update(as_bytes(std::string_view(row.message).substr(at, step)));
      }
      CHECK(to_hex(hash.finish()) == row.digest);
    }
  }
}

TEST_CASE("a hash that is half done does not disturb the others") {
  Sha256 first;
  Sha256 second;
  first.update(as_bytes("a"));
  second.update(as_bytes("ab"));
  CHECK(to_hex(sha256(as_bytes(""))) == hashed[0].digest);
  first.update(as_bytes("bc"));
  second.update(as_bytes("c"));
  CHECK(to_hex(first.finish()) == hashed[1].digest);
  CHECK(to_hex(second.finish()) == hashed[1].digest);
}

TEST_CASE("HMAC gives the published codes, also for an empty key") {
  for (const Authenticated& row : authenticated) {
    CHECK(to_hex(hmac_sha256({as_bytes(row.key), as_bytes(row.message)})) == row.code);
  }
}

TEST_CASE("one bit more or less, in key or message, is another code") {
  const Bytes key = hex("000102030405060708090a0b0c0d0e0f");
  const Bytes message = hex("cafe");
  const Digest code = hmac_sha256({key, message});
  for (std::size_t bit = 0; bit < key.size() * 8; ++bit) {
    Bytes other = key;
    flip_bit(other, bit);
    CHECK(hmac_sha256({other, message}) != code);
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes other = message;
    flip_bit(other, bit);
    CHECK(hmac_sha256({key, other}) != code);
  }
}
