#include "sync/office/judge.h"

#include <algorithm>

namespace caseload::sync {
namespace {

// A field has one value in one change; several writes of it are elements of a set. And no change settles its own write.
Result<void> check_once_written(const Part& part, const Write& write, const FieldEntry& field, const Id& change) {
  const auto same = [&](const Write& other) { return other.field == write.field; };
  if (field.policy != MergePolicy::set && std::ranges::count_if(part.writes, same) > 1) {
    return Fault(Fault::bad_change, "a field twice in one change");
  }
  if (std::ranges::binary_search(write.replaces, change))
    return Fault(Fault::bad_change, "a write that replaces itself");
  return {};
}

Result<void> check_catalogue(const Judging& with, const Change& change) {
  const KindEntry* kind = with.catalogue.find_kind(change.header.kind);
  if (kind == nullptr) return Fault::unknown_kind;
  for (const Part& part : change.parts) {
    for (const Write& write : part.writes) {
      const FieldEntry* field = kind->find_field(write.field);
      if (field == nullptr) return Fault::unknown_field;
      if (field->section != part.section) return Fault::wrong_section;
      if (write.out && field->policy != MergePolicy::set)
        return Fault(Fault::bad_change, "only elements of a set leave it");
      if (Result<void> once = check_once_written(part, write, *field, change.header.id); !once) return once;
      if (write.value.is_none()) continue;
      if (Result<void> checked = with.catalogue.check(*kind, *field, write.value); !checked) return checked;
    }
  }
  return {};
}

// That the record is where the change says, or is being created where it may be.
Result<void> check_place(const Judging& with, const Change& change) {
  const ChangeHeader& header = change.header;
  const std::optional<OfficeChange> created = with.store.find(header.record);
  if (!header.creates()) {
    if (created && created->position == 0) return Fault(Fault::held, "its record is held");
    const bool same =
        created && created->change.header.scope == header.scope && created->change.header.kind == header.kind;
    if (!same) return Fault::not_found;
  }
  if (header.scope == header.record) return {};
  const std::optional<OfficeChange> scope = with.store.find(header.scope);
  if (!scope) return Fault(Fault::not_found, "its scope");
  // Late work is judged in its case, also where the case itself is held.
  if (scope->position == 0 && header.kind != kinds::late_work) return Fault(Fault::held, "its scope is held");
  const KindEntry* root = with.catalogue.find_kind(scope->change.header.kind);
  const KindEntry* kind = with.catalogue.find_kind(header.kind);
  const bool belongs = root != nullptr && scope->change.header.creates() &&
                       scope->change.header.scope == header.scope && (root->scope == kind->scope);
  return belongs ? Result<void>() : Fault(Fault::bad_change, "a record of another kind of scope");
}

Result<void> check_builds_on_held(const Judging& with, const Change& change) {
  const std::vector<OfficeChange> held = with.store.held_of_record(change.header.record);
  if (held.empty()) return {};
  for (const Part& part : change.parts) {
    for (const Write& write : part.writes) {
      const bool on_held = std::ranges::any_of(held, [&](const OfficeChange& h) {
        return h.held_for != Fault::declined && std::ranges::binary_search(write.replaces, h.change.header.id);
      });
      if (on_held) return Fault(Fault::held, "it replaces something held");
    }
  }
  return {};
}

bool writes_field(const Part& part, FieldNumber field) {
  return std::ranges::any_of(part.writes, [&](const Write& write) { return write.field == field; });
}

// A further write to a field that is written once.
Result<void> check_once(const Judging& with, const Change& change, const RecordState& before) {
  const KindEntry* kind = with.catalogue.find_kind(change.header.kind);
  for (const FieldEntry& field : kind->fields) {
    if (field.policy != MergePolicy::once) continue;
    const Part* part = change.find(field.section);
    if (part == nullptr || !writes_field(*part, field.number)) continue;
    if (!before.view(with.catalogue, field.number).standing.empty()) return Fault(Fault::already_there, field.name);
  }
  return {};
}

// A write that settles a conflict of protection in favour of less of it, by somebody who may not decide that.
Result<void> check_safest(const Judging& with, const Change& change, const RecordState& before, const Mask& mask,
                          const RecordFacts& facts) {
  const KindEntry* kind = with.catalogue.find_kind(change.header.kind);
  for (const Part& part : change.parts) {
    const bool may_decide =
        mask.look_up({facts.kind, part.section, facts.type, facts.marking, facts.author == with.device.worker})
            .may_decide;
    for (const Write& write : part.writes) {
      const FieldEntry* field = kind->find_field(write.field);
      if (may_decide || field->policy != MergePolicy::safest) continue;
      const FieldView view = before.view(with.catalogue, write.field);
      if (!view.open) continue;
      const auto protects = [&](const Value& value) {
        return value.type() == ValueType::code ? with.catalogue.severity(field->code_list, value.code())
                                               : static_cast<std::uint8_t>(value == Value::of_boolean(true) ? 1 : 0);
      };
      for (const HeldWrite& standing : view.standing) {
        const bool replaced = std::ranges::binary_search(write.replaces, standing.origin.change);
        if (replaced && protects(standing.value) > protects(write.value)) return Fault(Fault::not_allowed, field->name);
      }
    }
  }
  return {};
}

Result<void> check_rights(const Judging& with, const Change& change, const Mask& mask, const RecordFacts& facts) {
  for (const Part& part : change.parts) {
    const ObjectFacts object{facts.kind, part.section, facts.type, facts.marking, facts.author == with.device.worker};
    if (mask.look_up(object).level != Level::write) return Fault::not_allowed;
  }
  return {};
}

// The office's own device writes the directory, rules, late work and handovers; casework is for people. Nobody's rules
// give or take that.
bool is_administrative(KindNumber kind) {
  return kind >= kinds::worker || kind == kinds::late_work || kind == kinds::handover;
}

Result<void> judge_office(const Judging& with, const Change& change) {
  if (!is_administrative(change.header.kind)) return Fault(Fault::not_allowed, "casework by the office's own device");
  if (change.header.creates()) return {};
  return check_once(with, change, OfficeFacts(with.store, with.catalogue, {with.now}).state(change.header.record));
}

}  // namespace

Result<void> judge(const Judging& with, const Change& change) {
  if (with.device.standing != Standing::active || with.device.twin) return Fault::suspended;
  if (Result<void> known = check_catalogue(with, change); !known) return known;
  if (Result<void> placed = check_place(with, change); !placed) return placed;
  if (Result<void> builds = check_builds_on_held(with, change); !builds) return builds;
  if (with.device.is_office) return judge_office(with, change);

  const OfficeFacts facts(with.store, with.catalogue, {with.now});
  const bool new_scope = change.header.creates() && change.header.scope == change.header.record;
  const ScopeFacts scope = new_scope ? facts.scope_to_be(change) : facts.scope(change.header.scope);
  const Mask mask = with.masks.mask(facts.viewer(with.device), scope);
  const RecordFacts after = facts.after(change);
  if (Result<void> may = check_rights(with, change, mask, after); !may) return may;
  if (change.header.creates()) return {};

  const std::optional<RecordFacts> before = facts.record(change.header.record);
  CHECK(before.has_value(), "check_place found the record");
  if (Result<void> may = check_rights(with, change, mask, *before); !may) return may;
  const RecordState state = facts.state(change.header.record);
  if (Result<void> once = check_once(with, change, state); !once) return once;
  return check_safest(with, change, state, mask, *before);
}

}  // namespace caseload::sync
