#include "common/crypto/hpke.h"

#include <map>

#include "tests/unit/crypto/vector.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// The vector for base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, from the set of vectors
// that RFC 9180 was published with (its text prints other suites). Recomputed in Python from the RFC's text,
// in a program that also reproduces the RFC's appendix A.1.1.
constexpr const char* recipient_key = "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d";
constexpr const char* recipient_public = "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c";
constexpr const char* one_time_key = "179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11";
constexpr const char* encapsulated = "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256";
constexpr std::string_view info = "Ode on a Grecian Urn";
constexpr std::string_view plain = "Beauty is truth, truth beauty";

const std::map<int, std::string> sealed_pieces = {
    {0, "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"},
    {1, "2c43aff25343fdbff864506f0818b9d87df84ea01b1a2144d23b4d40c26bf655fdf197fe40297a8aebeed5cc2d"},
    {2, "e0a8f2cf92ff61215edbb8c55dc31fe9e2eb42a5685867bb6854211542099f9e940c4b41c192bc390835b1a5f7"},
    {4, "448a8892f261cbb6bf5b7b64a4fae8a2c86492494b069c10525895d871c27c2f12cd17e0588fedaba9f7b0cd4c"},
    {255, "f6ad1823eb0b932d04b6e23010eea64f1fe5edd0583dae5ba27ca6363f4ea104bd217331460ef4208040423641"},
    {256, "53624f4f9f173453b14e633b45390ff54cacaa4428d44baee1bff8133fab1ab3afe60f88e4634b525c54e92eda"},
};

const char* const points_of_small_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
};

SealingKey key_of(std::string_view digits) { return SealingKey::from_bytes(secret(digits)).value(); }

struct Pair {
  HpkeSender sender;
  HpkeRecipient recipient;
};

Pair make_pair(std::uint64_t seed) {
  SeededRandom random(seed);
  const SealingKey key = SealingKey::generate(random);
  HpkeSender sender = HpkeSender::to(key.public_key(), as_bytes(info), random).value();
  HpkeRecipient recipient = HpkeRecipient::from(sender.encapsulated(), as_bytes(info), key).value();
  return {std::move(sender), std::move(recipient)};
}

}  // namespace

