#include "client/casework/act.h"

#include <algorithm>
#include <map>

#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "common/practice/completeness.h"
#include "common/record/kinds.h"
#include "common/record/names.h"
#include "sync/device/outbox.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

using sync::FieldKey;
using sync::ObjectFacts;
using sync::RecordState;

// An act with what the store knows of its record.
struct Placed {
  const KindEntry* kind = nullptr;
  Id scope;  // none: the case it begins
  std::optional<sync::RecordRow> row;
  RecordState before;
};

Result<void> check_scope(const Workplace& place, const KindEntry& kind, const Id& scope) {
  const std::optional<sync::RecordRow> root = place.store.find_record(scope);
  if (!root) return Fault(why_not_here(place, scope).code(), "its case");
  const KindEntry* root_kind = place.catalogue().find_kind(root->kind);
  // The office's scope begins with its own device, beside others; no other scope holds two of what begins it.
  const bool begins_one = kind.number == root->kind && kind.scope != ScopeType::office;
  const bool keeps = root_kind != nullptr && root->scope == scope && root_kind->scope == kind.scope && !begins_one;
  return keeps ? Result<void>() : Fault(Fault::bad_value, "a " + kind.name + " is not kept there");
}

Result<Placed> place_of(const Workplace& place, const Act& act) {
  Placed placed;
  if (!act.record.is_none()) {
    placed.row = place.store.find_record(act.record);
    if (!placed.row) return why_not_here(place, act.record);
    placed.before = place.store.record(act.record);
    placed.scope = placed.row->scope;
  }
  placed.kind = place.catalogue().find_kind(placed.row ? placed.row->kind : act.kind);
  if (placed.kind == nullptr) return Fault::unknown_kind;
  if (placed.row) return placed;
  placed.scope = act.scope;
  const bool begins = act.scope.is_none() && act.kind == kinds::case_file;
  if (act.scope.is_none() && !begins) return Fault(Fault::required, "the case that it belongs to");
  if (begins) return placed;
  if (Result<void> kept = check_scope(place, *placed.kind, act.scope); !kept) return kept.fault();
  return placed;
}

// A record of the directory may be one that this device is not shown; whatever belongs to cases must be here.
Result<void> check_reference(const Workplace& place, const FieldEntry& field, const Id& to, const std::string& name) {
  const std::optional<sync::RecordRow> row = place.store.find_record(to);
  if (to.is_none() || (!row && field.refers_to < kinds::worker)) return Fault(Fault::not_found, name);
  if (!row || field.refers_to == 0 || row->kind == field.refers_to) return {};
  const KindEntry* wanted = place.catalogue().find_kind(field.refers_to);
  return Fault(Fault::bad_value, name + ", a " + (wanted == nullptr ? "record" : wanted->name));
}

Result<void> check_value(const Workplace& place, const Placed& placed, const FieldValue& write) {
  const FieldEntry* field = placed.kind->find_field(write.field);
  if (field == nullptr) return Fault(Fault::unknown_field, placed.kind->name);
  const std::string name = dotted_name(*placed.kind, *field);
  const bool is_set = field->policy == MergePolicy::set;
  if (write.out && !is_set) return Fault(Fault::bad_value, name + ", which holds one value");
  if (write.value.is_none() && (is_set || field->policy == MergePolicy::once)) {
    return Fault(Fault::bad_value, name + ", not empty");
  }
  if (Result<void> checked = place.catalogue().check(*placed.kind, *field, write.value); !checked) return checked;
  if (field->policy == MergePolicy::once && !placed.before.view(place.catalogue(), write.field).standing.empty()) {
    return Fault(Fault::already_there, name);
  }
  if (write.value.type() != ValueType::reference || write.out) return {};
  if (placed.row && write.value.reference() == placed.row->record) return Fault(Fault::cycle, name);
  return check_reference(place, *field, write.value.reference(), name);
}

Result<void> check_each_once(const Placed& placed, std::span<const FieldValue> writes) {
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const FieldEntry& field = *placed.kind->find_field(writes[i].field);
    for (std::size_t j = 0; j < i; ++j) {
      if (writes[j].field != field.number) continue;
      if (field.policy == MergePolicy::set && writes[j].value != writes[i].value) continue;
      return Fault(Fault::bad_value, dotted_name(*placed.kind, field) + ", once");
    }
  }
  return {};
}

Result<void> check_all_values(const Workplace& place, const Placed& placed, const Act& act) {
  if (act.writes.empty()) return Fault(Fault::required, "a field to write");
  for (const FieldValue& write : act.writes) {
    if (Result<void> checked = check_value(place, placed, write); !checked) return checked;
  }
  return check_each_once(placed, act.writes);
}

