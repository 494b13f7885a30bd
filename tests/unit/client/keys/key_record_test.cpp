#include "client/keys/key_record.h"

#include <functional>

#include "common/crypto/hash.h"
#include "tests/unit/client/keys/bench.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

const Secret& device() {
  static const Secret secret = Secret::copy_of(Bytes(32, 'd'));
  return secret;
}

KeyRecord sample() {
  KeyRecord record;
  record.generation = 9;
  record.recovery = Bytes(112, 'r');
  record.former = WrappedKey{};
  record.failed_tries = 2;
  record.unaudited_tries = 300;
  record.tried_wall_ms = -5;
  record.salt.fill(7);
  return record;
}

// The file with its digest, and its HMAC where a secret is given, made anew: what somebody who knows the
// format can do.
Bytes resealed(Bytes fields, const Secret& secret) {
  Bytes whole = encode_record(sample(), secret);  // for the length of the end only
  fields.resize(whole.size() - 64);
  append(fields, Bytes(32, 0));
  append(fields, sha256(fields));
  return fields;
}

std::string outcome(BytesView file, const Secret* secret = &device()) {
  const Result<KeyRecord> record = decode_record(file, secret);
  return record ? "a record" : std::string(record.fault().name());
}

}  // namespace

TEST_CASE("a key file is read back as it was written, in one form only") {
  const Bytes file = encode_record(sample(), device());
  const Result<KeyRecord> read = decode_record(file, &device());
  REQUIRE(read.ok());
  CHECK(encode_record(*read, device()) == file);
  CHECK(read->unaudited_tries == 300);
  CHECK(read->former.has_value());
  CHECK(read->tried_wall_ms == -5);
  CHECK(file.size() < 700);
}

TEST_CASE("a key file with any bit changed, cut anywhere or with more at its end is damaged") {
  const Bytes file = encode_record(sample(), device());
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    Bytes flipped = file;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    REQUIRE(outcome(flipped) == "damaged");
    REQUIRE(outcome(flipped, nullptr) == "damaged");
  }
  for (std::size_t size = 0; size < file.size(); ++size) REQUIRE(outcome(BytesView(file).first(size)) == "damaged");
  Bytes longer = file;
  longer.push_back(0);
  CHECK(outcome(longer) == "damaged");
}

TEST_CASE("a key file of another device, or forged without its secret, is told apart from a damaged one") {
  const Secret other = Secret::copy_of(Bytes(32, 'e'));
  const Bytes file = encode_record(sample(), device());
  CHECK(outcome(file, &other) == "device_factor");
  CHECK(outcome(file, nullptr) == "a record");
  Bytes forged = resealed(file, device());
  CHECK(outcome(forged) == "device_factor");
}

TEST_CASE("a key file of a newer program is known as one, and one of no program is damaged") {
  const Bytes file = encode_record(sample(), device());
  Bytes newer = file;
  newer[8] = 2;
  CHECK(outcome(resealed(newer, device())) == "newer_format");
  Bytes older = file;
  older[8] = 0;
  CHECK(outcome(resealed(older, device())) == "damaged");
  Bytes other = file;
  other[0] = 'C';
  CHECK(outcome(resealed(other, device())) == "damaged");
  CHECK(outcome({}) == "damaged");
  CHECK(outcome(resealed(Bytes(1000, 0xff), device())) == "damaged");
}

TEST_CASE("a generation that nobody can have reached is refused, and the greatest that is taken leaves room to go on") {
  KeyRecord record = sample();
  record.generation = 1ULL << 61;
  CHECK(outcome(encode_record(record, device())) == "a record");
  ++record.generation;
  CHECK(outcome(encode_record(record, device())) == "damaged");
}

TEST_CASE("numbers beyond their limits are refused, though their file is whole") {
  const auto outcome_of = [](const std::function<void(Bytes&)>& change) {
    Bytes file = encode_record(sample(), device());
    change(file);
    return outcome(resealed(file, device()), nullptr);
  };
  CHECK(outcome_of([](Bytes&) {}) == "a record");
  CHECK(outcome_of([](Bytes& file) { file[10] = 9; }) == "damaged");   // scrypt's N, below what even tests may ask for
  CHECK(outcome_of([](Bytes& file) { file[10] = 10; }) == "a record");
  CHECK(outcome_of([](Bytes& file) { file[10] = 18; }) == "a record");
  CHECK(outcome_of([](Bytes& file) { file[10] = 19; }) == "damaged");  // more than is ever reserved for it
  CHECK(outcome_of([](Bytes& file) { file[10] = 21; }) == "damaged");
  CHECK(outcome_of([](Bytes& file) { file[10] = 127; }) == "damaged");
}
