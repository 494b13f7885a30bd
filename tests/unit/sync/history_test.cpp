#include "sync/ledger/history.h"

#include <map>

#include "tests/unit/sync/ledger_samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

constexpr auto day = std::chrono::days(1);

// An office whose ledger grows, is restored, and can be made to lie.
class Office {
 public:
  explicit Office(const Samples& samples) : samples_(samples), at_(samples.noon) {}

  void grow(std::uint64_t leaves, std::string_view world = "true") {
    for (std::uint64_t i = 0; i < leaves; ++i) {
      leaves_.push_back(Samples::digest(std::string(world) + std::to_string(leaves_.size())));
    }
  }
  // Brings back an old backup; with the statement that accounts for it.
  void restore_to(std::uint64_t size) {
    leaves_.resize(size);
    ++epoch_;
    restores_.push_back(sign(Restore{samples_.log, epoch_, nodes().root(), at_}, samples_.recovery));
  }
  void forget_silently(std::uint64_t size) { leaves_.resize(size); }
  void pass(Duration time) { at_ += time; }
  WallTime now() const { return at_; }

  OfferedHead offer_to(const KnownLedger& known) const {
    const TreeNodes tree = nodes();
    const std::uint64_t size = leaves_.size();
    OfferedHead offered;
    offered.head = sign(TreeHead{samples_.log, epoch_, tree.root(), at_}, samples_.ledger);
    const std::uint32_t seen = known.heads.empty() ? epoch_ : known.heads.back().body.restore_epoch;
    for (const Signed<Restore>& restore : restores_) {
      if (restore.body.restore_epoch > seen) offered.restores.push_back(restore);
    }
    const std::uint64_t ours = head_to_build_on(known, offered.restores).size;
    if (ours <= size) offered.since_ours = consistency_proof(tree, ours, size);
    if (!offered.restores.empty()) {
      const std::uint64_t kept = offered.restores.back().body.kept.size;
      if (kept <= size) offered.since_restore = consistency_proof(tree, kept, size);
    }
    return offered;
  }

 private:
  TreeNodes nodes() const { return TreeNodes(leaves_); }

  const Samples& samples_;
  WallTime at_;
  std::vector<Digest> leaves_;
  std::uint32_t epoch_ = 0;
  std::vector<Signed<Restore>> restores_;
};

struct World {
  Samples samples;
  Office office{samples};
  KnownLedger known;

  LedgerTrust trust() const {
    return {samples.log, samples.ledger.public_key(), samples.recovery.public_key(), samples.checker};
  }
  Result<void> check(const OfferedHead& offered) const { return check_head(known, offered, trust()); }
  Result<void> contact() { return accept(office.offer_to(known)); }
  Result<void> accept(const OfferedHead& offered) {
    const Result<void> holds = check(offered);
    if (holds.ok()) known = remember(known, offered, office.now());
    return holds;
  }
  TreeRoot newest() const { return known.heads.back().body.tree; }
};

// The ages of all heads kept, in whole days, newest first.
std::vector<std::int64_t> ages(const KnownLedger& known, WallTime now) {
  std::vector<std::int64_t> made;
  for (auto head = known.heads.rbegin(); head != known.heads.rend(); ++head) {
    made.push_back(std::chrono::floor<std::chrono::days>(now - head->body.at).count());
  }
  return made;
}

}  // namespace

TEST_CASE("a device pins the first head it is shown, and follows the ledger as it grows") {
  World world;
  world.office.grow(5);
  REQUIRE(world.contact().ok());
  CHECK(world.newest().size == 5);
  for (const std::uint64_t more : {1U, 0U, 7U, 300U}) {
    world.office.grow(more);
    world.office.pass(std::chrono::minutes(1));
    REQUIRE(world.contact().ok());
  }
  CHECK(world.newest().size == 313);
  CHECK(world.known.heads.size() == 4);  // of two heads of one tree, the later
}

TEST_CASE("an empty ledger is a beginning like any other") {
  World world;
  REQUIRE(world.contact().ok());
  world.office.grow(3);
  CHECK(world.contact().ok());
}

