#include "sync/office/judge.h"

#include <algorithm>

#include "sync/office/reach.h"

namespace caseload::sync {
namespace {

using With = Judge::With;

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

Result<void> check_catalogue(const With& with, const Change& change) {
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

Result<void> check_builds_on_held(const With& with, const Change& change) {
  const auto replaces = [](const Write& write) { return !write.replaces.empty(); };
  const auto has_such = [&](const Part& part) { return std::ranges::any_of(part.writes, replaces); };
  if (std::ranges::none_of(change.parts, has_such)) return {};
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
Result<void> check_once(const With& with, const Change& change, const RecordState& before) {
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
Result<void> check_safest(const With& with, const Change& change, const RecordState& before, const Mask& mask,
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

Result<void> check_rights(const With& with, const Change& change, const Mask& mask, const RecordFacts& facts) {
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

}  // namespace

Judge::Judge(const With& with)
    : with_(with), facts_(with.store, with.catalogue, {with.now}), masks_(with.rules) {}

Result<void> Judge::judge(const Change& change) {
  const ChangeHeader& header = change.header;
  if (with_.device.standing != Standing::active || with_.device.twin) return Fault::suspended;
  if (Result<void> known = check_catalogue(with_, change); !known) return known;
  std::optional<OfficeChange> created;
  if (!header.creates()) created = with_.store.find(header.record);
  if (Result<void> placed = check_place(change, created); !placed) return placed;
  if (Result<void> builds = check_builds_on_held(with_, change); !builds) return builds;
  if (!with_.device.is_office) return judge_rights(change, created ? created->change.header.author : header.author);
  if (!is_administrative(header.kind)) return Fault(Fault::not_allowed, "casework by the office's own device");
  return header.creates() ? Result<void>() : check_once(with_, change, facts_.state(header.record));
}

// That the record is where the change says, or is being created where it may be.
Result<void> Judge::check_place(const Change& change, const std::optional<OfficeChange>& created) {
  const ChangeHeader& header = change.header;
  if (!header.creates()) {
    if (created && created->position == 0) return Fault(Fault::held, "its record is held");
    const bool same =
        created && created->change.header.scope == header.scope && created->change.header.kind == header.kind;
    if (!same) return Fault::not_found;
  }
  if (header.scope == header.record) return {};
  const std::optional<OfficeChange>& begun = scope(header.scope).root;
  if (!begun) return Fault(Fault::not_found, "its scope");
  // Late work is judged in its case, also where the case itself is held.
  if (begun->position == 0 && header.kind != kinds::late_work) return Fault(Fault::held, "its scope is held");
  const KindEntry* root = with_.catalogue.find_kind(begun->change.header.kind);
  const KindEntry* kind = with_.catalogue.find_kind(header.kind);
  const bool belongs = root != nullptr && begun->change.header.creates() &&
                       begun->change.header.scope == header.scope && (root->scope == kind->scope);
  return belongs ? Result<void>() : Fault(Fault::bad_change, "a record of another kind of scope");
}

// The record's facts before the change and after it; of a new one there are none before.
Result<void> Judge::judge_rights(const Change& change, const Id& author) {
  const ChangeHeader& header = change.header;
  const Mask& mask = mask_for(change);
  const RecordState before =
      header.creates() ? RecordState(header.record, header.kind) : facts_.state(header.record);
  const RecordFacts after = facts_of(facts_.after(before, change), with_.catalogue, header.scope, author);
  if (Result<void> may = check_rights(with_, change, mask, after); !may) return may;
  if (header.creates()) return {};

  const RecordFacts facts = facts_of(before, with_.catalogue, header.scope, author);
  if (Result<void> may = check_rights(with_, change, mask, facts); !may) return may;
  if (Result<void> once = check_once(with_, change, before); !once) return once;
  return check_safest(with_, change, before, mask, facts);
}

Judge::Scope& Judge::scope(const Id& id) {
  const auto [at, is_new] = scopes_.try_emplace(id);
  if (is_new) at->second.root = with_.store.find(id);
  return at->second;
}

const Mask& Judge::mask_for(const Change& change) {
  const ChangeHeader& header = change.header;
  if (!viewer_) viewer_ = facts_.viewer(with_.device);
  if (header.creates() && header.scope == header.record) return masks_.mask(*viewer_, facts_.scope_to_be(change));
  Scope& known = scope(header.scope);
  if (known.mask == nullptr) known.mask = &masks_.mask(*viewer_, facts_.scope(header.scope));
  return *known.mask;
}

// A case that is held is its unit's once somebody has late work in it.
void Judge::was_put(const ChangeHeader& header) {
  scopes_.erase(header.id);
  if (header.kind >= kinds::worker) viewer_.reset();
  if (moves_reach(header.kind) || header.kind == kinds::late_work) scopes_.clear();
}

}  // namespace caseload::sync
