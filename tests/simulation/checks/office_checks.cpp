#include "tests/simulation/checks/office_checks.h"

#include <algorithm>

namespace caseload::sync {
namespace {

std::string at(std::uint64_t position) { return " at position " + std::to_string(position); }

}  // namespace

void OfficeChecks::look() {
  if (operations_ == office_.store.operations()) return;
  operations_ = office_.store.operations();
  const auto& contents = office_.store.contents();
  for (auto next = contents.by_position.upper_bound(witness_.position); next != contents.by_position.end(); ++next) {
    demand(next->first == witness_.position + 1, "I3", "a gap in the log before" + at(next->first));
    const OfficeChange& accepted = contents.changes.at(next->second);
    demand(accepted.position == next->first, "I3", "a change with two positions," + at(next->first));
    take_accepted(accepted);
    witness_.position = next->first;
  }
  demand(contents.by_position.size() == witness_.position, "I7", "the log became shorter");
  look_at_head();
}

void OfficeChecks::restored() {
  const auto& contents = office_.store.contents();
  witness_.position = contents.by_position.empty() ? 0 : contents.by_position.rbegin()->first;
  witness_.reference.forget_beyond(witness_.position);
  witness_.restores += 1;
  witness_.rules = office_.rules_now();
  witness_.reference.change_rules(rules_variants()[witness_.rules].compiled.rules());
  look();
}

void OfficeChecks::take_accepted(const OfficeChange& accepted) {
  const ChangeHeader& header = accepted.change.header;
  const auto& contents = office_.store.contents();
  const SegmentHeader& segment = contents.segments.at(accepted.segment).header;
  if (segment.device == office_.own_device) witness_.made_by("office", accepted.change);
  const auto made = witness_.made.find(header.id);
  demand(made != witness_.made.end() && made->second.digest == accepted.digest, "I10", "a change nobody made," + at(accepted.position));
  demand(contents.devices.at(segment.device).worker == header.author, "I10", "another author than the device's," + at(accepted.position));
  if (!header.creates()) {
    const auto first = contents.changes.find(header.record);
    const bool before = first != contents.changes.end() && first->second.position != 0 && first->second.position < accepted.position;
    demand(before, "I6", "a change before its record" + at(accepted.position));
  }
  for (const Part& part : accepted.change.parts) {
    for (const Write& write : part.writes) {
      for (const Id& replaced : write.replaces) {
        const auto known = contents.changes.find(replaced);
        const bool later = known != contents.changes.end() && (known->second.position == 0 || known->second.position > accepted.position);
        demand(!later || witness_.restores > 0 || witness_.released.contains(header.id), "I6", "replaced what was not yet accepted," + at(accepted.position));
      }
    }
  }
  const bool judged = segment.device != office_.own_device && !witness_.released.contains(header.id);
  const bool new_scope = header.scope == header.record && header.creates();
  if (judged && !new_scope) demand(had_right(accepted, accepted.change, false), "I10", "accepted without the right to it," + at(accepted.position));
  witness_.reference.accept(accepted.change, accepted.position, accepted.accepted, segment.device);
  if (judged && new_scope) demand(had_right(accepted, accepted.change, true), "I10", "a scope begun without the right to it," + at(accepted.position));
  if (header.kind != kinds::sharing_rules) return;
  witness_.rules = office_.rules_now();
  witness_.reference.change_rules(rules_variants()[witness_.rules].compiled.rules());
}

// Every section written may be written by the author, by the facts as the reference reads them.
bool OfficeChecks::had_right(const OfficeChange& accepted, const Change& change, bool after) const {
  const ChangeHeader& header = change.header;
  const WallTime now = office_.clock.now();
  const ViewerFacts viewer = witness_.reference.viewer(header.author, Standing::active);
  const ScopeFacts scope = witness_.reference.scope(header.scope, now);
  const auto creator = office_.store.contents().changes.find(header.record);
  ObjectFacts object{header.kind, 0, 0, 0, creator != office_.store.contents().changes.end() && creator->second.change.header.author == header.author};
  const auto code_of = [&](FieldNumber field) {
    const Reference::Field known = witness_.reference.field(header.record, field);
    if (!known.values.empty() && known.values.front().type() == ValueType::code) return known.values.front().code();
    return CodeNumber{0};
  };
  const auto written = [&](FieldNumber field) {
    const Part* part = change.find(header::section);
    if (part == nullptr) return CodeNumber{0};
    const auto found = std::ranges::find(part->writes, field, &Write::field);
    return found != part->writes.end() && found->value.type() == ValueType::code ? found->value.code() : CodeNumber{0};
  };
  const bool fresh = header.creates() && !after;
  object.type = fresh ? written(header::type) : code_of(header::type);
  object.marking = fresh ? written(header::marking) : code_of(header::marking);
  const Rules& rules = rules_variants()[witness_.rules].compiled.rules();
  static_cast<void>(accepted);
  return std::ranges::all_of(header.sections, [&](const SectionDigest& section) {
    object.section = section.section;
    return decide(rules, viewer, scope, object).level == Level::write;
  });
}

void OfficeChecks::look_at_head() {
  const std::optional<Signed<TreeHead>>& signed_head = office_.store.contents().head;
  if (!signed_head) return;
  const TreeHead& head = signed_head->body;
  if (head_ && *head_ == head) return;
  demand(root_at(office_.store.nodes(), head.tree.size) == head.tree.digest, "I9", "a head that is not the ledger's");
  if (head_ && head_->restore_epoch == head.restore_epoch) {
    demand(head.tree.size >= head_->tree.size && head.at > head_->at, "I7", "a head that goes back");
    demand(root_at(office_.store.nodes(), head_->tree.size) == head_->tree.digest, "I9", "a head without what an earlier one had");
  }
  demand(!head_ || head.restore_epoch >= head_->restore_epoch, "I7", "a restore epoch that goes back");
  head_ = head;
}

}  // namespace caseload::sync
