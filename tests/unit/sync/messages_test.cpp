#include "sync/session/messages.h"

#include <set>

#include "tests/unit/sync/change_samples.h"
#include "tests/unit/sync/message_samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

constexpr std::size_t types = std::variant_size_v<Message>;

Fault::Code fault_of(BytesView bytes) {
  const Result<Message> message = read_message(bytes);
  REQUIRE_FALSE(message.ok());
  return message.fault().code();
}

Bytes hex(const std::string& spaced) {
  std::string digits;
  for (const char c : spaced) {
    if (c != ' ') digits += c;
  }
  return *from_hex(digits);
}

std::string zeros(std::size_t bytes) { return std::string(bytes * 2, '0'); }

// One byte altered, put in or taken out.
Bytes mutated(Bytes bytes, SeededRandom& random) {
  const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(random.below(bytes.size()));
  switch (random.below(4)) {
    case 0: *at = static_cast<std::uint8_t>(random.next()); break;
    case 1: *at = static_cast<std::uint8_t>(*at ^ (1U << random.below(8))); break;
    case 2: bytes.insert(at, static_cast<std::uint8_t>(random.next())); break;
    default: bytes.erase(at); break;
  }
  return bytes;
}

}  // namespace

TEST_CASE("each type of message has a number from 1 and a name of its own") {
  const std::vector<Message> all = MessageSamples(1).one_of_each();
  REQUIRE(all.size() == types);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < types; ++i) {
    CHECK(all[i].index() == i);
    CHECK(write_message(all[i]).front() == i + 1);
    names.insert(name_of(all[i]));
  }
  CHECK(names.size() == types);
}

TEST_CASE("what is written is what is read, and has one form") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (const Message& message : MessageSamples(seed).one_of_each()) {
      CAPTURE(seed);
      CAPTURE(name_of(message));
      const Bytes bytes = write_message(message);
      const Result<Message> again = read_message(bytes);
      REQUIRE(again.ok());
      CHECK(again->index() == message.index());
      CHECK(write_message(*again) == bytes);
    }
  }
}

TEST_CASE("different content gives different bytes") {
  const std::vector<Message> one = MessageSamples(1).one_of_each();
  const std::vector<Message> other = MessageSamples(2).one_of_each();
  for (std::size_t i = 0; i < types; ++i) {
    CAPTURE(name_of(one[i]));
    const bool is_empty = write_message(one[i]).size() == 1;
    const bool says_yes_or_no = std::holds_alternative<Parting>(one[i]);
    if (!is_empty && !says_yes_or_no) CHECK(write_message(one[i]) != write_message(other[i]));
  }
}

TEST_CASE("a message that is cut short is refused, wherever it is cut") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    for (const Message& message : MessageSamples(seed).one_of_each()) {
      const Bytes bytes = write_message(message);
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(name_of(message));
        CAPTURE(size);
        CHECK_FALSE(read_message(BytesView(bytes).first(size)).ok());
      }
    }
  }
}

TEST_CASE("a byte behind a message is refused") {
  for (const Message& message : MessageSamples(3).one_of_each()) {
    CAPTURE(name_of(message));
    for (const unsigned extra : {0x00U, 0x01U, 0xffU}) {
      Bytes bytes = write_message(message);
      bytes.push_back(static_cast<std::uint8_t>(extra));
      CHECK(fault_of(bytes) == Fault::trailing_bytes);
    }
  }
}

TEST_CASE("a type that is not in the list is refused as one of a later version") {
  for (std::size_t type = 0; type < 256; ++type) {
    if (type >= 1 && type <= types) continue;
    CHECK(fault_of(Bytes{static_cast<std::uint8_t>(type)}) == Fault::unknown_type);
    CHECK(fault_of(Bytes{static_cast<std::uint8_t>(type), 0, 0, 0}) == Fault::unknown_type);
  }
}

TEST_CASE("a message with a byte changed is refused, or is another message in its one form") {
  SeededRandom random(20261122);
  std::size_t read = 0;
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (const Message& message : MessageSamples(seed).one_of_each()) {
      const Bytes bytes = write_message(message);
      for (int i = 0; i < 100; ++i) {
        const Bytes other = mutated(bytes, random);
        const Result<Message> outcome = read_message(other);
        (outcome ? read : refused) += 1;
        if (outcome) CHECK(write_message(*outcome) == other);
      }
    }
  }
  CHECK(read > 1000);
  CHECK(refused > 1000);
}

