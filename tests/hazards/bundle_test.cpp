#include "sync/session/bundle.h"

#include "sync/session/bundle_sequence.h"
#include "sync/session/frame.h"
#include "sync/session/half.h"
#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

// A team that also posts sticks: a half of a session goes into a file that is sealed to the office.
struct Post {
  Team team;
  SealingKey office_key = SealingKey::generate(team.random);
  std::uint64_t posted = 0;
  std::map<Id, BundleSequence> applied;  // what the office keeps with what a bundle brought

  std::vector<Bytes> half_of(Laptop& who) {
    const DeviceTrust trust = who.trust();
    DeviceDesk desk(who.store, Catalogue::built_in(), trust, who.clock);
    Result<std::vector<Bytes>> half = device_half(ask(desk));
    REQUIRE(half.ok());
    return *std::move(half);
  }

  Bytes seal(Laptop& who, std::span<const Bytes> half, const SealingKey& to) {
    BundleStatement statement;
    statement.sender = who.identity.device;
    statement.recipient = to.public_key();
    statement.number = ++posted;
    Bytes file;
    Result<BundleWriter> writer = BundleWriter::start(statement, team.random, [&](BytesView piece) { append(file, piece); });
    REQUIRE(writer.ok());
    FrameWriter frames;
    for (const Bytes& message : half) {
      Bytes framed;
      frames.write(message.front(), BytesView(message).subspan(1), framed);
      REQUIRE(writer->add(framed).ok());
    }
    static_cast<void>(writer->finish(*who.key));
    return file;
  }
  Bytes post(Laptop& who) { return seal(who, half_of(who), office_key); }

  // The office opens a file, checks its place among the sender's, and answers it.
  Result<std::vector<Bytes>> arrives(const Laptop& from, BytesView file) {
    BundleReader reader({office_key, team.office.own_device, BundleKind::device_half});
    if (Result<void> fed = reader.feed(file); !fed) return fed.fault();
    if (Result<BundleStatement> claimed = reader.end(); !claimed) return claimed.fault();
    const PublicKey key = team.office.store.find_device(from.identity.device)->key;
    Result<Bundle> bundle = std::move(reader).verify(key, signature_checker(false));
    if (!bundle) return bundle.fault();
    BundleSequence& sequence = applied[bundle->statement.sender];
    if (Result<void> next = sequence.check(bundle->statement.number); !next) return next.fault();
    Result<std::vector<Bytes>> answer = answered(from, messages_of(*bundle));
    if (answer) sequence.applied = bundle->statement.number;
    return answer;
  }

  static std::vector<Bytes> messages_of(const Bundle& bundle) {
    std::vector<Bytes> messages;
    FrameReader frames;
    for (const Bytes& piece : bundle.content) {
      for (BytesView left = piece; !left.empty();) {
        const Result<std::optional<Frame>> frame = frames.next(left);
        REQUIRE(frame.ok());
        if (!frame->has_value()) continue;
        messages.push_back({(*frame)->type});
        append(messages.back(), (*frame)->body);
      }
    }
    return messages;
  }

  Result<std::vector<Bytes>> answered(const Laptop& from, std::span<const Bytes> half) { return answered_by(team.office, from, half); }

  static Result<std::vector<Bytes>> answered_by(Office& office, const Laptop& from, std::span<const Bytes> half) {
    const OfficeSelf self = office.self();
    OfficeDesk desk(office.store, self, {from.identity.device, false, true});
    return answer_half(half, ask(desk));
  }

  static Result<void> take_answer(Laptop& who, BytesView hello, std::span<const Bytes> answer) {
    const DeviceTrust trust = who.trust();
    DeviceDesk desk(who.store, Catalogue::built_in(), trust, who.clock);
    return apply_answer(hello, answer, ask(desk));
  }
};

