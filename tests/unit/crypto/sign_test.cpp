#include "common/crypto/sign.h"

#include "tests/unit/crypto/vector.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

struct Signed {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc).
const Signed published[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
     "655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
     "b00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
     "c027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
     "2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17a"
     "d9bef1177331a704"},
};

// Every encoding of a point of small order, canonical or not, and other encodings outside the canonical form.
const char* const keys_nobody_has[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

// Adds the group's order L to S: the same equation holds, in another encoding.
Signature with_order_added(Signature signature) {
  const ByteArray<32> order =
      hex_array<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += signature[32 + i] + static_cast<unsigned>(order[i]);
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return signature;
}

}  // namespace

TEST_CASE("Ed25519 gives the published keys and signatures, and accepts them") {
  for (const Signed& row : published) {
    const SigningKey key = SigningKey::from_seed(secret(row.seed)).value();
    const Bytes message = hex(row.message);
    CHECK(to_hex(key.public_key()) == row.public_key);
    CHECK(to_hex(key.sign(message)) == row.signature);
    CHECK(Ed25519Checker().verify(hex_array<32>(row.public_key), message, hex_array<64>(row.signature)).ok());
    CHECK(to_hex(key.seed().view()) == row.seed);
  }
}

TEST_CASE("every single-bit flip of key, message or signature is refused") {
  const Signed& row = published[2];
  const PublicKey key = hex_array<32>(row.public_key);
  const Bytes message = hex(row.message);
  const Signature signature = hex_array<64>(row.signature);
  const Ed25519Checker checker;
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature other = signature;
    flip_bit(other, bit);
    CHECK(checker.verify(key, message, other).fault() == Fault::bad_signature);
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    PublicKey other = key;
    flip_bit(other, bit);
    CHECK_FALSE(checker.verify(other, message, signature).ok());
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes other = message;
    flip_bit(other, bit);
    CHECK(checker.verify(key, other, signature).fault() == Fault::bad_signature);
  }
  CHECK_FALSE(checker.verify(key, BytesView(message).first(1), signature).ok());
  CHECK_FALSE(checker.verify(key, {}, signature).ok());
}

TEST_CASE("a signature has one form: S of L or more is refused") {
  for (const Signed& row : published) {
    const Signature twin = with_order_added(hex_array<64>(row.signature));
    CHECK(Ed25519Checker().verify(hex_array<32>(row.public_key), hex(row.message), twin).fault() ==
          Fault::bad_signature);
  }
}

TEST_CASE("keys that nobody can honestly have are refused, whatever is signed") {
  for (const char* digits : keys_nobody_has) {
    CAPTURE(digits);
    const PublicKey key = hex_array<32>(digits);
    REQUIRE_FALSE(check_public_key(key).ok());
    CHECK(check_public_key(key).fault() == Fault::bad_key);
    // R the neutral element and S zero: what many checkers accept for a key of small order.
    Signature forged{};
    forged[0] = 1;
    CHECK(Ed25519Checker().verify(key, as_bytes("any"), forged).fault() == Fault::bad_key);
    CHECK(Ed25519Checker().verify(key, as_bytes("any"), Signature{}).fault() == Fault::bad_key);
  }
  CHECK(check_public_key(hex_array<32>(published[0].public_key)).ok());
}

TEST_CASE("all-zero and all-one signatures are refused") {
  const PublicKey key = hex_array<32>(published[0].public_key);
  Signature ones;
  ones.fill(0xff);
  CHECK(Ed25519Checker().verify(key, {}, Signature{}).fault() == Fault::bad_signature);
  CHECK(Ed25519Checker().verify(key, {}, ones).fault() == Fault::bad_signature);
}

TEST_CASE("a seed has 32 bytes and no other length") {
  for (const std::size_t size : {0UL, 1UL, 31UL, 33UL, 64UL}) {
    CHECK(SigningKey::from_seed(Secret(size)).fault() == Fault::bad_key);
  }
}

TEST_CASE("the same chance gives the same key, other chance another") {
  SeededRandom first(7);
  SeededRandom again(7);
  SeededRandom other(8);
  const SigningKey key = SigningKey::generate(first);
  CHECK(key.public_key() == SigningKey::generate(again).public_key());
  CHECK(key.public_key() != SigningKey::generate(other).public_key());
  CHECK(key.public_key() != SigningKey::generate(first).public_key());
}

TEST_CASE("a key is handed to TLS in the form of RFC 8410") {
  // RFC 8410, section 10.3, and the public key of its section 10.1.
  const SigningKey key =
      SigningKey::from_seed(secret("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842"))
          .value();
  CHECK(to_hex(key.pkcs8().view()) ==
        "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
  CHECK(to_hex(key.public_key()) == "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
}
