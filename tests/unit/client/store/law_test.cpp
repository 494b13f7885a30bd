// The law: whatever the engine does to the simulated world's fake and to the store people use, in whatever order, both
// hold the same afterwards.
#include <cstdlib>
#include <set>

#include "client/store/rebuild.h"
#include "sync/ledger/acceptance.h"
#include "sync/sharing/compiled_rules.h"
#include "sync/sharing/default_rules.h"
#include "sync/sharing/rules_text.h"
#include "tests/simulation/keys.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using sync::ChangeState;
using sync::DeviceStore;

namespace {

// One device and an office that says whatever it likes. Everything of chance is drawn before both stores hear of it.
class Both {
 public:
  explicit Both(std::uint64_t seed) : ours_(seed), theirs_(seed + 1'000), chance_(seed + 2'000) {
    for (int i = 0; i < 3; ++i) scopes_.push_back(ours_.id());
    rules_ = std::make_unique<sync::Rules>(*sync::parse_rules(sync::default_rules_text(), catalogue()));
    sync::DeviceState state;
    state.device = ours_.device;
    state.worker = ours_.worker;
    state.log = ours_.id();
    within(fake_, [&](DeviceStore& store) { store.set_state(state); });
    within(*disk_, [&](DeviceStore& store) { store.set_state(state); });
  }

  void step() {
    const std::uint64_t which = chance_.below(16);
    if (which < 4) write_ours();
    else if (which < 7) page();
    else if (which < 9) act([&](DeviceStore& s) { cut_segments(s, {*key_, 4}); });
    else if (which == 9) receipt();
    else if (which == 10) reach();
    else if (which == 11) record_reach();
    else if (which == 12) repair_one();
    else if (which == 13) new_epoch();
    else if (which == 14) seals_and_receipts();
    else disk_.open();
  }

  // What is wrong, or nothing.
  std::string difference() {
    const sync::MemoryDeviceStore::Contents& all = fake_.contents();
    if (all_of(disk_->state()) != all_of(all.state)) return "state";
    for (const auto& [id, stored] : all.changes) {
      const std::optional<sync::StoredChange> found = disk_->find(id);
      if (!found || all_of(*found) != all_of(stored)) return "a change";
    }
    for (const Id& id : seen_) {
      if (disk_->find(id).has_value() != all.changes.contains(id)) return "a change that went";
      if (all_of(disk_->changes_of_record(id)) != all_of(fake_.changes_of_record(id))) return "the changes of a record";
      if (disk_->find_record(id) != fake_.find_record(id)) return "a record's row";
      if (disk_->record(id) != fake_.record(id)) return "a record";
      for (SectionNumber section = 0; section < 6; ++section) {
        if (disk_->is_erased({id, section}) != fake_.is_erased({id, section})) return "an erased part";
      }
    }
    for (const Id& scope : scopes_) {
      if (disk_->records_of_scope(scope) != fake_.records_of_scope(scope)) return "the records of a scope";
    }
    if (disk_->scopes() != fake_.scopes()) return "scopes";
    if (disk_->records_of_kind(kinds::note) != fake_.records_of_kind(kinds::note)) return "the records of a kind";
    if (disk_->uncovered_scopes() != fake_.uncovered_scopes()) return "scopes that are not covered";
    if (disk_->coverage() != fake_.coverage()) return "coverage";
    disk_->begin();
    const bool same_digest = disk_->coverage_digest() == digest_of(fake_.coverage());
    if (chance_.chance(1, 2)) disk_->commit();
    else disk_->rollback();
    if (!same_digest) return "the digest of the coverage";
    if (disk_->unsent() != fake_.unsent() || disk_->late() != fake_.late()) return "the outbox";
    if (all_of(disk_->accepted_from_leaf(leaf_ / 2)) != all_of(fake_.accepted_from_leaf(leaf_ / 2))) return "leaves";
    const std::uint64_t after = leaf_ / 3;
    if (all_of(disk_->accepted_after(after, 3)) != all_of(fake_.accepted_after(after, 3))) return "positions";
    return small_tables();
  }

  StoreOnDisk& disk() { return disk_; }

 private:
  std::string small_tables() {
    const std::vector<sync::WaitingSegment> here = disk_->waiting();
    const std::vector<sync::WaitingSegment> there = fake_.waiting();
    if (!std::ranges::equal(here, there, {}, [](auto& w) { return all_of(w); }, [](auto& w) { return all_of(w); })) return "waiting";
    std::vector<std::pair<Id, Bytes>> sealed;
    for (const auto& [id, copy] : fake_.contents().sealed) sealed.emplace_back(id, copy.bytes);
    if (disk_->sealed() != sealed) return "sealed";
    if (disk_->purge_receipts() != fake_.purge_receipts()) return "purge receipts";
    return {};
  }