TEST_CASE("H43 a bundle that is brought twice is taken once, and one that goes to another office is not taken at all") {
  Post post;
  const Id note = post.team.note(*post.team.mia, post.team.the_case, "By stick");
  const std::vector<Bytes> half = post.half_of(*post.team.mia);
  const Bytes file = post.seal(*post.team.mia, half, post.office_key);
  CHECK(post.arrives(*post.team.mia, file).ok());
  REQUIRE(position_of(post.team.office, note) != 0);
  const std::size_t log = log_size(post.team.office);
  CHECK(post.arrives(*post.team.mia, file).fault() == Fault(Fault::replayed));
  CHECK(post.answered(*post.team.mia, half).ok());  // were its number forgotten: still nothing happens twice
  CHECK(log_size(post.team.office) == log);

  Office other(false, {50, 100'000}, 8);
  const Result<std::vector<Bytes>> elsewhere = Post::answered_by(other, *post.team.mia, half);
  REQUIRE_FALSE(elsewhere.ok());
  CHECK(elsewhere.fault() == Fault(Fault::other_log));
  CHECK_FALSE(other.store.find(note).has_value());
}

TEST_CASE("H44 a bundle that overtakes another waits, and the answer names the one that is missing") {
  Post post;
  const Id early = post.team.note(*post.team.mia, post.team.the_case, "On the first stick");
  const Bytes first = post.post(*post.team.mia);
  const Id later = post.team.note(*post.team.mia, post.team.the_case, "On the second stick");
  const Bytes second = post.post(*post.team.mia);
  const Result<std::vector<Bytes>> parked = post.arrives(*post.team.mia, second);
  REQUIRE_FALSE(parked.ok());
  CHECK(parked.fault() == Fault(Fault::out_of_order));
  CHECK(parked.fault().detail() == "bundle 1 is missing");
  CHECK(position_of(post.team.office, later) == 0);
  CHECK(post.arrives(*post.team.mia, first).ok());
  CHECK(post.arrives(*post.team.mia, second).ok());
  CHECK(position_of(post.team.office, early) + 1 == position_of(post.team.office, later));
}

TEST_CASE("H44 a stick that never arrives loses nothing: the next one holds all that has no receipt") {
  Post post;
  const Id early = post.team.note(*post.team.mia, post.team.the_case, "On the lost stick");
  static_cast<void>(post.half_of(*post.team.mia));
  const Id later = post.team.note(*post.team.mia, post.team.the_case, "On the second stick");
  const std::vector<Bytes> half = post.half_of(*post.team.mia);
  const Result<std::vector<Bytes>> answer = post.answered(*post.team.mia, half);
  REQUIRE(answer.ok());
  CHECK(position_of(post.team.office, early) != 0);
  CHECK(position_of(post.team.office, later) != 0);
  CHECK(Post::take_answer(*post.team.mia, half.front(), *answer).ok());
  CHECK(is_quiet(*post.team.mia));
  CHECK(post.team.mia->store.find(early)->state == ChangeState::accepted);
}

TEST_CASE("H44 an answer to a half that the laptop has moved on from is put aside") {
  Post post;
  post.team.note(*post.team.tom, post.team.the_case, "By Tom");
  static_cast<void>(post.team.meet(*post.team.tom));
  const std::vector<Bytes> half = post.half_of(*post.team.mia);
  const Result<std::vector<Bytes>> answer = post.answered(*post.team.mia, half);
  REQUIRE(answer.ok());
  CHECK(post.team.meet(*post.team.mia).well());
  const std::size_t held = post.team.mia->store.contents().changes.size();
  const Result<void> taken = Post::take_answer(*post.team.mia, half.front(), *answer);
  REQUIRE_FALSE(taken.ok());
  CHECK(taken.fault() == Fault(Fault::stale));
  CHECK(post.team.mia->store.contents().changes.size() == held);
}

TEST_CASE("H13 a laptop that was put back to an older state gets numbers of its own by stick, and brings all of it under those") {
  Post post;
  const MemoryDeviceStore::Contents image = post.team.mia->store.contents();
  const Id early = post.team.note(*post.team.mia, post.team.the_case, "Before the laptop was put back");
  CHECK(post.team.meet(*post.team.mia).well());
  post.team.mia->store.restore(image);
  const Id later = post.team.note(*post.team.mia, post.team.the_case, "After it");
  const std::vector<Bytes> first = post.half_of(*post.team.mia);
  const Result<std::vector<Bytes>> granted = post.answered(*post.team.mia, first);
  REQUIRE(granted.ok());
  CHECK_FALSE(post.team.office.store.find(later).has_value());
  CHECK(Post::take_answer(*post.team.mia, first.front(), *granted).ok());
  const std::vector<Bytes> second = post.half_of(*post.team.mia);
  const Result<std::vector<Bytes>> answer = post.answered(*post.team.mia, second);
  REQUIRE(answer.ok());
  CHECK(Post::take_answer(*post.team.mia, second.front(), *answer).ok());
  CHECK(position_of(post.team.office, early) < position_of(post.team.office, later));
  CHECK(is_quiet(*post.team.mia));

  // The stick of before is only old: it makes nobody a twin.
  CHECK(post.answered(*post.team.mia, first).fault() == Fault(Fault::stale));
  CHECK_FALSE(post.team.office.store.find_device(post.team.mia->identity.device)->twin);
  CHECK(post.team.meet(*post.team.mia).report.greeting == Greeting::active);
}

TEST_CASE("H45 a bundle from before the case was taken away, and read after, is late work") {
  Post post;
  const Id note = post.team.note(*post.team.tom, post.team.the_case, "Written in good faith");
  const Bytes file = post.post(*post.team.tom);
  post.team.end_assignment(*post.team.lena, post.team.toms_assignment);
  static_cast<void>(post.team.meet(*post.team.lena));
  CHECK(post.arrives(*post.team.tom, file).ok());
  CHECK(is_late(post.team.office, note));
}

TEST_CASE("H46 a stick that was pulled out too early is refused, and the outbox has all of it still") {
  Post post;
  const Id note = post.team.note(*post.team.mia, post.team.the_case, "By stick");
  const Bytes file = post.post(*post.team.mia);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{48}, file.size() / 2, file.size() - 1}) {
    CAPTURE(size);
    const Result<std::vector<Bytes>> read = post.arrives(*post.team.mia, BytesView(file).first(size));
    REQUIRE_FALSE(read.ok());
    CHECK(read.fault() == Fault(Fault::truncated));
  }
  CHECK_FALSE(post.team.office.store.find(note).has_value());
  CHECK(post.team.mia->store.waiting().size() == 1);
  CHECK(post.arrives(*post.team.mia, file).ok());
  CHECK(position_of(post.team.office, note) != 0);
}

