#include "sync/session/dialogue.h"

#include "sync/session/limits.h"
#include "tests/unit/sync/message_samples.h"
#include "tests/unit/sync/protocol_example.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

// Both ends of a line.
struct Line {
  Dialogue device;
  Dialogue office;

  Dialogue& sayer(Side from) { return from == Side::device ? device : office; }
  Dialogue& hearer(Side from) { return from == Side::device ? office : device; }
  Bytes say(Side from, const Message& message) { return sayer(from).say(write_message(message)); }
  Result<Bytes> hear(Side from, BytesView said) { return hearer(from).hear(said); }
  // What it took on the line. Fails where something else was heard than said.
  std::size_t carry(Side from, const Message& message) {
    const Bytes said = say(from, message);
    const Result<Bytes> heard = hear(from, said);
    REQUIRE(heard.ok());
    REQUIRE(*heard == write_message(message));
    return said.size();
  }
};

Fault::Code fault_of(Dialogue at, BytesView said) {
  const Result<Bytes> heard = at.hear(said);
  REQUIRE_FALSE(heard.ok());
  return heard.fault().code();
}

Side side_of(const Message& message) {
  const bool device = std::holds_alternative<Hello>(message) || std::holds_alternative<Push>(message);
  return device ? Side::device : Side::office;
}

// Samples of the messages that are said in short, as somebody could say them: each receipt with its leaf and proof.
std::vector<Message> said_in_short(std::uint64_t seed) {
  std::vector<Message> messages;
  for (Message& message : MessageSamples(seed).one_of_each()) {
    if (Receipts* receipts = std::get_if<Receipts>(&message)) {
      receipts->proofs.resize(receipts->receipts.size());
      receipts->leaves.resize(receipts->receipts.size());
    }
    messages.push_back(std::move(message));
  }
  return messages;
}

// After that session, an office in which nothing moved.
struct Quiet {
  Hello hello;
  Status status;

  explicit Quiet(const ProtocolExample& e) : hello(e.hello), status(e.status) {
    hello.first_waiting = hello.next_number = 2;
    hello.previous = digest_of(e.own_segment);
    hello.brings = false;
    hello.cursor = hello.counted = 3;
    hello.coverage = e.complete.statement->body.coverage;
    hello.head_seen = e.receipts.head.head.body.tree;
    status.last_position = 3;
    status.head = {e.receipts.head.head, {}, {}, {}};
  }
};

}  // namespace