TEST_CASE("a head by another signer, or of another office, is refused at the first contact already") {
  World world;
  world.office.grow(5);
  OfferedHead offered = world.office.offer_to(world.known);
  offered.head = sign(offered.head.body, world.samples.recovery);
  CHECK(world.check(offered).fault() == Fault::bad_signature);

  TreeHead elsewhere = offered.head.body;
  elsewhere.log = world.samples.device;
  offered.head = sign(elsewhere, world.samples.ledger);
  CHECK(world.check(offered).fault() == Fault::other_log);

  offered = world.office.offer_to(world.known);
  offered.since_ours.push_back(Digest{});
  CHECK(world.check(offered).fault() == Fault::ledger_mismatch);
}

TEST_CASE("a ledger with two histories is found out, however long they are") {
  for (const std::uint64_t theirs : {1U, 20U, 21U, 200U}) {
    CAPTURE(theirs);
    World world;
    world.office.grow(20);
    REQUIRE(world.contact().ok());
    world.office.forget_silently(theirs <= 20 ? theirs - 1 : 19);
    world.office.grow(theirs <= 20 ? 1 : theirs - 19, "forged");
    const KnownLedger before = world.known;
    CHECK(world.contact().fault() == (theirs < 20 ? Fault::restored : Fault::ledger_mismatch));
    CHECK(encode(world.known) == encode(before));
  }
}

TEST_CASE("a proof that is missing, altered or too long keeps a true head out") {
  World world;
  world.office.grow(20);
  REQUIRE(world.contact().ok());
  world.office.grow(13);
  const OfferedHead right = world.office.offer_to(world.known);
  REQUIRE(world.check(right).ok());
  REQUIRE(right.since_ours.size() > 2);
  for (std::size_t i = 0; i < right.since_ours.size(); ++i) {
    OfferedHead other = right;
    other.since_ours[i][i] ^= 1;
    CHECK(world.check(other).fault() == Fault::ledger_mismatch);
    other.since_ours.resize(i);
    CHECK(world.check(other).fault() == Fault::ledger_mismatch);
  }
  OfferedHead other = right;
  other.since_ours.push_back(Digest{});
  CHECK(world.check(other).fault() == Fault::ledger_mismatch);
  other = right;
  other.since_restore.push_back(Digest{});
  CHECK(world.check(other).fault() == Fault::ledger_mismatch);
}

TEST_CASE("an old head that comes again is told apart from a ledger that shrank") {
  World world;
  world.office.grow(5);
  const OfferedHead first = world.office.offer_to(world.known);
  REQUIRE(world.accept(first).ok());
  CHECK(world.check(first).ok());
  world.office.grow(5);
  REQUIRE(world.contact().ok());
  CHECK(world.check(first).fault() == Fault::replayed);
  world.office.forget_silently(7);
  CHECK(world.contact().fault() == Fault::restored);
}

TEST_CASE("a restore is followed when the recovery key accounts for it") {
  for (const std::uint64_t kept : {0U, 1U, 19U, 20U, 25U, 39U, 40U}) {
    for (const std::uint64_t grown : {0U, 1U, 50U}) {
      CAPTURE(kept);
      CAPTURE(grown);
      World world;
      world.office.grow(20);
      REQUIRE(world.contact().ok());
      world.office.grow(20);
      REQUIRE(world.contact().ok());
      world.office.restore_to(kept);
      world.office.grow(grown, "after the restore");
      REQUIRE(world.contact().ok());
      CHECK(world.newest().size == kept + grown);
      CHECK(world.known.restores.size() == 1);
      world.office.grow(3);
      CHECK(world.contact().ok());
      world.office.forget_silently(kept + grown);
      world.office.grow(2, "forged");
      CHECK(world.contact().fault() == Fault::restored);
    }
  }
}

