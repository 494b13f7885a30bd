#include "sync/device/apply.h"

#include <functional>

#include "sync/device/counting.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

const Id file = numbered(20), note = numbered(30);

Draft note_in(std::uint32_t number, std::string_view said = "seen") {
  return draft(number)
      .in(file)
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(16, Value::of_text(said))});
}

// ana has written; ben's device, which knows the office and ana's key, is about to read.
struct Reading : Bench {
  Reading() {
    admit_case(20, unit_four, numbered(10));
    ana = &enrol(10, "clerk", unit_four);
    ben = &enrol(11, "chief", unit_four);
    session(*ana);
    session(*ben);
    for (std::uint32_t n = 30; n < 34; ++n) keep(*ana, note_in(n));
    REQUIRE(push(*ana).ok());
  }
  Page next_page() const {
    return feed_page(reach(*ben), ben->store.coverage(), ben->store.state().cursor, page);
  }
  Result<void> checked(const Page& of) const {
    const Result<ReadPage> read = read_page(of);
    return read ? check_page(ben->store, catalogue, *read, page_trust()) : Result<void>(read.fault());
  }
  Result<void> apply(const Page& of) {
    ben->store.begin();
    const Result<void> applied = apply_page(ben->store, withdrawal(*ben), *read_page(of));
    if (applied.ok())
      ben->store.commit();
    else
      ben->store.rollback();
    return applied;
  }
  template <class Act>
  void within(Machine& machine, Act act) {
    machine.store.begin();
    act(machine.store);
    machine.store.commit();
  }
  Reach reach_of(const Id& scope) const {
    const CoverageEntry entry = ben->store.coverage().at(scope);
    return {scope, entry.mask, entry.backfill};
  }
  Machine* ana = nullptr;
  Machine* ben = nullptr;
};

}  // namespace

TEST_CASE("a page that is what devices signed and the ledger accepted is believed, and any other is not") {
  Reading r;
  const Page good = r.next_page();
  REQUIRE(good.segments.size() == 1);
  REQUIRE(good.segments[0].changes.size() == 4);
  CHECK(r.checked(good).ok());
  struct Row {
    std::string what;
    std::function<void(Page&)> spoil;
    Fault::Code fault;
  };
  const auto reword = [](Page& page) {
    Change change = *unpack(page.segments[0].changes[1]);
    change.seed.reset();
    change.parts[1].writes[0].value = Value::of_text("never said");
    page.segments[0].changes[1] = pack(change);
  };
  const Row rows[] = {
      {"a word", reword, Fault::bad_proof},
      {"a change of another author",
       [](Page& p) {
         Change change = *unpack(p.segments[0].changes[0]);
         change.header.author = numbered(11);
         p.segments[0].changes[0] = pack(change);
       },
       Fault::bad_proof},
      {"two changes swapped", [](Page& p) { std::swap(p.segments[0].changes[0], p.segments[0].changes[1]); },
       Fault::bad_proof},
      {"a change left out",
       [](Page& p) {
         p.segments[0].changes.pop_back();
         p.segments[0].indexes.pop_back();
       },
       Fault::bad_proof},
      {"an index without a change", [](Page& p) { p.segments[0].changes.pop_back(); }, Fault::bad_segment},
      {"an index of nothing", [](Page& p) { p.segments[0].indexes[3] = 4; }, Fault::bad_proof},
      {"bytes that are no change",
       [](Page& p) {
         p.segments[0].changes[0] = {1, 2};
       },
       Fault::truncated},
      {"another segment number", [](Page& p) { p.segments[0].segment.number += 1; }, Fault::bad_signature},
      {"a device that nobody knows", [](Page& p) { p.segments[0].segment.device = numbered(88); },
       Fault::not_found},
      {"the name of another device", [](Page& p) { p.segments[0].segment.device = numbered(111); },
       Fault::bad_signature},
      {"an earlier acceptance", [](Page& p) { p.segments[0].acceptance.accepted_at -= Duration(1); },
       Fault::bad_proof},
      {"another position", [](Page& p) { p.segments[0].acceptance.first_position += 1; }, Fault::bad_proof},
      {"the acceptance of another segment", [](Page& p) { p.segments[0].acceptance.segment[0] ^= 1; },
       Fault::bad_proof},
      {"a change that was late", [](Page& p) { p.segments[0].acceptance.accepted = ChangeBits::first(3); },
       Fault::bad_proof},
      {"another leaf", [](Page& p) { p.segments[0].leaf -= 1; }, Fault::bad_proof},
      {"a leaf beyond the head", [](Page& p) { p.segments[0].leaf += 1; }, Fault::bad_proof},
      {"the same segment twice", [](Page& p) { p.segments.push_back(p.segments[0]); }, Fault::bad_proof},
      {"a proof too long", [](Page& p) { p.proof.emplace_back(); }, Fault::bad_proof},
      {"a proof too short", [](Page& p) { p.proof.pop_back(); }, Fault::bad_proof},
      {"a proof within the segment", [](Page& p) { p.segments[0].proof.emplace_back(); }, Fault::bad_proof},
      {"a proof of nothing", [](Page& p) { p.segments.clear(); }, Fault::bad_proof},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Page spoiled = good;
    row.spoil(spoiled);
    const Result<void> checked = r.checked(spoiled);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.fault().code() == row.fault);
  }
  CHECK(r.checked(Page{}).ok());
}

