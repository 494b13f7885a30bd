// The law: whatever an office puts into the simulated world's fake and into the stores that offices use, in whatever
// order, with parts and batches taken back and the program dying in between, all hold the same afterwards.
#include <cstdlib>

#include "tests/unit/server/store/subjects.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;

namespace {

// Everything of chance is drawn before both stores hear of it.
template <class Subject>
class Both {
 public:
  explicit Both(std::uint64_t seed) : chance_(seed) {}

  void step() {
    const std::uint64_t which = chance_.below(10);
    if (which == 0) return reopen();
    if (which < 6) return transaction();
    begin_batch();
    for (std::uint64_t parts = chance_.below(5); parts > 0; --parts) transaction();
    end_batch();
  }

  // What is wrong, or nothing: with the store, a reader beside it, and the copy that a backup would be.
  std::string difference() {
    const ServerStore& fake = fake_.store();
    const std::unique_ptr<ServerStore> reader = subject_.store().reader();
    reader->begin();
    const TempFolder folder;
    std::unique_ptr<ServerStore> copy;
    if (reader->copy_to(folder / "copy", test_key(30))) copy = std::move(*open_sqlite_store(folder / "copy", test_key(30)));
    if (!copy && !std::is_same_v<Subject, InMemory>) return "no copy";
    for (const ServerStore* store : {static_cast<const ServerStore*>(&subject_.store()),
                                     static_cast<const ServerStore*>(reader.get()),
                                     static_cast<const ServerStore*>(copy.get())}) {
      if (store == nullptr) continue;
      if (const std::string wrong = of_the_log(*store, fake); !wrong.empty()) return wrong;
      if (const std::string wrong = of_the_rest(*store, fake); !wrong.empty()) return wrong;
    }
    reader->rollback();
    return {};
  }

 private:
  static constexpr std::uint32_t scopes = 5, devices = 4, records = 200;

