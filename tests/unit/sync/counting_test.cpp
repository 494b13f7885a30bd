#include "sync/device/counting.h"

#include <algorithm>

#include "sync/device/apply.h"
#include "sync/office/counting.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

const Id file = numbered(20), other_file = numbered(24);

Draft note_in(std::uint32_t number, const Id& scope = file) {
  return draft(number)
      .in(scope)
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(16, Value::of_text("seen"))});
}

// ana leads two cases and writes; ben is the chief of their unit. Both have been there once.
struct Counted : Bench {
  Counted() {
    ana = &enrol(10, "clerk", unit_four);
    ben = &enrol(11, "chief", unit_four);
    admit_case(20, unit_four, ana->worker);
    admit_case(24, unit_four, ana->worker);
    for (Machine* machine : {ana, ben}) REQUIRE(session(*machine).ended);
  }
  Complete meet(Machine& machine) {
    const Session met = session(machine);
    REQUIRE(met.ended);
    if (met.device) FAIL(met.device->to_string());
    REQUIRE(met.report.repaired == 0);
    for (const Message& message : met.messages) {
      if (const auto* complete = std::get_if<Complete>(&message)) return *complete;
    }
    return {};
  }
  std::vector<Id> differing_from(const Machine& machine, const Complete& says) const {
    HeldContent content;
    const Completeness& body = says.statement->body;
    const std::vector<Id> differ = differing(machine.store, {body.since, body.cursor, says.scopes}, content);
    CHECK((content.digest() == body.content) == differ.empty());
    return differ;
  }
  void mark(std::uint32_t number, const Id& scope, const Id& note) {
    admit(draft(number).in(scope).on(note).by(ben->worker).says(
        0, {write(header::marking, Value::of_code(number_of(Marking::restricted)))}));
  }
  DeviceTrust trust(const Machine& machine) const {
    return {{log, ledger_key.public_key(), recovery_key.public_key(), checker}, office_device, office_key.public_key(),
            machine.key, [](const Change& change) { return pack(change); }};
  }
  template <class Act>
  void within(Machine& machine, Act act) {
    machine.store.begin();
    act(machine.store);
    machine.store.commit();
  }
  Machine* ana = nullptr;
  Machine* ben = nullptr;
};

}  // namespace

TEST_CASE("a first session is counted whole, a later one only where it moved, and once a day all of it again") {
  Counted c;
  const std::uint64_t first = c.ben->store.state().counted;
  CHECK(first == c.ben->store.state().cursor);
  CHECK(c.ben->store.state().counted_whole == c.clock.now());
  c.keep(*c.ana, note_in(30));
  const Complete pushed = c.meet(*c.ana);
  REQUIRE(pushed.statement.has_value());
  CHECK(pushed.statement->body.since > 0);
  const Complete read = c.meet(*c.ben);
  REQUIRE(read.statement.has_value());
  CHECK(read.statement->body.since == first);
  CHECK(read.statement->body.count == 2);
  REQUIRE(read.scopes.size() == 1);
  CHECK(read.scopes[0].scope == file);
  CHECK_FALSE(read.scopes[0].whole);
  CHECK(c.ben->store.state().counted == c.ben->store.state().cursor);
  CHECK_FALSE(c.meet(*c.ben).statement.has_value());

  c.clock.advance(counted_whole_for);
  c.keep(*c.ana, note_in(31));
  c.meet(*c.ana);
  const Complete daily = c.meet(*c.ben);
  REQUIRE(daily.statement.has_value());
  CHECK(daily.statement->body.since == 0);
  CHECK(daily.scopes.size() == c.ben->store.coverage().size());
  CHECK(std::ranges::all_of(daily.scopes, &ScopeHoldings::whole));
}

TEST_CASE("what is lacking of a stretch, or is there beyond it, is found, and its scope begins anew") {
  Counted c;
  for (std::uint32_t n = 30; n < 33; ++n) c.keep(*c.ana, note_in(n));
  c.meet(*c.ana);
  const Complete says = c.meet(*c.ben);
  CHECK(c.differing_from(*c.ben, says).empty());
  Complete silent = says;
  silent.scopes.clear();
  silent.statement->body.content = {};
  HeldContent nothing;
  CHECK(differing(c.ben->store, {says.statement->body.since, says.statement->body.cursor, {}}, nothing) == std::vector{file});
  const std::optional<StoredChange> kept = c.ben->store.find(numbered(31));
  REQUIRE(kept.has_value());
  c.within(*c.ben, [&](DeviceStore& store) { store.erase(numbered(31)); });
  CHECK(c.differing_from(*c.ben, says) == std::vector{file});
  c.within(*c.ben, [&](DeviceStore& store) { store.put(*kept); });
  CHECK(c.differing_from(*c.ben, says).empty());
}

