#include "sync/session/bundle.h"

#include <algorithm>
#include <string>

#include "sync/session/bundle_sequence.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

constexpr std::size_t header_bytes = 49;
constexpr std::size_t sealed_chunk_bytes = bundle_chunk_bytes + seal_tag_bytes;

// A device and its office, the same in every run.
struct World {
  SeededRandom random{42};
  SealingKey office_seal = SealingKey::generate(random);
  SealingKey device_seal = SealingKey::generate(random);
  SigningKey device_sign = SigningKey::generate(random);
  SigningKey office_sign = SigningKey::generate(random);
  Id device = Id::make(1'000, random);
  Id office = Id::make(500, random);

  BundleStatement statement(std::uint64_t number = 1) const {
    BundleStatement made;
    made.sender = device;
    made.recipient = office_seal.public_key();
    made.number = number;
    made.created_ms = 1'790'000'000'000;
    return made;
  }
  BundleRecipient at_office() const { return {office_seal, office, BundleKind::device_half}; }
};

struct Written {
  Bytes file;
  Digest digest{};
};

Written write(World& world, const BundleStatement& statement, BytesView content, std::size_t piece_max = 50'000) {
  Written written;
  Result<BundleWriter> writer =
      BundleWriter::start(statement, world.random, [&](BytesView piece) { append(written.file, piece); });
  REQUIRE(writer.ok());
  while (!content.empty()) {
    const BytesView piece = content.first(std::min(piece_max, content.size()));
    REQUIRE(writer->add(piece).ok());
    content = content.subspan(piece.size());
  }
  written.digest = writer->finish(world.device_sign);
  return written;
}

Result<Bundle> read(const BundleRecipient& me, const PublicKey& sender, BytesView file, std::size_t piece_max = 1U << 20) {
  BundleReader reader(me);
  while (!file.empty()) {
    const BytesView piece = file.first(std::min(piece_max, file.size()));
    if (Result<void> fed = reader.feed(piece); !fed) return fed.fault();
    file = file.subspan(piece.size());
  }
  if (Result<BundleStatement> claimed = reader.end(); !claimed) return claimed.fault();
  return std::move(reader).verify(sender, Ed25519Checker());
}

std::string fault_of(const Result<Bundle>& outcome) { return outcome ? "none" : std::string(outcome.fault().name()); }

Bytes joined(const Bundle& bundle) {
  Bytes all;
  for (const Bytes& piece : bundle.content) append(all, piece);
  return all;
}

Bytes content_of(std::size_t size) {
  Bytes content(size);
  SeededRandom(size + 1).fill(content);
  return content;
}

TEST_CASE("what is sealed is read whole, whatever its size and however the file is cut") {
  World world;
  for (const std::size_t size : {0UL, 1UL, 16'000UL, 16'384UL, 65'000UL, 65'536UL, 65'537UL, 200'000UL, 1'000'000UL}) {
    const Bytes content = content_of(size);
    const Written written = write(world, world.statement(), content);
    for (const std::size_t piece_max : {1UL << 20, 4'096UL, 997UL}) {
      const Result<Bundle> bundle = read(world.at_office(), world.device_sign.public_key(), written.file, piece_max);
      REQUIRE_MESSAGE(fault_of(bundle) == "none", size);
      CHECK(bundle->statement == world.statement());
      CHECK(joined(*bundle) == content);
      CHECK(bundle->digest == written.digest);
    }
  }
}

TEST_CASE("an answer names what it answers, and goes the other way") {
  World world;
  const Written question = write(world, world.statement(), content_of(10));
  BundleStatement answer = world.statement();
  answer.sender = world.office;
  answer.recipient = world.device_seal.public_key();
  answer.kind = BundleKind::server_half;
  answer.in_answer_to = question.digest;
  const Written written = write(world, answer, content_of(20));
  const BundleRecipient at_device{world.device_seal, world.device, BundleKind::server_half};
  const Result<Bundle> bundle = read(at_device, world.device_sign.public_key(), written.file);
  REQUIRE(bundle.ok());
  CHECK(bundle->statement.in_answer_to == question.digest);
  CHECK(bundle->digest != question.digest);
}

TEST_CASE("whoever finds the file sees for whom it is, and its size to the next power of two") {
  World world;
  const std::string inside = "Ines Calloway told us where she lives";
  const Written written = write(world, world.statement(), as_bytes(inside));
  const std::string file(as_text(written.file));
  CHECK(file.substr(0, 8) == "caseload");
  CHECK(BytesView(written.file)[8] == 1);
  CHECK(to_hex(BytesView(written.file).subspan(9, 8)) == to_hex(key_id_of(world.office_seal.public_key())));
  CHECK(file.find("Calloway") == std::string::npos);
  CHECK(file.find(as_text(world.device.bytes)) == std::string::npos);
  for (const std::size_t size : {0UL, 1UL, 500UL, 16'000UL}) {
    CHECK(write(world, world.statement(), content_of(size)).file.size() == header_bytes + (16U << 10) + 16);
  }
  CHECK(write(world, world.statement(), content_of(40'000)).file.size() == header_bytes + sealed_chunk_bytes);
  for (const std::size_t size : {140'000UL, 200'000UL, 262'000UL - 300UL}) {
    CHECK(write(world, world.statement(), content_of(size)).file.size() == header_bytes + 4 * sealed_chunk_bytes);
  }
  CHECK(write(world, world.statement(), as_bytes(inside)).file != written.file);
}

TEST_CASE("one altered bit anywhere in a bundle is refused") {
  World world;
  const Written written = write(world, world.statement(), content_of(9'000));
  REQUIRE(written.file.size() == header_bytes + bundle_padded_bytes_min + seal_tag_bytes);
  const PublicKey sender = world.device_sign.public_key();
  Bytes altered = written.file;
  for (std::size_t at = 0; at < altered.size(); ++at) {
    altered[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
    const std::string fault = fault_of(read(world.at_office(), sender, altered));
    altered[at] = written.file[at];
    const std::string expected = at < 8 ? "wrong_protocol" : at == 8 ? fault : at < 17 ? "not_for_me" : "bad_seal";
    REQUIRE_MESSAGE(fault != "none", at);
    REQUIRE_MESSAGE(fault == expected, at);
  }
  CHECK(fault_of(read(world.at_office(), sender, altered)) == "none");
}

TEST_CASE("a bundle that stops anywhere is refused, and so is one that goes on") {
  World world;
  const Written written = write(world, world.statement(), content_of(100'000));
  const PublicKey sender = world.device_sign.public_key();
  const BytesView file = written.file;
  REQUIRE(file.size() == header_bytes + 2 * sealed_chunk_bytes);
  for (std::size_t size = 0; size < file.size(); size += size < 200 ? 1 : 1'009) {
    REQUIRE_MESSAGE(fault_of(read(world.at_office(), sender, file.first(size))) == "truncated", size);
  }
  for (const std::size_t size : {header_bytes + (16U << 10) + 16, header_bytes + sealed_chunk_bytes, file.size() - 1}) {
    const std::string fault = fault_of(read(world.at_office(), sender, file.first(size)));
    CHECK_MESSAGE((fault == "truncated" || fault == "bad_seal"), size);
  }
  for (const std::size_t more : {1UL, 16UL, sealed_chunk_bytes}) {
    Bytes longer = written.file;
    longer.resize(longer.size() + more);
    CHECK_MESSAGE(fault_of(read(world.at_office(), sender, longer)) == "trailing_bytes", more);
  }
}

// Chunk by chunk, as a stick might lose or an attacker arrange them.
TEST_CASE("chunks dropped, repeated, swapped or taken from elsewhere are refused") {
  World world;
  const Bytes one = write(world, world.statement(), content_of(250'000)).file;
  const Bytes two = write(world, world.statement(2), content_of(250'000)).file;
  REQUIRE(one.size() == header_bytes + 4 * sealed_chunk_bytes);
  struct Row {
    std::string what;
    std::string order;  // digits: chunks of one; letters: those of two
    std::string fault;
  };
  const std::vector<Row> rows{
      {"as it was", "0123", "none"},       {"first dropped", "123", "bad_seal"},   {"second dropped", "023", "bad_seal"},
      {"third dropped", "013", "bad_seal"}, {"last dropped", "012", "truncated"},   {"only the first", "0", "truncated"},
      {"only the last", "3", "bad_seal"},  {"no chunk", "", "truncated"},          {"first twice", "00123", "bad_seal"},
      {"second twice", "01123", "bad_seal"}, {"last twice", "01233", "trailing_bytes"}, {"swapped", "0213", "bad_seal"},
      {"ends swapped", "3120", "bad_seal"}, {"last too early", "0132", "bad_seal"}, {"last in place of third", "0133", "bad_seal"},
      {"another bundle's second", "0b23", "bad_seal"}, {"another bundle's last", "012d", "bad_seal"},
      {"another bundle's chunks", "abcd", "bad_seal"}, {"and the other after it", "0123abcd", "trailing_bytes"},
  };
  for (const Row& row : rows) {
    Bytes file = to_bytes(BytesView(one).first(header_bytes));
    for (const char chunk : row.order) {
      const Bytes& from = chunk >= 'a' ? two : one;
      const auto index = static_cast<std::size_t>(chunk >= 'a' ? chunk - 'a' : chunk - '0');
      append(file, BytesView(from).subspan(header_bytes + index * sealed_chunk_bytes, sealed_chunk_bytes));
    }
    CHECK_MESSAGE(fault_of(read(world.at_office(), world.device_sign.public_key(), file)) == row.fault, row.what);
  }
}

TEST_CASE("what is no bundle, or of a later version, or for another key, is named") {
  World world;
  Bytes file = write(world, world.statement(), content_of(10)).file;
  const PublicKey sender = world.device_sign.public_key();
  CHECK(fault_of(read(world.at_office(), sender, {})) == "truncated");
  CHECK(fault_of(read(world.at_office(), sender, as_bytes("c"))) == "truncated");
  CHECK(fault_of(read(world.at_office(), sender, as_bytes("x"))) == "wrong_protocol");
  CHECK(fault_of(read(world.at_office(), sender, as_bytes("caseload"))) == "truncated");
  CHECK(fault_of(read(world.at_office(), sender, as_bytes("SQLite format 3"))) == "wrong_protocol");
  CHECK(fault_of(read(world.at_office(), sender, Bytes(100'000))) == "wrong_protocol");
  CHECK(fault_of(read(world.at_office(), sender, BytesView(file).first(header_bytes))) == "truncated");

  const BundleRecipient another{world.device_seal, world.office, BundleKind::device_half};
  const Result<Bundle> refused = read(another, sender, file);
  REQUIRE(fault_of(refused) == "not_for_me");
  CHECK(refused.fault().detail() == "sealed to key " + to_hex(key_id_of(world.office_seal.public_key())));

  file[8] = 2;
  CHECK(fault_of(read(world.at_office(), sender, file)) == "upgrade_needed");
  file[8] = 0;
  CHECK(fault_of(read(world.at_office(), sender, file)) == "wrong_protocol");
  file[8] = 1;
  std::fill(file.begin() + 17, file.begin() + header_bytes, std::uint8_t{0});
  CHECK(fault_of(read(world.at_office(), sender, file)) == "bad_key");
}

TEST_CASE("a bundle counts only if the device that claims it signed it") {
  World world;
  const Bytes file = write(world, world.statement(), content_of(10)).file;
  CHECK(fault_of(read(world.at_office(), world.office_sign.public_key(), file)) == "bad_signature");
  CHECK(fault_of(read(world.at_office(), PublicKey{}, file)) == "bad_key");
}

TEST_CASE("a bundle of our own, or of the wrong half, is out of place") {
  World world;
  const PublicKey sender = world.device_sign.public_key();
  const Bytes file = write(world, world.statement(), content_of(10)).file;
  CHECK(fault_of(read({world.office_seal, world.device, BundleKind::device_half}, sender, file)) == "unexpected_message");
  CHECK(fault_of(read({world.office_seal, world.office, BundleKind::server_half}, sender, file)) == "unexpected_message");
}

// Writes what a BundleWriter never would, by the same rules of sealing.
Bytes seal_by_hand(World& world, BytesView plain, std::uint8_t final = 1) {
  Bytes outer = to_bytes(as_bytes("caseload\x01"));
  append(outer, key_id_of(world.office_seal.public_key()));
  Bytes info = to_bytes(as_bytes("caseload/bundle/1"));
  append(info, outer);
  Result<HpkeSender> sender = HpkeSender::to(world.office_seal.public_key(), info, world.random);
  REQUIRE(sender.ok());
  append(outer, sender->encapsulated());
  for (std::uint32_t index = 0; !plain.empty(); ++index) {
    const BytesView chunk = plain.first(std::min(plain.size(), bundle_chunk_bytes));
    plain = plain.subspan(chunk.size());
    Bytes associated;
    append_u32(associated, index);
    associated.push_back(plain.empty() ? final : 0);
    append(outer, sender->seal({chunk, associated}));
  }
  return outer;
}

struct Plain {
  BundleStatement statement;
  std::uint64_t content_bytes = 100;
  std::size_t padded = 16U << 10;
  std::size_t dirt_at = 0;  // where in the padding a byte is not zero
};

Bytes plain_by_hand(const World& world, const Plain& plain) {
  const Bytes statement = encode(plain.statement);
  const Bytes content = content_of(100);
  Bytes bytes;
  append_u16(bytes, static_cast<std::uint16_t>(statement.size()));
  append(bytes, statement);
  append(bytes, content);
  bytes.resize(plain.padded - 72);
  if (plain.dirt_at != 0) bytes.at(plain.dirt_at) = 1;
  append_u64(bytes, plain.content_bytes);
  Bytes message = to_bytes(as_bytes("caseload/bundle/1"));
  append(message, statement);
  append_u64(message, plain.content_bytes);
  append(message, sha256(content));
  append(bytes, world.device_sign.sign(message));
  return bytes;
}

TEST_CASE("a sender that does not keep the form is refused, though its seal is good") {
  World world;
  struct Row {
    std::string what;
    std::function<void(Plain&)> change;
    std::string fault;
  };
  const std::vector<Row> rows{
      {"as it should be", [](Plain&) {}, "none"},
      {"number 0", [](Plain& p) { p.statement.number = 0; }, "bad_value"},
      {"signed for somebody else", [&](Plain& p) { p.statement.recipient = world.device_seal.public_key(); }, "not_for_me"},
      {"a kind that there is not", [](Plain& p) { p.statement.kind = static_cast<BundleKind>(3); }, "bad_value"},
      {"more padding than needed", [](Plain& p) { p.padded = 32U << 10; }, "not_canonical"},
      {"padding to no power of two", [](Plain& p) { p.padded = 24U << 10; }, "truncated"},
      {"three chunks", [](Plain& p) { p.padded = 192U << 10; }, "not_canonical"},
      {"dirt behind the content", [](Plain& p) { p.dirt_at = 9'000; }, "not_canonical"},
      {"more content than there is", [](Plain& p) { p.content_bytes = 1U << 20; }, "bad_value"},
      {"content of 2^64 - 1 bytes", [](Plain& p) { p.content_bytes = ~std::uint64_t{0}; }, "bad_value"},
      {"less content than there is", [](Plain& p) { p.content_bytes = 99; }, "not_canonical"},
      {"another length than was signed", [](Plain& p) { p.content_bytes = 101; }, "bad_signature"},
  };
  for (const Row& row : rows) {
    Plain plain;
    plain.statement = world.statement();
    row.change(plain);
    const Bytes file = seal_by_hand(world, plain_by_hand(world, plain));
    CHECK_MESSAGE(fault_of(read(world.at_office(), world.device_sign.public_key(), file)) == row.fault, row.what);
  }
  Plain good;
  good.statement = world.statement();
  const Bytes plain = plain_by_hand(world, good);
  CHECK(fault_of(read(world.at_office(), world.device_sign.public_key(), seal_by_hand(world, plain, 0))) == "truncated");
  CHECK(fault_of(read(world.at_office(), world.device_sign.public_key(), seal_by_hand(world, plain, 2))) == "bad_seal");
  Bytes long_statement = plain;
  long_statement[0] = 0xff;
  CHECK(fault_of(read(world.at_office(), world.device_sign.public_key(), seal_by_hand(world, long_statement))) == "too_large");
}

TEST_CASE("beyond its limit a bundle is neither written nor read on") {
  World world;
  std::size_t written = 0;
  Result<BundleWriter> writer = BundleWriter::start(world.statement(), world.random, [&](BytesView b) { written += b.size(); });
  REQUIRE(writer.ok());
  const Bytes piece(1U << 20);
  for (std::size_t i = 0; i < 31; ++i) REQUIRE(writer->add(piece).ok());
  Result<void> refused = writer->add(piece);
  REQUIRE(!refused);
  CHECK(refused.fault() == Fault::too_large);
  REQUIRE(writer->add(BytesView(piece).first(500'000)).ok());
  writer->finish(world.device_sign);
  CHECK(written <= bundle_bytes_max);
  CHECK(written > bundle_padded_bytes_max);

  BundleReader reader(world.at_office());
  Result<void> fed = reader.feed(Bytes(bundle_bytes_max + 1));
  REQUIRE(!fed);
  CHECK(fed.fault() == Fault::too_large);
}

TEST_CASE("a reader that refused says the same again") {
  World world;
  const Bytes file = write(world, world.statement(), content_of(10)).file;
  BundleReader reader(world.at_office());
  REQUIRE(!reader.feed(Bytes(100)));
  CHECK(reader.feed(file).fault() == Fault::wrong_protocol);
  CHECK(reader.end().fault() == Fault::wrong_protocol);
  CHECK(std::move(reader).verify(world.device_sign.public_key(), Ed25519Checker()).fault() == Fault::wrong_protocol);
}

TEST_CASE("each bundle of a sender is applied once, in order, and what is missing is named") {
  struct Row {
    std::uint64_t applied;
    std::uint64_t number;
    std::string outcome;
  };
  const std::vector<Row> rows{
      {0, 1, "none"},      {7, 8, "none"},           {0, 0, "replayed: bundle 0"},
      {1, 1, "replayed: bundle 1"}, {9, 3, "replayed: bundle 3"}, {0, 2, "out_of_order: bundle 1 is missing"},
      {3, 7, "out_of_order: bundles 4 to 6 are missing"},
      {0, ~std::uint64_t{0}, "out_of_order: bundles 1 to 18446744073709551614 are missing"},
      {~std::uint64_t{0}, ~std::uint64_t{0}, "replayed: bundle 18446744073709551615"},
  };
  for (const Row& row : rows) {
    const Result<void> checked = BundleSequence{row.applied}.check(row.number);
    CHECK((checked ? "none" : checked.fault().to_string()) == row.outcome);
  }
}

}  // namespace
}  // namespace caseload::sync
