#include "sync/ledger/segment.h"

#include <functional>

#include "common/crypto/hash.h"
#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

struct Device {
  SeededRandom random{7};
  SigningKey key = SigningKey::generate(random);
  SigningKey stranger = SigningKey::generate(random);
  Ed25519Checker checker;

  SegmentHeader header() const {
    SegmentHeader made;
    made.device = numbered(50);
    made.epoch = 1;
    made.number = 3;
    made.first_seq = 40;
    made.previous = sha256(as_bytes("before"));
    made.ledger_size_seen = 500;
    made.ledger_root_seen = sha256(as_bytes("ledger"));
    made.clock_offset_ms = -1500;
    made.certificate_serial = 77;
    return made;
  }
  SegmentHeader closed(std::span<const Digest> changes) const {
    SegmentHeader made = header();
    close_segment(made, changes, key);
    return made;
  }
};

std::vector<Digest> digests(std::size_t count) {
  std::vector<Digest> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(sha256(as_bytes("change " + std::to_string(i))));
  return all;
}

std::vector<Member> members(std::span<const Digest> changes, std::span<const std::uint16_t> indexes) {
  std::vector<Member> all;
  for (const std::uint16_t index : indexes) all.push_back({index, changes[index]});
  return all;
}

}  // namespace

TEST_CASE("a segment takes 256 changes or 1 MiB, and at least one however large it is") {
  constexpr std::size_t mib = 1U << 20;
  struct Row {
    std::vector<std::size_t> sizes;
    std::size_t taken;
  };
  const Row rows[] = {
      {{}, 0},
      {{0}, 1},
      {{100, 100}, 2},
      {std::vector<std::size_t>(255, 10), 255},
      {std::vector<std::size_t>(256, 10), 256},
      {std::vector<std::size_t>(257, 10), 256},
      {std::vector<std::size_t>(1000, 0), 256},
      {{mib}, 1},
      {{mib, 0}, 2},
      {{mib, 1}, 1},
      {{mib / 2, mib / 2, 0, 1}, 3},
      {{mib / 2, mib / 2 + 1, 1}, 1},
      {{2 * mib, 0}, 1},
      {{2 * mib, 2 * mib}, 1},
      {{1, 2 * mib, 1}, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sizes.size());
    CHECK(segment_cut(row.sizes) == row.taken);
  }
}

TEST_CASE("a closed segment verifies under its device's key, and no other") {
  const Device device;
  const std::vector<Digest> changes = digests(5);
  const SegmentHeader segment = device.closed(changes);
  CHECK(segment.count == 5);
  CHECK(verify_segment(segment, device.key.public_key(), device.checker).ok());
  CHECK(*decode<SegmentHeader>(encode(segment)) == segment);
  CHECK(verify_segment(segment, device.stranger.public_key(), device.checker).fault() ==
        Fault::bad_signature);
  CHECK(verify_segment(segment, PublicKey{}, device.checker).fault() == Fault::bad_key);
  CHECK(device.closed(changes) == segment);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    std::vector<Digest> others = changes;
    others[i][31] ^= 1;
    CHECK(device.closed(others).root != segment.root);
  }
  std::vector<Digest> swapped = changes;
  std::swap(swapped[1], swapped[2]);
  CHECK(device.closed(swapped).root != segment.root);
}

TEST_CASE("a segment that cannot be is refused, though its device signed it") {
  struct Row {
    std::string what;
    std::function<void(SegmentHeader&)> spoil;
    Fault::Code fault;
  };
  const Row rows[] = {
      {"a later format", [](SegmentHeader& s) { s.format = 2; }, Fault::upgrade_needed},
      {"no format", [](SegmentHeader& s) { s.format = 0; }, Fault::upgrade_needed},
      {"no device", [](SegmentHeader& s) { s.device = {}; }, Fault::bad_segment},
      {"no epoch", [](SegmentHeader& s) { s.epoch = 0; }, Fault::bad_segment},
      {"no number", [](SegmentHeader& s) { s.number = 0; }, Fault::bad_segment},
      {"no first change", [](SegmentHeader& s) { s.first_seq = 0; }, Fault::bad_segment},
      {"no change", [](SegmentHeader& s) { s.count = 0; }, Fault::bad_segment},
      {"257 changes", [](SegmentHeader& s) { s.count = 257; }, Fault::bad_segment},
  };
  const Device device;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    SegmentHeader segment = device.header();
    segment.count = 1;
    row.spoil(segment);
    const std::uint16_t count = segment.count;
    segment.signature = {};
    Bytes message = to_bytes(as_bytes("caseload/segment/1"));
    append(message, encode(segment));
    segment.signature = device.key.sign(message);
    CHECK(segment.count == count);
    CHECK(verify_segment(segment, device.key.public_key(), device.checker).fault() == row.fault);
  }
}

TEST_CASE("law: whatever is altered in a segment, its signature no longer holds") {
  const Device device;
  const SegmentHeader segment = device.closed(digests(9));
  const Bytes good = encode(segment);
  std::size_t read_again = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const unsigned bit : {0U, 3U, 7U}) {
      Bytes altered = good;
      altered[at] ^= static_cast<std::uint8_t>(1U << bit);
      const Result<SegmentHeader> read = decode<SegmentHeader>(altered);
      if (!read) continue;
      ++read_again;
      CAPTURE(at);
      REQUIRE_FALSE(verify_segment(*read, device.key.public_key(), device.checker).ok());
      REQUIRE(digest_of(*read) != digest_of(segment));
    }
    REQUIRE_FALSE(decode<SegmentHeader>(BytesView(good).first(at)).ok());
  }
  CHECK(read_again > good.size());
}