// The record as it would be after the act, for the rules of the work.
std::vector<FieldFact> facts_for_practice(const Workplace& place, const Placed& placed, const Act& act) {
  std::vector<FieldFact> facts;
  for (const FieldValue& write : act.writes) {
    if (!write.out) facts.push_back({write.field, write.value, true});
  }
  if (!placed.row) return facts;
  for (const FieldEntry& field : placed.kind->fields) {
    if (field.type != ValueType::date && field.type != ValueType::moment) continue;
    const bool written = std::ranges::any_of(act.writes, [&](const FieldValue& w) { return w.field == field.number; });
    const sync::FieldView standing = placed.before.view(place.catalogue(), field.number);
    if (!written && !standing.in_force.empty()) facts.push_back({field.number, standing.in_force.front(), false});
  }
  return facts;
}

// What the work knows: a note is complete before it is signed, and nothing ends before it begins.
Result<void> check_practice(const Workplace& place, const Placed& placed, const Act& act) {
  const std::vector<FieldFact> facts = facts_for_practice(place, placed, act);
  const Date today = place.zone.date_at(place.clock.now());
  std::vector<Finding> findings = contradictions(*placed.kind, facts, today);
  if (!placed.row && placed.kind->number == kinds::note) {
    const std::vector<Finding> lacks = lacks_to_sign(*placed.kind, facts);
    findings.insert(findings.end(), lacks.begin(), lacks.end());
  }
  const auto first = std::ranges::find(findings, true, &Finding::must);
  if (first == findings.end()) return {};
  return Fault(first->code, dotted_name(*placed.kind, *first->field) + (first->why.empty() ? "" : ", " + first->why));
}

// The facts of the record as they would be after the act, which the office looks at too.
ObjectFacts facts_after(const Workplace& place, const Placed& placed, const Act& act) {
  RecordState after = placed.row ? placed.before : RecordState(Id{}, placed.kind->number);
  for (const FieldValue& write : act.writes) {
    if (write.field != header::type && write.field != header::marking) continue;
    sync::Part part{header::section, {}, {{write.field, write.value, false, after.known({write.field, {}})}}};
    after.apply(place.catalogue(), part, {Id{{1}}, place.worker, place.device, Stamp{UINT64_MAX}, 0, {}});
  }
  const sync::RecordFacts facts = facts_of(after, place.catalogue(), placed.scope, {});
  const bool own_work = !placed.row || placed.row->author == place.worker;
  return {facts.kind, 0, facts.type, facts.marking, own_work};
}

Result<void> check_written(const Catalogue& catalogue, const sync::Mask& mask, ObjectFacts object, const Placed& placed,
                           const Act& act) {
  for (const FieldValue& write : act.writes) {
    object.section = placed.kind->find_field(write.field)->section;
    const sync::Decision decision = mask.look_up(object);
    if (decision.level != sync::Level::write) return Fault(Fault::not_allowed, told(catalogue, object, decision.line));
  }
  return {};
}

std::uint8_t protection(const Catalogue& catalogue, const FieldEntry& field, const Value& value) {
  if (value.type() == ValueType::code) return catalogue.severity(field.code_list, value.code());
  return value == Value::of_boolean(true) ? 1 : 0;
}

// Where values that protect differ, only who may decide settles for less.
Result<void> check_safest(const Catalogue& catalogue, const sync::Mask& mask, ObjectFacts object, const Placed& placed,
                          const Act& act) {
  for (const FieldValue& write : act.writes) {
    const FieldEntry& field = *placed.kind->find_field(write.field);
    object.section = field.section;
    const sync::Decision decision = mask.look_up(object);
    if (field.policy != MergePolicy::safest || decision.may_decide) continue;
    const sync::FieldView view = placed.before.view(catalogue, write.field);
    const std::uint8_t chosen = protection(catalogue, field, write.value);
    const bool less = view.open && std::ranges::any_of(view.standing, [&](const sync::HeldWrite& standing) {
      return protection(catalogue, field, standing.value) > chosen;
    });
    if (less) return Fault(Fault::not_allowed, told(catalogue, object, decision.decide_line) + ", to decide for less");
  }
  return {};
}

Result<sync::Mask> mask_for(const Workplace& place, const Placed& placed, const Act& act) {
  if (!placed.scope.is_none()) return mask_on(place, placed.scope);
  RecordState root({}, placed.kind->number);
  for (const FieldValue& write : act.writes) {
    const FieldEntry& field = *placed.kind->find_field(write.field);
    root.apply(place.catalogue(), {field.section, {}, {{write.field, write.value, false, {}}}}, {});
  }
  return mask_to_be(place, root);
}

Result<void> check_rights(const Workplace& place, const Placed& placed, const Act& act) {
  const Catalogue& catalogue = place.catalogue();
  const Result<sync::Mask> mask = mask_for(place, placed, act);
  if (!mask && mask.fault() == Fault::absent) return Fault(Fault::not_allowed, "no sharing rules have come yet");
  if (!mask) return mask.fault();
  const ObjectFacts after = facts_after(place, placed, act);
  if (Result<void> may = check_written(catalogue, *mask, after, placed, act); !may) return may;
  if (!placed.row) return {};
  const sync::RecordFacts facts = facts_of(placed.before, catalogue, placed.scope, placed.row->author);
  const ObjectFacts object{facts.kind, 0, facts.type, facts.marking, facts.author == place.worker};
  if (Result<void> may = check_written(catalogue, *mask, object, placed, act); !may) return may;
  return check_safest(catalogue, *mask, object, placed, act);
}