TEST_CASE("whatever is said is heard, byte for byte, whatever was said before") {
  for (std::uint64_t run = 0; run < 30; ++run) {
    Line line;
    SeededRandom random(run);
    std::vector<Message> before;
    for (int i = 0; i < 60; ++i) {
      const bool again = !before.empty() && random.chance(1, 3);
      const std::vector<Message> fresh = said_in_short(random.below(1'000));
      const Message message = again ? before[random.below(before.size())] : fresh[random.below(fresh.size())];
      CAPTURE(run);
      CAPTURE(name_of(message));
      line.carry(side_of(message), message);
      before.push_back(message);
    }
  }
}

TEST_CASE("a session costs little more than its signatures, and one in which nothing moved next to nothing") {
  const ProtocolExample e;
  Line line;
  std::size_t in_full = 0;
  std::size_t on_the_line = 0;
  for (const ProtocolExample::Said& said : e.session()) {
    in_full += write_message(said.message).size();
    on_the_line += line.carry(said.from, said.message);
  }
  CHECK(on_the_line * 5 < in_full * 4);
  Quiet quiet(e);
  CHECK(line.carry(Side::device, quiet.hello) == 2);
  CHECK(line.carry(Side::office, quiet.status) == 2);
  CHECK(line.carry(Side::office, Complete{}) == 3);
  quiet.status.now_ms += 5;
  CHECK(line.carry(Side::device, quiet.hello) == 2);
  CHECK(line.carry(Side::office, quiet.status) == 9);  // the clock's six bytes, and which field they are
}

TEST_CASE("what is signed stays signed: a field filled in wrongly is a statement that nobody signed") {
  const ProtocolExample e;
  Line line;
  for (const ProtocolExample::Said& said : e.session()) {
    if (!std::holds_alternative<Receipts>(said.message)) {
      line.carry(said.from, said.message);
      continue;
    }
    // The device never sent that segment: its end fills in another.
    Dialogue confused;
    REQUIRE(confused.hear(Dialogue().say(write_message(e.status))).ok());
    const Result<Bytes> heard = confused.hear(line.say(Side::office, said.message));
    if (!heard) return;  // not even a sound receipt
    const Result<Message> read = read_message(*heard);
    REQUIRE(read.ok());
    const Receipts& receipts = std::get<Receipts>(*read);
    CHECK(verify(receipts.receipts[0], e.office.from(e.office.ledger)).fault() == Fault::bad_signature);
    return;
  }
}

TEST_CASE("a message has one form at its place: a byte changed is refused, or is another message in its one form") {
  SeededRandom random(7);
  std::size_t read = 0;
  std::size_t refused = 0;
  const ProtocolExample e;
  Line line;
  for (const ProtocolExample::Said& said : e.session()) {
    const Bytes good = Dialogue(line.sayer(said.from)).say(write_message(said.message));
    const Dialogue hearer = line.hearer(said.from);
    for (int i = 0; i < 2'000; ++i) {
      Bytes other = good;
      const auto at = other.begin() + static_cast<std::ptrdiff_t>(1 + random.below(other.size() + 1));
      if (at >= other.end()) other.push_back(static_cast<std::uint8_t>(random.next()));
      else if (random.chance(1, 3)) other.erase(at);
      else *at = static_cast<std::uint8_t>(*at ^ (1U << random.below(8)));
      const Result<Bytes> heard = Dialogue(hearer).hear(other);
      const Result<Message> message = heard ? read_message(*heard) : Result<Message>(heard.fault());
      (message ? read : refused) += 1;
      if (message) CHECK(Dialogue(hearer).say(*heard) == other);
    }
    line.carry(said.from, said.message);
  }
  CHECK(read > 1'000);
  CHECK(refused > 1'000);
}

TEST_CASE("a message that is cut short or goes on is refused, wherever it is cut") {
  const ProtocolExample e;
  Line line;
  for (const ProtocolExample::Said& said : e.session()) {
    const Dialogue hearer = line.hearer(said.from);
    Bytes bytes = Dialogue(line.sayer(said.from)).say(write_message(said.message));
    CAPTURE(name_of(said.message));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Result<Bytes> heard = Dialogue(hearer).hear(BytesView(bytes).first(size));
      CHECK_FALSE((heard.ok() && read_message(*heard).ok()));
    }
    bytes.push_back(0);
    const Result<Bytes> heard = Dialogue(hearer).hear(bytes);
    CHECK_FALSE((heard.ok() && read_message(*heard).ok()));
    line.carry(said.from, said.message);
  }
}

TEST_CASE("what nobody says is refused") {
  const ProtocolExample e;
  Dialogue began;
  REQUIRE(began.hear(Dialogue().say(write_message(e.hello))).ok());
  const Bytes zeros(64);
  struct Row {
    const char* what;
    Bytes said;
    Fault::Code fault;
  };
  Bytes same_epoch{1, 0x10, 1};
  const Row rows[] = {
      {"nothing", {}, Fault::truncated},
      {"HELLO without its mask", {1}, Fault::truncated},
      {"HELLO with a field that it does not have", {1, 0x80, 0x80, 0x04}, Fault::bad_value},
      {"HELLO with an epoch that is expected", same_epoch, Fault::not_canonical},
      {"HELLO with a field named and not there", {1, 0x10}, Fault::truncated},
      {"a mask longer than it needs to be", {1, 0x80, 0x00}, Fault::not_canonical},
      {"STATUS with no greeting", {2, 0x01, 0x00}, Fault::bad_value},
      {"RECEIPTS, more than there are bytes", {9, 0x00, 0xff, 0xff, 0x3f}, Fault::truncated},
      {"a proof of a digest that nobody said", {11, 0x00, 0x00, 0x01, 0x01}, Fault::bad_value},
      {"COMPLETE with scopes that are not there", {12, 0x05}, Fault::truncated},
      {"COMPLETE that neither states anything nor nothing", {12, 0x00, 0x02}, Fault::bad_value},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(fault_of(began, row.said) == row.fault);
  }
  Bytes receipts{9, 0x00};
  Writer(receipts).varint(200'000);
  receipts.resize(300'000);
  CHECK(fault_of(began, receipts) == Fault::too_large);
}

TEST_CASE("a message that would be too large once it is filled in is refused") {
  Dialogue hearer;
  Dialogue sayer;
  Page page;
  page.proof = {Digest{1}};
  REQUIRE(hearer.hear(sayer.say(write_message(page))).ok());
  Bytes said{11, 0x00, 0x00};
  const std::size_t digests = message_bytes_max / sizeof(Digest);
  Writer(said).varint(digests);
  said.resize(said.size() + digests, 0x01);  // each the one before
  CHECK(fault_of(hearer, said) == Fault::too_large);
  Bytes more{11, 0x00, 0x00};
  Writer(more).varint(digests + 1);
  more.resize(more.size() + digests + 1, 0x01);
  CHECK(fault_of(hearer, more) == Fault::too_large);
}

TEST_CASE("a digest of a proof is spelled out once, as long as it is remembered") {
  RecentDigests says;
  RecentDigests hears;
  SeededRandom random(3);
  std::vector<Digest> all;
  for (std::size_t i = 0; i < recent_digests_max + 10; ++i) all.push_back(random.bytes<32>());
  const auto size_of = [&](const Proof& proof) {
    Bytes said;
    Writer writer(said);
    says.say(proof, writer);
    const Result<Proof> heard = read_all(said, ReadLimits{}, [&](Reader& reader) { return hears.hear(reader); });
    REQUIRE(heard.ok());
    CHECK(*heard == proof);
    return said.size();
  };
  CHECK(size_of({}) == 1);
  CHECK(size_of({all[0], all[1]}) == 1 + 2 * 33);
  CHECK(size_of({all[1], all[0], all[0]}) == 1 + 3);
  for (std::size_t i = 2; i < recent_digests_max; ++i) CHECK(size_of({all[i]}) == 34);
  CHECK(size_of({all[1]}) == 2 + 1);  // 127 ago takes one byte, 128 two
  CHECK(size_of({all[recent_digests_max]}) == 34);
  CHECK(size_of({all[0]}) == 34);  // forgotten
}
