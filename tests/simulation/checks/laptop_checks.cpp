#include "tests/simulation/checks/laptop_checks.h"

#include <algorithm>

namespace caseload::sync {
namespace {

using Standings = std::map<FieldKey, std::set<Id>>;

// W \ ⋃ replaces(w), from the changes themselves.
Standings standings_of(const std::vector<const Change*>& changes, const KindEntry& kind) {
  Standings written;
  Standings replaced;
  for (const Change* change : changes) {
    for (const Part& part : change->parts) {
      for (const Write& write : part.writes) {
        const FieldEntry* field = kind.find_field(write.field);
        if (field == nullptr) continue;
        FieldKey key{write.field, field->policy == MergePolicy::set ? write.value : Value()};
        written[key].insert(change->header.id);
        replaced[key].insert(write.replaces.begin(), write.replaces.end());
      }
    }
  }
  for (auto& [key, ids] : written) {
    for (const Id& gone : replaced[key]) ids.erase(gone);
  }
  std::erase_if(written, [](const auto& entry) { return entry.second.empty(); });
  return written;
}

Standings shown_by(const RecordState& state) {
  Standings shown;
  for (const auto& [key, field] : state.fields()) {
    for (const HeldWrite& write : field.standing()) shown[key].insert(write.origin.change);
  }
  return shown;
}

}  // namespace

void LaptopChecks::look() {
  if (operations_ == laptop_.store.operations() || laptop_.gone) return;
  operations_ = laptop_.store.operations();
  demand(!laptop_.store.in_transaction(), "I12", laptop_.identity.name + " left a transaction open");
  look_at_states();
  look_at_bytes();
  look_at_records();
  look_at_numbers();
}

void LaptopChecks::restored() {
  before_.reset();
  operations_ = 0;
}

void LaptopChecks::look_at_states() const {
  const auto& contents = laptop_.store.contents();
  std::map<Id, std::pair<std::uint32_t, std::uint64_t>> waiting;
  for (const auto& [number, segment] : contents.waiting) {
    for (const Id& id : segment.changes) {
      demand(waiting.emplace(id, std::pair(segment.header.epoch, number)).second, "I2", "a change in two segments of " + laptop_.identity.name);
      demand(contents.changes.contains(id), "I12", "a segment without one of its changes on " + laptop_.identity.name);
    }
  }
  for (const auto& [id, stored] : contents.changes) {
    const auto segment = waiting.find(id);
    const bool sent = stored.state == ChangeState::sent;
    demand(sent == (segment != waiting.end()), "I2", "a change is sent and in no segment, or the other way round, on " + laptop_.identity.name);
    demand(!sent || segment->second == std::pair(stored.epoch, stored.number), "I2", "a change of another segment on " + laptop_.identity.name);
    demand((stored.state == ChangeState::accepted) == (stored.position != 0), "I2", "a position without acceptance on " + laptop_.identity.name);
    demand(!stored.change.parts.empty(), "I12", "a change without a part on " + laptop_.identity.name);
  }
}

void LaptopChecks::look_at_bytes() const {
  for (const auto& [id, stored] : laptop_.store.contents().changes) {
    const auto made = witness_.made.find(id);
    demand(made != witness_.made.end(), "I10", laptop_.identity.name + " holds a change that nobody made");
    demand(stored.change.header == made->second.change.header, "I10", laptop_.identity.name + " holds another header than was signed");
    for (const Part& part : stored.change.parts) {
      const Part* original = made->second.change.find(part.section);
      demand(original != nullptr && *original == part, "I10", laptop_.identity.name + " holds another part than was signed");
    }
  }
}

void LaptopChecks::look_at_records() const {
  const auto& contents = laptop_.store.contents();
  std::map<Id, std::vector<const Change*>> by_record;
  for (const auto& [id, stored] : contents.changes) {
    if (!is_out_of_records(stored.state)) by_record[stored.change.header.record].push_back(&stored.change);
  }
  for (const auto& [record, changes] : by_record) {
    const auto shown = contents.records.find(record);
    demand(shown != contents.records.end(), "I12", laptop_.identity.name + " holds changes of a record that it does not show");
    const KindEntry* kind = Catalogue::built_in().find_kind(changes.front()->header.kind);
    const bool same = standings_of(changes, *kind) == shown_by(shown->second.state);
    demand(same, "I11", laptop_.identity.name + " shows a " + kind->name + " otherwise than its changes say");
  }
  demand(by_record.size() == contents.records.size(), "I12", laptop_.identity.name + " shows a record that it does not hold");
}

void LaptopChecks::look_at_numbers() {
  const DeviceState& state = laptop_.store.contents().state;
  const auto restores = [](const DeviceState& s) { return s.ledger.heads.empty() ? 0 : s.ledger.heads.back().body.restore_epoch; };
  if (before_ && before_->device == state.device) {
    const bool restored = restores(state) > restores(*before_);
    demand(restores(state) >= restores(*before_), "I7", laptop_.identity.name + " went back to an earlier restore epoch");
    demand(restored || state.cursor >= before_->cursor, "I7", "the cursor of " + laptop_.identity.name + " went back");
    demand(state.epoch >= before_->epoch && state.purges >= before_->purges, "I7", "a number of " + laptop_.identity.name + " went back");
    demand(state.epoch > before_->epoch || state.next_number >= before_->next_number, "I7", "segments are numbered anew in one epoch");
    demand(state.last_stamp >= before_->last_stamp, "I7", "stamps of " + laptop_.identity.name + " go back");
    if (!restored && !before_->ledger.heads.empty() && !state.ledger.heads.empty()) {
      const bool grew = state.ledger.heads.back().body.tree.size >= before_->ledger.heads.back().body.tree.size;
      demand(grew, "I7", "the ledger that " + laptop_.identity.name + " knows became smaller");
    }
  }
  before_ = state;
}

}  // namespace caseload::sync