  template <class Act>
  void act(Act act) {
    const bool gives_up = chance_.chance(1, 10);
    for (DeviceStore* store : {static_cast<DeviceStore*>(&fake_), static_cast<DeviceStore*>(&*disk_)}) {
      store->begin();
      act(*store);
      if (gives_up) store->rollback();
      else store->commit();
    }
  }

  Id some_scope() { return scopes_[chance_.below(scopes_.size())]; }

  sync::Change something(Pen& pen, const Id& scope) {
    static constexpr KindNumber some[] = {kinds::note, kinds::person, kinds::risk, kinds::document};
    const std::vector<sync::RecordRow> rows = fake_.records_of_scope(scope);
    const auto fields = [&](KindNumber number, bool begins) {
      std::vector<sync::FieldWrite> writes;
      const KindEntry& kind = *catalogue().find_kind(number);
      while (writes.empty()) {
        for (const FieldEntry& field : kind.fields) {
          if (!chance_.chance(1, begins ? 3 : 6)) continue;
          if (field.type == ValueType::text) writes.push_back({field.number, Value::of_text("said " + std::to_string(chance_.below(5)))});
          if (field.type == ValueType::code) writes.push_back({field.number, Value::of_code(static_cast<CodeNumber>(1 + chance_.below(3)))});
          const WallTime moment = from_milliseconds(static_cast<std::int64_t>(chance_.below(1'000'000)));
          if (field.type == ValueType::moment) writes.push_back({field.number, Value::of_moment(moment)});
          if (field.type == ValueType::boolean) writes.push_back({field.number, Value::of_boolean(chance_.chance(1, 2))});
        }
      }
      return writes;
    };
    sync::Change change;
    if (!rows.empty() && chance_.chance(1, 2)) {
      const sync::RecordRow& row = rows[chance_.below(rows.size())];
      change = pen.edit(fake_, row.record, fields(row.kind, false));
    } else {
      const KindNumber kind = some[chance_.below(std::size(some))];
      change = pen.begin(kind, scope, fields(kind, true));
    }
    seen_.insert(change.header.id);
    seen_.insert(change.header.record);
    return change;
  }

  void write_ours() {
    const sync::Change change = something(ours_, some_scope());
    act([&](DeviceStore& s) { keep(s, catalogue(), change); });
  }

  sync::Change in_part(const sync::Change& change) {
    std::vector<SectionNumber> sections;
    for (const sync::SectionDigest& section : change.header.sections) {
      if (sections.empty() || chance_.chance(1, 2)) sections.push_back(section.section);
    }
    return *project(change, sections);
  }

  // New changes of others, old ones with perhaps other parts, our own, and parts that the law erases.
  void page() {
    sync::Page page;
    page.upto = position_ + 10;
    for (std::uint64_t segments = 1 + chance_.below(3); segments > 0; --segments) {
      sync::PageSegment carried;
      carried.segment.device = theirs_.device;
      carried.segment.epoch = 1;
      carried.segment.number = ++number_;
      carried.leaf = ++leaf_;
      const std::uint64_t count = 1 + chance_.below(4);
      carried.acceptance.accepted = sync::ChangeBits::first(count);
      carried.acceptance.first_position = position_ + 1;
      carried.acceptance.accepted_at = from_milliseconds(1'800'000'000'000 + static_cast<std::int64_t>(leaf_));
      position_ += count;
      for (std::uint16_t i = 0; i < count; ++i) {
        const bool again = !whole_.empty() && chance_.chance(1, 4);
        const sync::Change change = again ? whole_[chance_.below(whole_.size())] : something(theirs_, some_scope());
        if (!again) whole_.push_back(change);
        carried.indexes.push_back(i);
        carried.changes.push_back(pack(chance_.chance(1, 2) ? change : in_part(change)));
      }
      page.segments.push_back(carried);
    }
    if (!whole_.empty() && chance_.chance(1, 3)) {
      const sync::Change& change = whole_[chance_.below(whole_.size())];
      page.erased.push_back({change.header.id, change.header.sections.front().section});
    }
    if (chance_.chance(1, 8)) {
      page.scope = some_scope();
      if (!fake_.coverage().contains(page.scope) || !fake_.coverage().at(page.scope).backfill) page.scope = {};
    }
    act([&](DeviceStore& s) { REQUIRE(apply_page(s, withdrawal(), *read_page(page)).ok()); });
  }