TEST_CASE("several restores since the last contact are followed, whichever kept less") {
  for (const std::uint64_t second : {3U, 15U, 18U, 30U}) {
    CAPTURE(second);
    World world;
    world.office.grow(10);
    REQUIRE(world.contact().ok());
    world.office.grow(10);
    REQUIRE(world.contact().ok());
    world.office.restore_to(16);
    world.office.grow(20, "after the first");
    world.office.restore_to(second);
    world.office.grow(9, "after the second");
    const OfferedHead right = world.office.offer_to(world.known);
    CHECK(head_to_build_on(world.known, right.restores).size == (second == 3 ? 0 : 10));

    OfferedHead other = right;
    other.restores.erase(other.restores.begin());
    CHECK(world.check(other).fault() == Fault::restored);
    other = right;
    other.restores.pop_back();
    CHECK(world.check(other).fault() == Fault::restored);
    other = right;
    std::swap(other.restores[0], other.restores[1]);
    CHECK(world.check(other).fault() == Fault::restored);
    other = right;
    other.restores.push_back(right.restores[1]);
    CHECK(world.check(other).fault() == Fault::restored);

    REQUIRE(world.accept(right).ok());
    CHECK(world.known.restores.size() == 2);
    CHECK(world.check(right).fault() == Fault::restored);  // the statements were followed already
  }
}

TEST_CASE("a restore that nobody accounts for, or that contradicts what we have seen, is not followed") {
  World world;
  world.office.grow(20);
  REQUIRE(world.contact().ok());
  const OfferedHead before_restore = world.office.offer_to(world.known);

  SUBCASE("without a statement") {
    world.office.restore_to(10);
    OfferedHead offered = world.office.offer_to(world.known);
    offered.restores.clear();
    CHECK(world.check(offered).fault() == Fault::restored);
  }
  SUBCASE("signed with the ledger key") {
    world.office.restore_to(10);
    OfferedHead offered = world.office.offer_to(world.known);
    offered.restores[0] = sign(offered.restores[0].body, world.samples.ledger);
    CHECK(world.check(offered).fault() == Fault::bad_signature);
  }
  SUBCASE("of another office") {
    world.office.restore_to(10);
    OfferedHead offered = world.office.offer_to(world.known);
    offered.restores[0].body.log = world.samples.device;
    offered.restores[0] = sign(offered.restores[0].body, world.samples.recovery);
    CHECK(world.check(offered).fault() == Fault::other_log);
  }
  SUBCASE("keeping less than the statement says") {
    world.office.restore_to(15);
    world.office.forget_silently(12);
    CHECK(world.contact().fault() == Fault::ledger_mismatch);
  }
  SUBCASE("going on from another history than the statement kept") {
    world.office.restore_to(15);
    world.office.forget_silently(14);
    world.office.grow(10, "forged");
    CHECK(world.contact().fault() == Fault::ledger_mismatch);
  }
  SUBCASE("saying that it kept all we have seen, and having rewritten it") {
    world.office.forget_silently(5);
    world.office.grow(25, "forged");
    world.office.restore_to(30);
    CHECK(world.contact().fault() == Fault::ledger_mismatch);
  }
  SUBCASE("saying that it kept exactly what we have seen, and having rewritten it") {
    world.office.forget_silently(5);
    world.office.grow(15, "forged");
    world.office.restore_to(20);
    CHECK(world.contact().fault() == Fault::ledger_mismatch);
  }
  SUBCASE("a head from before the restore, after it") {
    world.office.restore_to(15);
    REQUIRE(world.contact().ok());
    CHECK(world.check(before_restore).fault() == Fault::replayed);
  }
  SUBCASE("a statement where nothing was restored") {
    world.office.restore_to(20);
    const OfferedHead after = world.office.offer_to(world.known);
    OfferedHead offered = before_restore;
    offered.restores = after.restores;
    CHECK(world.check(offered).fault() == Fault::restored);
  }
}