TEST_CASE("messages that nobody writes are refused") {
  struct Row {
    std::string bytes;
    Fault::Code fault;
    std::string what;
  };
  const std::string id = zeros(16);
  const std::string digest = zeros(32);
  const std::vector<Row> rows{
      {"", Fault::truncated, "nothing at all"},
      {"0f 02", Fault::bad_value, "part: neither yes nor no"},
      {"0f 80 00", Fault::not_canonical, "part: a number longer than it needs to be"},
      {"11 80 80 04", Fault::bad_value, "refused: a number beyond 16 bits"},
      {"11 ff ff ff ff ff ff ff ff ff 7f", Fault::bad_value, "refused: a number beyond 64 bits"},
      {"06 80", Fault::truncated, "audit_kept: a number that does not end"},
      {"02 00 01 00", Fault::bad_value, "status: no greeting"},
      {"02 08 01 00", Fault::bad_value, "status: a greeting that is not in the list"},
      {"03 00 02" + id + "00 00", Fault::truncated, "coverage: two scopes named, one there"},
      {"03 ff ff 7f", Fault::truncated, "coverage: more masks than there are bytes"},
      {"03 00 ff ff 7f", Fault::truncated, "coverage: more scopes than there are bytes"},
      {"03 01 01 00 00", Fault::upgrade_needed, "coverage: a mask of another format"},
      {"03 00 01" + id + "00 02", Fault::bad_value, "coverage: neither a backfill nor none"},
      {"03 00 01" + id + "80 80 04 00", Fault::bad_value, "coverage: the number of a mask beyond 16 bits"},
      {"04 02", Fault::truncated, "push: a format, and nothing else"},
      {"05 05 01 02", Fault::truncated, "push_audit: fewer bytes than counted"},
      {"0a" + id + "01 02", Fault::bad_value, "reach: neither a backfill nor none"},
      {"0b" + id + "00 00 00 00 00 00", Fault::bad_value, "page: no phase"},
      {"0b" + id + "04 00 00 00 00 00", Fault::bad_value, "page: a phase that is not in the list"},
      {"0b" + id + "01 00 00 00 00 7f", Fault::truncated, "page: a proof longer than the page"},
      {"0c 01 01" + id, Fault::truncated, "complete: half a scope"},
      {"0e" + digest + "00 00 ff ff 03", Fault::truncated, "attachment_chunk: fewer bytes than counted"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Result<Message> message = read_message(hex(row.bytes));
    REQUIRE_FALSE(message.ok());
    CHECK(message.fault() == Fault(row.fault));
  }
}

TEST_CASE("the digest of holdings depends on each scope, its count and its content, and on their order") {
  SeededRandom random(5);
  const ScopeHoldings a{Id::make(1, random), true, 3, random.bytes<32>()};
  const ScopeHoldings b{Id::make(2, random), true, 4, random.bytes<32>()};
  ScopeHoldings more = a;
  more.count += 1;
  std::set<Digest> digests;
  const std::vector<std::vector<ScopeHoldings>> lists{{}, {a}, {b}, {more}, {a, b}, {b, a}};
  for (const std::vector<ScopeHoldings>& list : lists) digests.insert(digest_of(list));
  CHECK(digests.size() == lists.size());
}

TEST_CASE("changes that were read ahead are those that are read in their turn, once") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (Message& message : MessageSamples(seed).one_of_each()) {
      const Bytes before = write_message(message);
      unpack_changes(message);
      CHECK(write_message(message) == before);
    }
  }
  const auto sample = [](std::uint32_t number) {
    return test::draft(number).says(1, {test::write(16, Value::of_text("seen"))}).change();
  };
  const std::vector<Bytes> packed{pack(sample(1)), pack(sample(2))};
  const std::vector<Bytes> broken{packed[0], Bytes{1, 2, 3}};
  Unpacked ahead;
  ahead.read(packed);
  for (int turn = 0; turn < 2; ++turn) {
    const Result<std::vector<Change>> changes = ahead.take(packed);
    REQUIRE(changes.ok());
    REQUIRE(changes->size() == 2);
    for (std::size_t i = 0; i < 2; ++i) CHECK(pack((*changes)[i]) == packed[i]);
  }
  Unpacked none;
  none.read(broken);
  CHECK(none.take(broken).fault() == unpack(broken[1]).fault());
}