  void receipt() {
    const std::vector<sync::WaitingSegment> waiting = fake_.waiting();
    if (waiting.empty()) return;
    const sync::WaitingSegment& segment = waiting[chance_.below(waiting.size())];
    sync::Receipt receipt;
    receipt.segment = {segment.header.device, segment.header.epoch, segment.header.number, {}, static_cast<std::uint32_t>(segment.changes.size())};
    receipt.first_position = position_ + 1;
    receipt.accepted_at = from_milliseconds(1'800'000'000'000);
    for (std::uint32_t i = 0; i < receipt.segment.count; ++i) {
      if (chance_.chance(3, 4)) receipt.accepted.add(i);
      else if (chance_.chance(1, 2)) receipt.late.add(i);
      else receipt.known.push_back({i, ++position_ + 500, from_milliseconds(1'700'000'000'000)});
    }
    position_ += receipt.accepted.count() + 600;
    ++leaf_;
    act([&](DeviceStore& s) { apply_receipt(s, catalogue(), receipt, leaf_); });
  }

  sync::Withdrawal withdrawal() const { return {catalogue(), seal_, *key_, from_milliseconds(1'900'000'000'000)}; }

  std::optional<sync::Mask> some_mask() {
    sync::ViewerFacts viewer;
    viewer.worker = ours_.worker;
    viewer.memberships = {{scopes_[0], chance_.chance(1, 2) ? "caseworker" : "manager"}};
    sync::ScopeFacts facts;
    facts.scope = scopes_[1];
    facts.unit = chance_.chance(1, 2) ? scopes_[0] : scopes_[2];
    if (chance_.chance(1, 2)) facts.assignments = {{viewer.worker, AssignmentRole::lead}};
    if (chance_.chance(1, 4)) return std::nullopt;
    return sync::CompiledRules(*rules_).mask(viewer, facts);
  }

  void reach() {
    sync::Reach reach{some_scope(), some_mask(), std::nullopt};
    if (reach.mask && chance_.chance(1, 2)) reach.backfill = sync::Backfill{{}, position_, sync::Phase::safety, 0};
    act([&](DeviceStore& s) { apply_reach(s, withdrawal(), reach); });
  }

  void record_reach() {
    if (seen_.empty()) return;
    auto at = seen_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(chance_.below(seen_.size())));
    sync::RecordReach reach{*at, {}};
    for (SectionNumber section = 0; section < 6; ++section) {
      if (chance_.chance(1, 2)) reach.sections.push_back(section);
    }
    act([&](DeviceStore& s) { apply_record_reach(s, withdrawal(), reach); });
  }

  void repair_one() {
    const Id scope = some_scope();
    if (!fake_.coverage_of(scope)) return;
    act([&](DeviceStore& s) { repair(s, withdrawal(), scope); });
  }

  void new_epoch() {
    if (chance_.chance(1, 3)) {
      const std::uint64_t kept = leaf_ - chance_.below(1 + leaf_ / 2);
      act([&](DeviceStore& s) { forget_leaves_from(s, catalogue(), kept); });
    } else {
      const auto epoch = static_cast<std::uint32_t>(1 + chance_.below(5));
      act([&](DeviceStore& s) { adopt_epoch(s, epoch); });
    }
  }

  void seals_and_receipts() {
    const std::uint64_t upto = chance_.below(position_ + 1);
    const std::uint64_t number = chance_.below(3);
    act([&](DeviceStore& s) {
      if (number == 0) s.drop_sealed_upto(upto);
      else if (number == 1) s.pin_sealed_beyond(upto);
      else s.erase_purge_receipts_upto(s.state().purges / 2);
    });
  }

  Pen ours_;
  Pen theirs_;
  SeededRandom chance_;
  std::vector<Id> scopes_;
  std::set<Id> seen_;                // changes and records that were ever written
  std::vector<sync::Change> whole_;  // of others, as they wrote them
  std::uint64_t position_ = 0;
  std::uint64_t leaf_ = 0;
  std::uint64_t number_ = 0;
  std::unique_ptr<sync::Rules> rules_;
  std::unique_ptr<Signer> key_ = sync::make_signer(1, false);
  sync::SealForRecovery seal_ = [](const sync::Change& change) { return pack(change); };
  sync::MemoryDeviceStore fake_{sync::DeviceState{}};
  StoreOnDisk disk_;
};

std::uint64_t runs() {
  const char* wanted = std::getenv("CASELOAD_LAW_RUNS");
  return wanted == nullptr ? 12 : std::strtoull(wanted, nullptr, 10);
}

}  // namespace

TEST_CASE("whatever the engine does, the store on disk holds what the fake holds") {
  for (std::uint64_t seed = 1; seed <= runs(); ++seed) {
    CAPTURE(seed);
    Both both(seed);
    for (int step = 0; step < 60; ++step) {
      CAPTURE(step);
      both.step();
      const std::string different = both.difference();
      REQUIRE_MESSAGE(different.empty(), different);
    }
    const RebuildReport report = check_records(*both.disk());
    CHECK(report.records > 0);
    CHECK(report.different == 0);
    CHECK(both.disk()->log().count_sum() == both.disk()->log().sum());
    CHECK(both.disk().database().check().ok());
  }
}