TEST_CASE("law: any changes of a segment prove that they belong, to somebody who has only these") {
  const Device device;
  SeededRandom random(3);
  for (std::size_t count : {1U, 2U, 3U, 5U, 8U, 31U, 64U, 100U, 255U, 256U}) {
    const std::vector<Digest> changes = digests(count);
    const SegmentHeader segment = device.closed(changes);
    for (int tries = 0; tries < 40; ++tries) {
      std::vector<std::uint16_t> indexes;
      const std::uint64_t one_in = 1 + random.below(8);
      for (std::uint16_t i = 0; i < count; ++i) {
        if (random.below(one_in) == 0) indexes.push_back(i);
      }
      if (indexes.empty()) indexes.push_back(static_cast<std::uint16_t>(random.below(count)));
      const std::vector<Digest> proof = prove_members(changes, indexes);
      const std::vector<Member> some = members(changes, indexes);
      REQUIRE(check_members(segment, some, proof).ok());
      REQUIRE((indexes.size() < count || proof.empty()));

      std::vector<Member> other = some;
      other[random.below(other.size())].change[random.below(32)] ^= 4;
      REQUIRE(check_members(segment, other, proof).fault() == Fault::bad_proof);
      std::vector<Digest> wrong = proof;
      wrong.push_back(Digest{});
      REQUIRE(check_members(segment, some, wrong).fault() == Fault::bad_proof);
      if (proof.empty()) continue;
      wrong = proof;
      wrong[random.below(wrong.size())][random.below(32)] ^= 1;
      REQUIRE(check_members(segment, some, wrong).fault() == Fault::bad_proof);
      wrong.pop_back();
      REQUIRE(check_members(segment, some, wrong).fault() == Fault::bad_proof);
    }
  }
}

TEST_CASE("members that are none, unsorted, repeated, elsewhere or of another segment prove nothing") {
  const Device device;
  const std::vector<Digest> changes = digests(10);
  const SegmentHeader segment = device.closed(changes);
  const std::uint16_t three[] = {2, 5, 6};
  const std::vector<Digest> proof = prove_members(changes, three);
  REQUIRE(check_members(segment, members(changes, three), proof).ok());
  const std::vector<std::vector<Member>> bad = {
      {},
      {{5, changes[5]}, {2, changes[2]}, {6, changes[6]}},
      {{2, changes[2]}, {2, changes[2]}, {6, changes[6]}},
      {{2, changes[2]}, {5, changes[6]}, {6, changes[5]}},
      {{2, changes[2]}, {4, changes[5]}, {6, changes[6]}},
      {{2, changes[2]}, {5, changes[5]}},
      {{2, changes[2]}, {5, changes[5]}, {6, changes[6]}, {7, changes[7]}},
      {{2, changes[2]}, {5, changes[5]}, {10, changes[6]}},
      {{2, changes[2]}, {5, changes[5]}, {65535, changes[6]}},
  };
  for (const std::vector<Member>& row : bad) {
    CAPTURE(row.size());
    CHECK(check_members(segment, row, proof).fault() == Fault::bad_proof);
  }
  for (const std::uint16_t lie : std::initializer_list<std::uint16_t>{7, 9, 11, 16, 256}) {
    SegmentHeader other = segment;
    other.count = lie;
    CHECK_FALSE(verify_segment(other, device.key.public_key(), device.checker).ok());
  }
}

TEST_CASE("a device that may see some parts of some changes verifies just these") {
  const Device device;
  std::vector<Change> all;
  std::vector<Digest> changes;
  for (std::uint32_t i = 0; i < 6; ++i) {
    all.push_back(draft(1 + i)
                      .in(numbered(7))
                      .says(0, {write(1, Value::of_code(1))})
                      .says(1, {write(16, Value::of_text("told " + std::to_string(i)))})
                      .change());
    changes.push_back(digest_of(all.back().header));
  }
  const SegmentHeader segment = device.closed(changes);
  const std::uint16_t seen[] = {1, 4};
  const SectionNumber header_only[] = {0};
  std::vector<Member> some;
  for (const std::uint16_t index : seen) {
    const Result<Change> arrived = unpack(pack(*project(all[index], header_only)));
    REQUIRE(arrived.ok());
    CHECK_FALSE(arrived->is_whole());
    some.push_back({index, digest_of(arrived->header)});
  }
  const std::vector<Digest> proof = prove_members(changes, seen);
  CHECK(check_members(segment, some, proof).ok());

  // a part swapped for that of another change is seen in the digest of the change
  Change forged = *unpack(pack(all[1]));
  forged.seed.reset();
  forged.parts[1] = all[4].parts[1];
  some[0].change = digest_of(unpack(pack(forged))->header);
  CHECK(check_members(segment, some, proof).fault() == Fault::bad_proof);
}

}  // namespace caseload::sync