TEST_CASE("a scope that moved is counted whole, and where a session was cut the next one counts everything") {
  Counted c;
  c.admit_case(50, unit_four, c.ana->worker);
  const Complete moved = c.meet(*c.ben);
  REQUIRE(moved.statement.has_value());
  CHECK(moved.statement->body.since > 0);
  const auto is_new = [](const ScopeHoldings& scope) { return scope.scope == numbered(50) && scope.whole; };
  CHECK(std::ranges::count_if(moved.scopes, is_new) == 1);

  c.admit_case(60, unit_four, c.ana->worker);
  const Bench::Session cut = c.session(*c.ben, 4);
  const DeviceTrust trust = c.trust(*c.ben);
  DeviceDesk desk(c.ben->store, c.catalogue, trust, c.clock);
  REQUIRE(desk.load(What::hello).ok());
  for (const Message& message : cut.messages) {
    if (std::holds_alternative<Status>(message) || std::holds_alternative<Reach>(message)) REQUIRE(desk.store(message).ok());
  }
  CHECK(c.ben->store.state().counted == 0);
  const Complete after = c.meet(*c.ben);
  REQUIRE(after.statement.has_value());
  CHECK(after.statement->body.since == 0);
  CHECK(c.ben->store.state().counted == c.ben->store.state().cursor);
}

TEST_CASE("a record whose marking moved has its scope counted whole, and so has one of which a part was erased") {
  Counted c;
  c.keep(*c.ana, note_in(30));
  c.keep(*c.ana, note_in(31, other_file));
  c.meet(*c.ana);
  c.meet(*c.ben);
  c.mark(40, file, numbered(30));
  const std::uint64_t since = c.ben->store.state().counted;
  const ReachContext with = c.reach(*c.ben);
  const Coverage coverage = c.ben->store.coverage();
  Result<HeldByDevice> held = holdings_of(with, coverage, {since, {}});
  REQUIRE(held.ok());
  REQUIRE(held->scopes.size() == 1);
  CHECK(held->scopes[0].whole);

  const Part erased = c.office.find(numbered(31))->change.parts[1];
  c.in_office([&] {
    c.office.put_erasure({{numbered(31), erased.section}, other_file, c.office.last_position() + 1});
    return true;
  });
  held = holdings_of(with, coverage, {since, {}});
  REQUIRE(held.ok());
  REQUIRE(held->scopes.size() == 2);
  CHECK(std::ranges::all_of(held->scopes, &ScopeHoldings::whole));
}

TEST_CASE("what is counted as a scope is filled in is what reading it counts, unless a phase was left out") {
  Counted c;
  c.keep(*c.ana, note_in(30));
  c.meet(*c.ana);
  c.clock.advance(recent_for + std::chrono::days(1));
  c.keep(*c.ana, note_in(31));
  c.keep(*c.ana, note_in(32));
  c.meet(*c.ana);
  c.mark(40, file, numbered(30));
  c.mark(41, file, numbered(32));
  const ReachContext with = c.reach(*c.ben);
  Coverage coverage = c.ben->store.coverage();
  const Result<HeldByDevice> read = holdings_of(with, coverage, {});
  REQUIRE(read.ok());
  for (const Phase left_out : {Phase{}, Phase::safety, Phase::recent, Phase::rest}) {
    LedgerWitness witness(c.office);
    FillCount filled(witness);
    CoverageEntry entry = coverage.at(file);
    entry.backfill = Backfill{Mask(), with.upto, Phase::safety, 0};
    filled.begin(file);
    while (entry.backfill) {
      const Phase phase = entry.backfill->phase;
      const Page page = backfill_page(with, file, entry, PageLimits{2, 1U << 20}, [&](const OfficeChange& held, Seen seen) {
        const bool forgets = phase == left_out && seen;
        filled.add(held, phase, forgets ? std::nullopt : seen);
      });
      advance(entry, page.upto);
    }
    if (left_out != Phase{}) {
      CHECK(filled.all_of(file) == nullptr);
      continue;
    }
    REQUIRE(filled.all_of(file) != nullptr);
    CHECK(filled.all_of(other_file) == nullptr);
    const auto same = [&](const ScopeHoldings& all) {
      const Holdings& parts = filled.all_of(file)->parts;
      return all.scope == file && all.count == parts.count() && all.digest == parts.digest();
    };
    CHECK(std::ranges::count_if(read->scopes, same) == 1);
  }
}