TEST_CASE(
    "changes of one segment under the acceptance of another are not believed, though all of it was signed") {
  Reading r;
  const Page first = r.next_page();
  const std::uint64_t after_first = r.office.last_position();
  for (std::uint32_t n = 50; n < 54; ++n) r.keep(*r.ana, note_in(n));
  REQUIRE(r.push(*r.ana).ok());
  const Page second = feed_page(r.reach(*r.ben), r.ben->store.coverage(), after_first, r.page);
  REQUIRE(second.segments.size() == 1);
  CHECK(r.checked(second).ok());
  Page moved = second;  // what was written first, as if it had been accepted last
  moved.segments[0].segment = first.segments[0].segment;
  moved.segments[0].changes = first.segments[0].changes;
  moved.segments[0].indexes = first.segments[0].indexes;
  moved.segments[0].proof = first.segments[0].proof;
  CHECK(r.checked(moved).fault() == Fault::bad_proof);
}

TEST_CASE("late work does not pass for accepted beside what was accepted with it") {
  Reading r;
  const std::uint64_t before = r.office.last_position();
  r.keep(*r.ana, note_in(50));
  r.keep(*r.ana, draft(51).in(file).on(note).says(1, {write(16, Value::of_text("other words"))}));
  REQUIRE(r.push(*r.ana).ok());
  const std::optional<OfficeChange> late = r.office.find(numbered(51));
  REQUIRE(late->position == 0);
  Page page = feed_page(r.reach(*r.ben), r.ben->store.coverage(), before, r.page);
  REQUIRE(page.segments.size() == 1);
  CHECK(r.checked(page).ok());
  PageSegment& carried = page.segments[0];
  carried.indexes = {0, 1};
  carried.changes.push_back(pack(late->change));
  carried.proof = prove_members(r.office.find_segment(late->segment)->changes, carried.indexes);
  CHECK(r.checked(page).fault() == Fault::bad_proof);
}

TEST_CASE("a page comes in with its cursor, and twice is once, and a known change under another header is refused") {
  Reading r;
  const Page page = r.next_page();
  REQUIRE(r.apply(page).ok());
  CHECK(r.ben->store.state().cursor == r.office.last_position());
  CHECK(text_of(r.ben->record(note), 16) == Value::of_text("seen"));
  const RecordState state = r.ben->record(note);
  REQUIRE(r.apply(page).ok());
  CHECK(r.ben->record(note) == state);
  Page other = page;
  Change change = *unpack(page.segments[0].changes[0]);
  change.header.stamp.value += 1;
  other.segments[0].changes[0] = pack(change);
  other.upto += 5;
  CHECK(r.apply(other).fault() == Fault::changed_bytes);
  CHECK(r.ben->record(note) == state);
  CHECK(r.ben->store.state().cursor == page.upto);
}