TEST_CASE("a device keeps all heads of a week, a head a day for 90 days, a head a week for 400") {
  World world;
  constexpr int days = 500;
  for (int i = 0; i < days * 4; ++i) {
    world.office.grow(1);
    world.office.pass(std::chrono::hours(6));
    // checked once in a while only: what is tested here is the forgetting
    if (i % 97 == 0) REQUIRE(world.contact().ok());
    else world.known = remember(world.known, world.office.offer_to(world.known), world.office.now());
  }
  const std::vector<std::int64_t> kept = ages(world.known, world.office.now());
  std::map<std::int64_t, int> a_day;
  for (const std::int64_t age : kept) ++a_day[age];
  for (int age = 0; age < 7; ++age) CHECK(a_day[age] == 4);
  int daily = 0;
  int weekly = 0;
  for (const std::int64_t age : kept) {
    daily += age >= 8 && age < 90;
    weekly += age >= 91 && age <= 400;
  }
  CHECK(daily >= 81);
  CHECK(daily <= 83);
  CHECK(weekly >= 43);
  CHECK(weekly <= 45);
  CHECK(kept.back() == days - 1);  // the first one ever
  CHECK(kept[kept.size() - 2] <= 400);
}

TEST_CASE("neither a broken clock on the device nor one at the office makes a device forget") {
  World world;
  for (int i = 0; i < 30; ++i) {
    world.office.grow(1);
    world.office.pass(std::chrono::hours(1));
    REQUIRE(world.contact().ok());
  }
  world.office.grow(1);
  const OfferedHead offered = world.office.offer_to(world.known);
  CHECK(remember(world.known, offered, world.office.now() + 3650 * day).heads.size() == 31);
  CHECK(remember(world.known, offered, from_milliseconds(0)).heads.size() == 31);
  world.office.pass(3650 * day);
  const OfferedHead ahead = world.office.offer_to(world.known);
  CHECK(remember(world.known, ahead, world.samples.noon + day).heads.size() == 31);
  CHECK(remember(world.known, ahead, world.office.now()).heads.size() == 2);
}

TEST_CASE("an open session that sees head after head does not fill the device") {
  World world;
  for (int i = 0; i < 3000; ++i) {
    world.office.pass(std::chrono::seconds(1));
    OfferedHead offered;
    offered.head.body = {world.samples.log, 0, {static_cast<std::uint64_t>(i) + 1, Digest{}}, world.office.now()};
    world.known = remember(std::move(world.known), offered, world.office.now());
  }
  CHECK(world.known.heads.size() == heads_all_max + 1);
  CHECK(world.known.heads.front().body.tree.size == 1);
  CHECK(world.newest().size == 3000);
}

TEST_CASE("what a device knows of the ledger, and what it is offered, are read as they were written") {
  World world;
  world.office.grow(20);
  REQUIRE(world.contact().ok());
  world.office.restore_to(12);
  world.office.grow(2);
  const OfferedHead offered = world.office.offer_to(world.known);
  CHECK(encode(*decode<OfferedHead>(encode(offered))) == encode(offered));
  REQUIRE(world.contact().ok());
  CHECK(encode(*decode<KnownLedger>(encode(world.known))) == encode(world.known));
}

TEST_CASE("the newest head that is kept is not verified again where it is the same to the byte, and any other is") {
  class Counting : public SignatureChecker {
   public:
    Result<void> verify(const PublicKey& key, BytesView message, const Signature& signature) const override {
      ++count;
      return Samples().checker.verify(key, message, signature);
    }
    mutable int count = 0;
  };
  World world;
  const Counting counting;
  const LedgerTrust trust{world.samples.log, world.samples.ledger.public_key(), world.samples.recovery.public_key(), counting};
  const auto verified = [&](const OfferedHead& offered) {
    counting.count = 0;
    return check_head(world.known, offered, trust).ok() ? counting.count : -1;
  };
  world.office.grow(3);
  CHECK(verified(world.office.offer_to(world.known)) == 1);
  REQUIRE(world.contact().ok());
  CHECK(verified(world.office.offer_to(world.known)) == 0);
  OfferedHead altered = world.office.offer_to(world.known);
  altered.head.signature[0] ^= 1;
  CHECK(verified(altered) == -1);
  CHECK(counting.count == 1);
  world.office.pass(day);
  CHECK(verified(world.office.offer_to(world.known)) == 1);
}