Id new_id(const Workplace& place) {
  const std::int64_t now = to_milliseconds(place.clock.now());
  return Id::make(static_cast<std::uint64_t>(std::max<std::int64_t>(0, now)), place.random);
}

// What was seen came before, unless its clock is so far ahead that following it would only spread the fault.
Stamp stamp_after(const Workplace& place, const RecordState& seen) {
  HybridClock stamps(place.clock, place.store.state().last_stamp);
  for (const auto& [key, field] : seen.fields()) {
    for (const sync::HeldWrite& write : field.standing()) static_cast<void>(stamps.follow(write.origin.stamp));
  }
  return stamps.next();
}

// Each field in its section, naming what it replaces: what stands there as seen here.
Result<sync::Change> compose_act(const Workplace& place, const Act& act) {
  Result<Placed> placed = place_of(place, act);
  if (!placed) return placed.fault();
  const Id id = act.id.is_none() ? new_id(place) : act.id;
  const sync::ChangeFacts facts{id, stamp_after(place, placed->before), place.worker, placed->scope, act.record,
                                placed->kind->number};
  const sync::Known known = [&](const FieldKey& key) { return placed->before.known(key); };
  return compose_writes(facts, {*placed->kind, act.writes, known}, place.random.bytes<16>());
}

void note_refusal(Workplace& place, const Act& act) {
  const std::optional<sync::RecordRow> row = place.store.find_record(act.record);
  sync::AuditEntry entry{place.clock.now(), place.worker, role_name(place),
                         row ? sync::AuditAction::alter : sync::AuditAction::create, row ? row->scope : act.scope,
                         act.record, {}, sync::AuditOutcome::refused, {}};
  if (!entry.check()) entry.role.clear();
  static_cast<void>(place.audit.append(entry));
}

Done done_of(const sync::ChangeHeader& header) { return {header.id, header.record, header.scope}; }

std::optional<Done> done_before(const Workplace& place, const Act& act) {
  const auto before = act.id.is_none() ? std::nullopt : place.store.find(act.id);
  return before ? std::optional(done_of(before->change.header)) : std::nullopt;
}

Result<Done> keep_act(Workplace& place, const Act& act) {
  const Result<sync::Change> change = compose_act(place, act);
  if (!change) return change.fault();
  keep(place.store, place.catalogue(), *change);
  return done_of(change->header);
}

}  // namespace

Result<void> check_lease(const Workplace& place) {
  const sync::LeaseVerdict lease = place.lease_now();
  if (lease.state == sync::LeaseState::active || lease.state == sync::LeaseState::ending_soon) return {};
  return lease.why.value_or(Fault::lease_ended);
}

Result<void> check_values(const Workplace& place, const Act& act) {
  const Result<Placed> placed = place_of(place, act);
  if (!placed) return placed.fault();
  return check_all_values(place, *placed, act);
}

Result<void> check(const Workplace& place, const Act& act) {
  if (Result<void> open = check_lease(place); !open) return open;
  const Result<Placed> placed = place_of(place, act);
  if (!placed) return placed.fault();
  if (Result<void> checked = check_all_values(place, *placed, act); !checked) return checked;
  if (Result<void> sound = check_practice(place, *placed, act); !sound) return sound;
  return check_rights(place, *placed, act);
}

Result<Done> perform(Workplace& place, const Act& act) {
  const Result<std::vector<Done>> done = perform_together(place, {&act, 1});
  if (!done) return done.fault();
  return done->front();
}

Result<Done> perform_within(Workplace& place, const Act& act) {
  if (const std::optional<Done> before = done_before(place, act)) return *before;
  if (Result<void> may = check(place, act); !may) return may.fault();
  return keep_act(place, act);
}

Result<std::vector<Done>> perform_together(Workplace& place, std::span<const Act> acts,
                                           const std::function<void()>& with) {
  std::vector<Done> done;
  std::vector<Act> left;
  for (const Act& act : acts) {
    if (const std::optional<Done> before = done_before(place, act)) {
      done.push_back(*before);
      continue;
    }
    if (Result<void> may = check(place, act); !may) {
      if (may.fault() == Fault::not_allowed) note_refusal(place, act);
      return may.fault();
    }
    left.push_back(act);
  }
  sync::StoreTransaction<SqlDeviceStore> transaction(place.store);
  for (const Act& act : left) {
    const Result<Done> kept = keep_act(place, act);
    if (!kept) return kept.fault();
    done.push_back(*kept);
  }
  if (with) with();
  transaction.commit();
  return done;
}

}  // namespace caseload::client