TEST_CASE("a statement that leaves out what no earlier one said is not believed") {
  Counted c;
  c.within(*c.ben, [&](DeviceStore& store) {
    DeviceState state = store.state();
    state.counted = 1;
    store.set_state(state);
  });
  c.keep(*c.ana, note_in(30));
  const Complete says = c.meet(*c.ana);
  REQUIRE(says.statement->body.since > 1);
  const DeviceTrust trust = c.trust(*c.ben);
  DeviceDesk desk(c.ben->store, c.catalogue, trust, c.clock);
  REQUIRE(desk.load(What::hello).ok());
  Complete lazy = says;
  Completeness body = says.statement->body;
  body.device = c.ben->device;
  body.coverage = digest_of(c.ben->store.coverage());
  lazy.statement = sign(body, c.ledger_key);
  const Answer answer = desk.store(lazy);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.fault() == Fault::bad_proof);
  body.since = 1;
  lazy.statement = sign(body, c.ledger_key);
  CHECK(desk.store(lazy).ok());
}

TEST_CASE("law: what statements count adds up to all that is held, whatever was written, marked, moved or cut") {
  SeededRandom random(77);
  for (int world = 0; world < 20; ++world) {
    Counted c;
    std::uint32_t next = 1000;
    std::vector<std::pair<Id, Id>> notes;  // and their cases
    for (int step = 0; step < 25; ++step) {
      const Id scope = random.below(2) == 0 ? file : other_file;
      const auto which = random.below(6);
      if (which < 3 || notes.empty()) {
        notes.emplace_back(numbered(next), scope);
        c.keep(*c.ana, note_in(next++, scope));
      } else if (which == 3) {
        const auto& [note, of] = notes[random.below(notes.size())];
        if (c.office.find(note)) c.mark(next++, of, note);
      } else if (which == 4) {
        c.session(*c.ben, random.below(12));
      } else {
        c.clock.advance(std::chrono::hours(random.below(30)));
      }
      if (random.below(2) == 0) c.meet(*c.ana);
      if (random.below(3) == 0) c.meet(*c.ben);
    }
    c.meet(*c.ana);
    for (Machine* machine : {c.ana, c.ben}) {
      c.meet(*machine);
      const Coverage coverage = machine->store.coverage();
      const Result<HeldByDevice> office = holdings_of(c.reach(*machine), coverage, {});
      REQUIRE(office.ok());
      for (const ScopeHoldings& theirs : office->scopes) {
        const ScopeHoldings ours = holdings_of(machine->store, theirs.scope);
        REQUIRE(ours.count == theirs.count);
        REQUIRE(ours.digest == theirs.digest);
      }
    }
  }
}

TEST_CASE("what comes into a scope from nothing is counted as it would be read, until anything else of it moves") {
  Counted c;
  for (std::uint32_t n = 30; n < 34; ++n) c.keep(*c.ana, note_in(n, n % 2 == 0 ? file : other_file));
  c.meet(*c.ana);
  Machine& cara = c.enrol(12, "chief", unit_four);
  ArrivalCount arrivals;
  std::vector<Page> pages;
  const ReachContext with = c.reach(cara);
  c.within(cara, [&](DeviceStore& store) {
    for (const Reach& reach : moves(with, {})) {
      apply_reach(store, c.withdrawal(cara), reach);
      arrivals.begin(reach.scope);
    }
    for (auto& [scope, entry] : cara.store.coverage()) {
      for (CoverageEntry left = entry; left.backfill;) {
        pages.push_back(backfill_page(with, scope, left, {2, 1U << 20}));
        REQUIRE(apply_page(store, c.withdrawal(cara), *read_page(pages.back()), &arrivals).ok());
        advance(left, pages.back().upto);
      }
    }
  });
  const auto is_as_read = [&](const Id& scope) {
    const Tally* counted = arrivals.all_of(scope);
    const ScopeHoldings read = holdings_of(cara.store, scope);
    return counted != nullptr && counted->parts.count() == read.count && counted->parts.digest() == read.digest;
  };
  CHECK(holdings_of(cara.store, file).count > 4);
  for (const Id& scope : {file, other_file}) CHECK(is_as_read(scope));
  c.within(cara, [&](DeviceStore& store) {
    store.set_coverage(file, c.ben->store.coverage_of(file));
    Page again = pages.back();
    again.scope = Id{};
    REQUIRE(apply_page(store, c.withdrawal(cara), *read_page(again), &arrivals).ok());
  });
  for (const Id& scope : {file, other_file}) CHECK(is_as_read(scope));

  Page erases;
  erases.erased.push_back({numbered(30), 1});
  c.within(cara, [&](DeviceStore& store) {
    REQUIRE(apply_page(store, c.withdrawal(cara), *read_page(erases), &arrivals).ok());
  });
  CHECK(arrivals.all_of(file) == nullptr);
  CHECK(arrivals.all_of(other_file) == nullptr);
}

}  // namespace caseload::sync