TEST_CASE("a section that arrives later joins the change, and the record") {
  Reading r;
  Page page = r.next_page();
  Page first = page;
  const SectionNumber one[] = {0};
  for (Bytes& bytes : first.segments[0].changes) bytes = pack(*project(*unpack(bytes), one));
  CHECK(r.checked(first).ok());
  REQUIRE(r.apply(first).ok());
  CHECK(r.ben->record(note).view(r.catalogue, 16).standing.empty());
  CHECK(r.ben->has(note, 0));
  CHECK_FALSE(r.ben->has(note, 1));
  const SectionNumber two[] = {1};
  for (Bytes& bytes : page.segments[0].changes) bytes = pack(*project(*unpack(bytes), two));
  REQUIRE(r.apply(page).ok());
  CHECK(text_of(r.ben->record(note), 16) == Value::of_text("seen"));
  CHECK(r.ben->store.find(note)->change.is_whole());
}

TEST_CASE("a backfill moves its scope's entry, never the cursor, and of what is not covered it is refused") {
  Reading r;
  const std::uint64_t cursor = r.ben->store.state().cursor;
  Page page = r.next_page();
  page.scope = file;
  r.within(*r.ben, [&](DeviceStore& store) {
    CoverageEntry entry = store.coverage().at(file);
    entry.backfill = Backfill{Mask(), page.upto + 5, Phase::recent, 0};
    store.set_coverage(file, entry);
  });
  REQUIRE(r.apply(page).ok());
  CHECK(r.ben->store.state().cursor == cursor);
  CHECK(r.ben->store.coverage().at(file).backfill->upto == page.upto);
  page.scope = numbered(77);
  CHECK(r.apply(page).fault() == Fault::unexpected_message);
}

TEST_CASE(
    "a withdrawn scope leaves nothing, gives a purge receipt, and seals own work that no backup holds") {
  Reading r;
  REQUIRE(r.office.find(note)->position != 0);
  r.within(*r.ana, [&](DeviceStore& store) {
    DeviceState state = store.state();
    state.backed_up = r.office.find(numbered(31))->position;  // 30 and 31 are in a backup, 32 and 33 are not
    store.set_state(state);
    apply_reach(store, r.withdrawal(*r.ana), Reach{file, std::nullopt, std::nullopt});
  });
  const MemoryDeviceStore::Contents& left = r.ana->store.contents();
  for (const auto& [id, stored] : left.changes) CHECK(stored.change.header.scope != file);
  for (const auto& [id, record] : left.records) CHECK(record.row.scope != file);
  CHECK_FALSE(left.coverage.contains(file));
  REQUIRE(left.sealed.size() == 2);
  CHECK(left.sealed.contains(numbered(32)));
  CHECK(left.sealed.contains(numbered(33)));
  REQUIRE(left.purge_receipts.size() == 1);
  const Signed<PurgeReceipt>& receipt = left.purge_receipts.begin()->second;
  CHECK(receipt.body.scope == file);
  CHECK(receipt.body.number == 1);
  CHECK(verify(receipt, {r.log, r.ana->key.public_key(), r.checker}).ok());
}

TEST_CASE(
    "work that has no receipt yet stays through a withdrawal, and no purge receipt is given before it left") {
  Reading r;
  r.keep(*r.ana, note_in(40, "unsent"));
  r.keep(*r.ana, note_in(41, "sent"));
  r.cut(*r.ana);
  r.keep(*r.ana, note_in(42, "unsent"));
  r.within(*r.ana, [&](DeviceStore& store) {
    apply_reach(store, r.withdrawal(*r.ana), Reach{file, std::nullopt, std::nullopt});
  });
  CHECK(r.ana->store.find(numbered(40)));
  CHECK(r.ana->store.find(numbered(41)));
  CHECK(r.ana->store.find(numbered(42)));
  CHECK_FALSE(r.ana->store.find(note));
  CHECK(r.ana->store.purge_receipts().empty());
  CHECK(r.ana->store.waiting().size() == 1);
  CHECK(r.ana->store.unsent().size() == 1);
  CHECK(r.push(*r.ana).ok());
}