TEST_CASE("H47 notes that travel by stick and over the line are there once") {
  Post post;
  const Id note = post.team.note(*post.team.mia, post.team.the_case, "By both ways");
  const std::vector<Bytes> half = post.half_of(*post.team.mia);
  CHECK(post.team.meet(*post.team.mia).well());
  const std::uint64_t position = position_of(post.team.office, note);
  const std::size_t log = log_size(post.team.office);
  CHECK(post.answered(*post.team.mia, half).ok());
  CHECK(log_size(post.team.office) == log);
  CHECK(position_of(post.team.office, note) == position);

  // The other way round: the stick first, its answer lost, then the line.
  const Id other = post.team.note(*post.team.mia, post.team.the_case, "By both ways, again");
  CHECK(post.answered(*post.team.mia, post.half_of(*post.team.mia)).ok());
  CHECK(post.team.meet(*post.team.mia).well());
  CHECK(log_size(post.team.office) == log + 1);
  CHECK(post.team.mia->store.find(other)->position == position_of(post.team.office, other));
  CHECK(is_quiet(*post.team.mia));
}

TEST_CASE("H48 a bundle that is sealed to another key says to which, and gives nothing away") {
  Post post;
  const Id note = post.team.note(*post.team.mia, post.team.the_case, "By stick");
  const SealingKey old_key = SealingKey::generate(post.team.random);
  const Bytes file = post.seal(*post.team.mia, post.half_of(*post.team.mia), old_key);
  const Result<std::vector<Bytes>> read = post.arrives(*post.team.mia, file);
  REQUIRE_FALSE(read.ok());
  CHECK(read.fault() == Fault(Fault::not_for_me));
  CHECK(read.fault().detail().find(to_hex(key_id_of(old_key.public_key()))) != std::string::npos);
  CHECK_FALSE(post.team.office.store.find(note).has_value());
  CHECK(post.team.mia->store.waiting().size() == 1);
}

}  // namespace
}  // namespace caseload::sync
