#include "sync/ledger/acceptance.h"

#include "common/base/random.h"
#include "common/crypto/hash.h"
#include "sync/ledger/merkle.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

ChangeBits bits_of(std::initializer_list<std::size_t> indexes) {
  ChangeBits made;
  for (const std::size_t index : indexes) made.add(index);
  return made;
}

Acceptance sample() {
  return {sha256(as_bytes("segment")), 1001, *parse_moment("2026-11-22T12:00:00Z"), bits_of({0, 1, 5, 255})};
}

Result<ChangeBits> bits_from(std::string_view hex) { return decode<ChangeBits>(*from_hex(hex)); }

}  // namespace

TEST_CASE("a set of changes has one form") {
  CHECK(to_hex(encode(ChangeBits())) == "00");
  CHECK(to_hex(encode(bits_of({0}))) == "0101");
  CHECK(to_hex(encode(bits_of({1, 8}))) == "020201");
  CHECK(encode(ChangeBits::first(256)).size() == 33);
  CHECK(encode(bits_of({255})).back() == 0x80);

  CHECK(bits_from("0100").fault() == Fault::not_canonical);
  CHECK(bits_from("020100").fault() == Fault::not_canonical);
  CHECK(bits_from("0201").fault() == Fault::truncated);
  CHECK(bits_from("010101").fault() == Fault::trailing_bytes);
  CHECK(bits_from("").fault() == Fault::truncated);
  CHECK(bits_from("8000").fault() == Fault::not_canonical);
  CHECK(bits_from("21" + std::string(66, 'f')).fault() == Fault::too_large);
  CHECK(bits_from("ffffffffffffffffff01").fault() == Fault::truncated);
}

TEST_CASE("any set of changes is read as it was written, and counts its own") {
  SeededRandom random(1);
  for (int round = 0; round < 2000; ++round) {
    ChangeBits some;
    std::size_t count = 0;
    std::vector<std::size_t> before(segment_changes_max + 1);
    for (std::size_t i = 0; i < segment_changes_max; ++i) {
      before[i] = count;
      if (!random.chance(1, 1 + static_cast<std::uint32_t>(round % 9))) continue;
      some.add(i);
      ++count;
    }
    REQUIRE(some.count() == count);
    for (std::size_t i = 0; i < segment_changes_max; ++i) REQUIRE(some.count_before(i) == before[i]);
    REQUIRE(*decode<ChangeBits>(encode(some)) == some);
  }
  CHECK_FALSE(ChangeBits::first(256).has(256));
  CHECK(ChangeBits::first(3) == bits_of({0, 1, 2}));
  CHECK(ChangeBits::first(0).empty());
}

TEST_CASE("accepted changes stand one after the other in the order of their segment") {
  const Acceptance acceptance = sample();
  CHECK(acceptance.count() == 4);
  CHECK(acceptance.end_position() == 1005);
  CHECK(acceptance.position_of(0) == 1001);
  CHECK(acceptance.position_of(1) == 1002);
  CHECK(acceptance.position_of(5) == 1003);
  CHECK(acceptance.position_of(255) == 1004);
  for (const std::size_t index : {2U, 4U, 6U, 254U, 256U, 1000U}) CHECK_FALSE(acceptance.position_of(index).has_value());
}

TEST_CASE("an acceptance is read as it was written, and only when it accepts something somewhere") {
  CHECK(*decode<Acceptance>(encode(sample())) == sample());

  Acceptance nothing = sample();
  nothing.accepted = {};
  CHECK(decode<Acceptance>(encode(nothing)).fault() == Fault::bad_value);
  for (const std::uint64_t position : {std::uint64_t{0}, position_max, ~std::uint64_t{0}}) {
    Acceptance elsewhere = sample();
    elsewhere.first_position = position;
    CHECK(decode<Acceptance>(encode(elsewhere)).fault() == Fault::bad_value);
  }
  for (const std::int64_t at : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                to_milliseconds(moment_min) - 1, to_milliseconds(moment_max) + 1}) {
    Acceptance never = sample();
    never.accepted_at = from_milliseconds(at);
    CHECK(decode<Acceptance>(encode(never)).fault() == Fault::bad_value);
  }
  const Bytes whole = encode(sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(decode<Acceptance>(BytesView(whole).first(size)).ok());
  }
}

TEST_CASE("the leaf of an acceptance is the labelled hash, and every field is in it") {
  const Acceptance acceptance = sample();
  Bytes input{0x00};
  append(input, as_bytes("caseload/acceptance/1"));
  append(input, encode(acceptance));
  CHECK(acceptance.leaf_hash() == sha256(input));

  const Bytes right = encode(acceptance);
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes other = right;
      other[i] ^= static_cast<std::uint8_t>(1U << bit);
      const Result<Acceptance> read = decode<Acceptance>(other);
      if (read.ok()) CHECK(read->leaf_hash() != acceptance.leaf_hash());
      if (read.ok()) CHECK(encode(*read) == other);
    }
  }
}