TEST_CASE("a mask that gives less takes sections away, one that gives the same takes nothing") {
  Reading r;
  REQUIRE(r.apply(r.next_page()).ok());
  const MemoryDeviceStore::Contents before = r.ben->store.contents();
  r.within(*r.ben, [&](DeviceStore& store) { apply_reach(store, r.withdrawal(*r.ben), r.reach_of(file)); });
  CHECK(r.ben->store.contents().changes.size() == before.changes.size());
  CHECK(r.ben->store.purge_receipts().empty());
  CHECK(r.ben->has(note, 1));

  const CompiledRules fewer(
      *parse_rules("role clerk\nrole chief\nchief may read note.contact in own unit\n", r.catalogue));
  ViewerFacts viewer;
  viewer.worker = r.ben->worker;
  viewer.memberships.push_back({unit_four, "chief"});
  ScopeFacts scope;
  scope.scope = file;
  scope.unit = unit_four;
  const Mask mask = fewer.mask(viewer, scope);
  r.within(*r.ben, [&](DeviceStore& store) {
    apply_reach(store, r.withdrawal(*r.ben), Reach{file, mask, std::nullopt});
  });
  CHECK(r.ben->has(note, 0));
  CHECK_FALSE(r.ben->has(note, 1));
  CHECK_FALSE(r.ben->store.find(note)->change.seed.has_value());
  CHECK_FALSE(r.ben->store.find(file));
  CHECK(r.ben->record(note).view(r.catalogue, 16).standing.empty());
  CHECK(r.ben->store.coverage().at(file).mask == mask);
  CHECK(r.ben->store.purge_receipts().size() == 1);
}

TEST_CASE("one record shows what it is told to, and the rest stays as it is") {
  Reading r;
  REQUIRE(r.apply(r.next_page()).ok());
  r.within(*r.ben, [&](DeviceStore& store) {
    apply_record_reach(store, r.withdrawal(*r.ben), RecordReach{note, {0}});
  });
  CHECK(r.ben->has(note, 0));
  CHECK_FALSE(r.ben->has(note, 1));
  CHECK(r.ben->has(numbered(31), 1));
  r.within(*r.ben, [&](DeviceStore& store) {
    apply_record_reach(store, r.withdrawal(*r.ben), RecordReach{note, {}});
  });
  CHECK_FALSE(r.ben->store.find(note));
  CHECK_FALSE(r.ben->store.find_record(note));
}

TEST_CASE(
    "a scope that is not as the office counts it is let go and comes again, and unsent and late work stays") {
  Reading r;
  r.session(*r.ana);
  r.keep(*r.ana, note_in(40, "unsent"));
  r.keep(*r.ana, draft(41).in(file).on(note).says(1, {write(16, Value::of_text("other words"))}));
  REQUIRE(r.session(*r.ana).ended);
  REQUIRE(r.ana->store.find(numbered(41))->state == ChangeState::late);
  r.keep(*r.ana, note_in(42, "unsent"));
  const ScopeHoldings ours = holdings_of(r.ana->store, file);
  const auto repaired = [&](const ScopeHoldings& office) {
    HeldContent unused;
    const std::vector<Id> scopes = differing(r.ana->store, {0, 0, std::span(&office, 1)}, unused);
    for (const Id& scope : scopes)
      r.within(*r.ana, [&](DeviceStore& store) { repair(store, r.withdrawal(*r.ana), scope); });
    return scopes;
  };
  CHECK(repaired(ours).empty());
  ScopeHoldings theirs = ours;
  theirs.digest[0] ^= 1;
  CHECK(repaired(theirs) == std::vector{file});
  CHECK(r.ana->store.coverage().at(file).backfill.has_value());
  CHECK(r.ana->store.find(numbered(42)));
  CHECK(r.ana->store.find(numbered(41)));
  CHECK_FALSE(r.ana->store.find(note));
  CHECK(repaired(theirs).empty());  // it is on its way
  const Bench::Session session = r.session(*r.ana);
  CHECK(session.ended);
  if (session.device) FAIL_CHECK("device: ", session.device->code(), " ", session.device->detail());
  if (session.office) FAIL_CHECK("office: ", session.office->code(), " ", session.office->detail());
  CHECK(text_of(r.ana->record(note), 16) == Value::of_text("seen"));
  CHECK_FALSE(r.ana->store.coverage().at(file).backfill.has_value());
}

}  // namespace caseload::sync