TEST_CASE("X25519 gives the published secrets") {
  struct Agreed {
    const char* key;
    const char* peer;
    const char* secret;
  };
  // RFC 7748, sections 5.2 and 6.1.
  const Agreed rows[] = {
      {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
       "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
       "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
      {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
       "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
       "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
      {"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
       "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
       "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
      {"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
       "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
       "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
  };
  for (const Agreed& row : rows) {
    const SealingKey key = key_of(row.key);
    CHECK(to_hex(key.agree(hex_array<32>(row.peer))->view()) == row.secret);
    CHECK(to_hex(key.bytes().view()) == row.key);
  }
  CHECK(to_hex(key_of(rows[2].key).public_key()) == rows[3].peer);
  CHECK(to_hex(key_of(rows[3].key).public_key()) == rows[2].peer);
}

TEST_CASE("a peer with whom everybody would agree on nothing is refused, to seal and to open") {
  SeededRandom random(1);
  const SealingKey key = SealingKey::generate(random);
  for (const char* digits : points_of_small_order) {
    CAPTURE(digits);
    const SealingPublicKey peer = hex_array<32>(digits);
    CHECK(key.agree(peer).fault() == Fault::bad_key);
    CHECK(HpkeSender::to(peer, {}, random).fault() == Fault::bad_key);
    CHECK(HpkeRecipient::from(peer, {}, key).fault() == Fault::bad_key);
    CHECK(seal_to(peer, {as_bytes(info)}, as_bytes(plain), random).fault() == Fault::bad_key);
    Bytes sealed = to_bytes(peer);
    sealed.resize(80);
    CHECK(unseal_from(key, {as_bytes(info)}, sealed).fault() == Fault::bad_key);
  }
}

TEST_CASE("a sealing key has 32 bytes and no other length") {
  for (const std::size_t size : {0UL, 1UL, 31UL, 33UL, 64UL}) {
    CHECK(SealingKey::from_bytes(Secret(size)).fault() == Fault::bad_key);
  }
}

TEST_CASE("HPKE gives the published bytes, piece after piece, and opens them") {
  const SealingKey key = key_of(recipient_key);
  REQUIRE(to_hex(key.public_key()) == recipient_public);
  PrescribedRandom random(hex(one_time_key));
  HpkeSender sender = HpkeSender::to(key.public_key(), as_bytes(info), random).value();
  CHECK(to_hex(sender.encapsulated()) == encapsulated);
  HpkeRecipient recipient = HpkeRecipient::from(sender.encapsulated(), as_bytes(info), key).value();
  for (int number = 0; number <= 256; ++number) {
    const std::string associated = "Count-" + std::to_string(number);
    const Bytes sealed = sender.seal({as_bytes(plain), as_bytes(associated)});
    const auto row = sealed_pieces.find(number);
    if (row != sealed_pieces.end()) CHECK(to_hex(sealed) == row->second);
    CHECK(as_text(recipient.open({sealed, as_bytes(associated)}).value()) == plain);
  }
}

TEST_CASE("a piece dropped, repeated or swapped is refused, and the right one still opens") {
  Pair pair = make_pair(2);
  const Bytes first = pair.sender.seal({as_bytes("one")});
  const Bytes second = pair.sender.seal({as_bytes("two")});
  const Bytes third = pair.sender.seal({as_bytes("three")});
  CHECK(pair.recipient.open({second}).fault() == Fault::bad_seal);
  CHECK(pair.recipient.open({first}).ok());
  CHECK(pair.recipient.open({first}).fault() == Fault::bad_seal);
  CHECK(pair.recipient.open({third}).fault() == Fault::bad_seal);
  CHECK(pair.recipient.open({BytesView(second).first(15)}).fault() == Fault::truncated);
  CHECK(pair.recipient.open({}).fault() == Fault::truncated);
  CHECK(pair.recipient.open({second, as_bytes("else")}).fault() == Fault::bad_seal);
  CHECK(as_text(pair.recipient.open({second}).value()) == "two");
  CHECK(as_text(pair.recipient.open({third}).value()) == "three");
}

TEST_CASE("every single-bit flip of what was sealed in one piece is refused, its one-time key included") {
  SeededRandom random(3);
  const SealingKey key = SealingKey::generate(random);
  const HpkeAbout about{as_bytes(info), as_bytes("recovery slot")};
  Bytes sealed = seal_to(key.public_key(), about, as_bytes(plain), random).value();
  REQUIRE(sealed.size() == plain.size() + 48);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    flip_bit(sealed, bit);
    CHECK(unseal_from(key, about, sealed).fault() == Fault::bad_seal);
    flip_bit(sealed, bit);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    const Result<Bytes> opened = unseal_from(key, about, BytesView(sealed).first(size));
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.fault() == (size < 48 ? Fault::truncated : Fault::bad_seal));
  }
  CHECK(as_text(unseal_from(key, about, sealed).value()) == plain);
}

TEST_CASE("only its recipient opens it, and only as what it was sealed for") {
  SeededRandom random(4);
  const SealingKey key = SealingKey::generate(random);
  const SealingKey other = SealingKey::generate(random);
  const Bytes sealed =
      seal_to(key.public_key(), {as_bytes("bundle"), as_bytes("7")}, as_bytes(plain), random).value();
  CHECK(unseal_from(other, {as_bytes("bundle"), as_bytes("7")}, sealed).fault() == Fault::bad_seal);
  CHECK(unseal_from(key, {as_bytes("backup"), as_bytes("7")}, sealed).fault() == Fault::bad_seal);
  CHECK(unseal_from(key, {as_bytes("bundle"), as_bytes("8")}, sealed).fault() == Fault::bad_seal);
  CHECK(unseal_from(key, {as_bytes("bundle")}, sealed).fault() == Fault::bad_seal);
  CHECK(unseal_from(key, {as_bytes("bundle"), as_bytes("7")}, sealed).ok());
}

TEST_CASE("the same words sealed twice do not look the same") {
  SeededRandom random(5);
  const SealingKey key = SealingKey::generate(random);
  CHECK(seal_to(key.public_key(), {as_bytes(info)}, as_bytes(plain), random).value() !=
        seal_to(key.public_key(), {as_bytes(info)}, as_bytes(plain), random).value());
}