  std::string of_the_log(const ServerStore& store, const ServerStore& fake) {
    if (store.last_position() != fake.last_position()) return "last position";
    for (std::uint32_t n = 1; n <= records; ++n) {
      const auto here = store.find(numbered(n));
      const auto there = fake.find(numbered(n));
      if (here.has_value() != there.has_value() || (here && all_of(*here) != all_of(*there)))
        return "a change";
      if (all_of(store.changes_of_record(numbered(n))) != all_of(fake.changes_of_record(numbered(n))))
        return "a record";
      if (all_of(store.held_of_record(numbered(n))) != all_of(fake.held_of_record(numbered(n))))
        return "held";
    }
    if (store.last_erasure() != fake.last_erasure()) return "the last erasure";
    if (store.held() != fake.held() || store.scopes() != fake.scopes()) return "held, scopes";
    for (std::uint32_t s = 0; s < scopes; ++s) {
      for (std::uint32_t n = 0; n < 40; ++n) {
        if (store.has_written(numbered(n), scope(s)) != fake.has_written(numbered(n), scope(s))) return "authors";
      }
      for (const KindNumber kind : {kinds::note, kinds::risk}) {
        if (store.records_of(scope(s), kind) != fake.records_of(scope(s), kind)) return "creations";
      }
    }
    for (int round = 0; round < 20; ++round) {
      std::vector<Id> wanted;
      for (std::uint64_t i = chance_.below(6); i > 0; --i)
        wanted.push_back(scope(static_cast<std::uint32_t>(chance_.below(scopes + 1))));
      for (std::uint64_t i = chance_.below(3) * 50; i > 0; --i)
        wanted.push_back(numbered(80'000 + static_cast<std::uint32_t>(i)));
      const sync::OfficeStore::Stretch stretch{chance_.below(60), chance_.below(80), chance_.below(40)};
      if (all_of(store.changes_of_scopes(wanted, stretch)) != all_of(fake.changes_of_scopes(wanted, stretch)))
        return "a stretch";
      if (all_of(store.erasures_of_scopes(wanted, stretch)) !=
          all_of(fake.erasures_of_scopes(wanted, stretch)))
        return "erasures";
      if (store.names(stretch) != fake.names(stretch)) return "names";
    }
    return {};
  }

  std::string of_the_rest(const ServerStore& store, const ServerStore& fake) {
    if (store.ledger_size() != fake.ledger_size() || store.backed_up() != fake.backed_up()) return "sizes";
    for (std::uint64_t size = 0; size <= fake.ledger_size(); ++size) {
      if (size > 0 && root_at(store.nodes(), size) != root_at(fake.nodes(), size)) return "a root";
      if (size > 0 && store.acceptance(size - 1) != fake.acceptance(size - 1)) return "an acceptance";
      if (store.leaf_of(acceptance_at(size)) != fake.leaf_of(acceptance_at(size))) return "a leaf";
    }
    if (store.devices() != fake.devices()) return "devices";
    for (std::uint32_t n = 0; n < devices; ++n) {
      if (store.find_device(device(n)) != fake.find_device(device(n))) return "a device";
      if (store.coverage(device(n)) != fake.coverage(device(n))) return "a coverage";
      if (store.look(device(n)) != fake.look(device(n))) return "a look";
      if (all_of(store.custody(device(n))) != all_of(fake.custody(device(n)))) return "custody";
      for (std::uint64_t number = 0; number < 12; ++number) {
        const auto here = store.segment_by_number(device(n), 1, number);
        if (here != fake.segment_by_number(device(n), 1, number)) return "a segment's number";
        if (here && store.find_segment(*here)->changes != fake.find_segment(*here)->changes)
          return "a segment";
      }
    }
    for (std::uint32_t s = 0; s < scopes; ++s) {
      if (all_of(store.holders_of(scope(s))) != all_of(fake.holders_of(scope(s)))) return "holders";
    }
    if (store.values("") != fake.values("")) return "names";
    for (const std::string& name : fake.values("")) {
      if (store.value(name) != fake.value(name)) return "a value";
    }
    return {};
  }

  template <class Act>
  void on_both(Act act) {
    act(fake_.store());
    act(subject_.store());
  }
  void reopen() {
    if (chance_.chance(1, 2)) {  // in the middle of something
      on_both([](ServerStore& s) { s.begin_batch(); });
      transaction();
    }
    fake_.store().rollback_batch();
    fake_.reopen();
    subject_.reopen();
  }
  void begin_batch() {
    on_both([](ServerStore& s) { s.begin_batch(); });
  }
  void end_batch() {
    const bool gives_up = chance_.chance(1, 5);
    on_both([&](ServerStore& s) { gives_up ? s.rollback_batch() : s.commit_batch(); });
  }
  void transaction() {
    on_both([](ServerStore& s) { s.begin(); });
    for (std::uint64_t acts = chance_.below(12); acts > 0; --acts) {
      if (chance_.chance(1, 3)) ask_something();
      else write_something();
    }
    const bool gives_up = chance_.chance(1, 5);
    on_both([&](ServerStore& s) { gives_up ? s.rollback() : s.commit(); });
  }

  static Id scope(std::uint32_t n) { return numbered(90'000 + n); }
  static Id device(std::uint32_t n) { return numbered(70'000 + n); }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(chance_.below(n)); }

  void write_something() {
    const std::uint64_t which = chance_.below(9);
    if (which < 3) return write_change();
    const ServerStore& fake = fake_.store();
    const Id of = device(below(devices));
    const Id in = scope(below(scopes));
    const std::uint64_t some = 1 + chance_.below(9);
    const bool yes = chance_.chance(1, 2);
    if (which == 3)
      on_both([&](ServerStore& s) { s.put_erasure({{numbered(below_fixed(some)), 1}, in, some * 7}); });
    if (which == 4) on_both([&](ServerStore& s) { s.put_segment(segment_of(of, 1, some)); });
    if (which == 5) {
      const sync::Acceptance next = acceptance_at(fake.ledger_size());
      on_both([&](ServerStore& s) { s.append_acceptance(next); });
    }
    if (which == 6) {
      sync::OfficeDevice known = fake.find_device(of).value_or(sync::OfficeDevice{});
      known.device = of;
      known.next_number += some;
      sync::Coverage coverage = fake.coverage(of);
      if (yes) coverage[in] = {};
      on_both([&](ServerStore& s) {
        s.put_device(known);
        s.put_coverage(of, coverage);
        s.put_look(of, sync::Look{{}, yes, false, false, some, {}, {}, {}});
      });
    }
    if (which == 7 && yes)
      on_both([&](ServerStore& s) {
        s.put_custody({of, in, minute(static_cast<std::int64_t>(some)), some > 4});
      });
    if (which == 7 && !yes) on_both([&](ServerStore& s) { s.erase_custody(of, in); });
    if (which == 8) {
      const std::optional<Bytes> value = yes ? std::optional(Bytes(some, 7)) : std::nullopt;
      on_both([&](ServerStore& s) { s.set_value(std::string(some % 5, 'n'), value); });
    }
  }
  static std::uint32_t below_fixed(std::uint64_t some) { return static_cast<std::uint32_t>(some); }

  // As the engine does, so that what a store keeps in memory is there when the next write makes it another.
  void ask_something() {
    const ServerStore& fake = fake_.store();
    const ServerStore& store = subject_.store();
    std::vector<Id> changes, asked, scopes_asked;
    for (std::uint32_t i = below(30); i > 0; --i) changes.push_back(numbered(1 + below(records)));
    for (std::uint32_t i = below(20); i > 0; --i) asked.push_back(numbered(1 + below(records)));
    for (std::uint32_t i = below(scopes); i > 0; --i) scopes_asked.push_back(scope(i));
    const sync::OfficeStore::Stretch stretch{chance_.below(40), chance_.below(80), chance_.below(60)};
    if (chance_.chance(1, 2)) store.foresee(changes, asked);
    const std::vector<sync::OfficeChange> found = store.changes_of_scopes(scopes_asked, stretch);
    REQUIRE(all_of(found) == all_of(fake.changes_of_scopes(scopes_asked, stretch)));
    for (const sync::OfficeChange& one : found) asked.push_back(one.change.header.record);
    const std::uint64_t upto = chance_.below(asked.size() + 1);
    for (std::uint64_t i = 0; i < upto; ++i)
      REQUIRE(all_of(store.changes_of_record(asked[i])) == all_of(fake.changes_of_record(asked[i])));
    for (const Id& record : asked)
      REQUIRE(all_of(store.held_of_record(record)) == all_of(fake.held_of_record(record)));
    for (const Id& change : changes) {
      const auto here = store.find(change);
      const auto there = fake.find(change);
      REQUIRE(here.has_value() == there.has_value());
      REQUIRE((!here || all_of(*here) == all_of(*there)));
    }
    const Id in = scope(below(scopes));
    REQUIRE(store.records_of(in, kinds::note) == fake.records_of(in, kinds::note));
    const Id author = numbered(below(40));
    REQUIRE(store.has_written(author, in) == fake.has_written(author, in));
    REQUIRE(all_of(store.custody(device(0))) == all_of(fake.custody(device(0))));
    REQUIRE(store.coverage(device(1)) == fake.coverage(device(1)));
    REQUIRE(store.find_device(device(1)) == fake.find_device(device(1)));
  }

  // A new change, accepted or late; or one that is there: late work is released, an accepted one loses a part.
  void write_change() {
    const ServerStore& fake = fake_.store();
    const std::uint32_t n = 1 + below(records);
    const std::uint64_t next = fake.last_position() + 1;
    const std::optional<sync::OfficeChange> known = fake.find(numbered(n));
    sync::OfficeChange held;
    if (known) {
      held = *known;
      if (known->position == 0 && chance_.chance(1, 2))
        held = held_at(draft_of(known->change), next);
      else
        static_cast<void>(erase_part(held.change, 2));
    } else {
      sync::test::Draft draft = note(n, scope(below(scopes)));
      if (chance_.chance(1, 4)) draft.of(kinds::risk);
      if (chance_.chance(1, 3)) draft.on(numbered(1 + below(records)));
      held = held_at(draft, chance_.chance(1, 4) ? 0 : next);
    }
    on_both([&](ServerStore& s) { s.put(held); });
  }
  static sync::test::Draft draft_of(const sync::Change& change) {
    sync::test::Draft draft;
    draft.id = change.header.id;
    draft.record = change.header.record;
    draft.scope = change.header.scope;
    draft.kind = change.header.kind;
    draft.parts = change.parts;
    for (sync::Part& part : draft.parts) part.salt = {};
    return draft;
  }

  SeededRandom chance_;
  InMemory fake_;
  Subject subject_;
};

std::uint64_t runs() {
  const char* wanted = std::getenv("CASELOAD_LAW_RUNS");
#ifdef CASELOAD_TEST_POSTGRES
  constexpr std::uint64_t usual = 2;  // each of its commits waits for the disk
#else
  constexpr std::uint64_t usual = 8;
#endif
  return wanted == nullptr ? usual : std::strtoull(wanted, nullptr, 10);
}

}  // namespace

TEST_CASE_TEMPLATE("whatever an office does, its store holds what the fake holds", Subject, EVERY_DATABASE) {
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    CAPTURE(seed);
    Both<Subject> both(seed);
    for (int step = 0; step < 60; ++step) {
      CAPTURE(step);
      both.step();
      if (step % 5 != 4) continue;
      const std::string different = both.difference();
      REQUIRE_MESSAGE(different.empty(), different);
    }
  }
}
