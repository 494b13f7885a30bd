#include "client/casework/late/late_work.h"

#include <algorithm>
#include <set>

#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "common/base/text.h"
#include "common/record/kinds.h"
#include "sync/device/derive.h"
#include "sync/device/late_work.h"
#include "sync/office/held_content.h"

namespace caseload::client {
namespace {

constexpr std::string_view records_officer = "records_officer";  // to whom late work goes that nobody answers

FieldNumber number(const Workplace& place, KindNumber kind, std::string_view name) {
  const FieldEntry* field = place.catalogue().find_kind(kind)->find_field(name);
  CHECK(field != nullptr, "a field that the catalogue has");
  return field->number;
}
FieldNumber late_field(const Workplace& place, std::string_view name) { return number(place, kinds::late_work, name); }

std::int64_t integer_of(const Workplace& place, const sync::RecordState& state, FieldNumber field) {
  const sync::FieldView view = state.view(place.catalogue(), field);
  const bool known = !view.in_force.empty() && view.in_force.front().type() == ValueType::integer;
  return known ? view.in_force.front().integer() : 0;
}

std::vector<std::string> pieces_of(const Workplace& place, const sync::RecordState& state) {
  std::vector<std::string> pieces;
  for (const Value& value : state.view(place.catalogue(), late_field(place, "content")).in_force) {
    if (value.type() == ValueType::text) pieces.push_back(value.text());
  }
  return pieces;
}

// Where people disagree about the decision, it waits.
LateDecision decision_in(const Workplace& place, const sync::RecordState& state) {
  const sync::FieldView view = state.view(place.catalogue(), late_facts::decision);
  if (view.open || view.in_force.empty() || view.in_force.front().type() != ValueType::code)
    return LateDecision::waiting;
  return static_cast<LateDecision>(view.in_force.front().code());
}

LateWork work_of(const Workplace& place, const sync::RecordRow& row, const sync::RecordState& state) {
  const Catalogue& catalogue = place.catalogue();
  LateWork work;
  work.id = row.record;
  work.scope = row.scope;
  work.author = reference_of(catalogue, state, late_facts::worker);
  work.device = reference_of(catalogue, state, late_facts::device);
  work.reason = type_name(catalogue, state);
  work.rule = text_of(catalogue, state, late_field(place, "rule"));
  work.since = moment_of(catalogue, state, late_field(place, "since"))
                   .value_or(from_milliseconds(static_cast<std::int64_t>(row.record.milliseconds())));
  work.changes = static_cast<std::size_t>(integer_of(place, state, late_field(place, "changes")));
  work.escalated = moment_of(catalogue, state, late_field(place, "escalated_at"));
  work.remark = text_of(catalogue, state, late_field(place, "remark"));
  work.decision = decision_in(place, state);
  work.readable = !pieces_of(place, state).empty();
  return work;
}

bool may_judge(const Workplace& place, const sync::RecordRow& row, const sync::RecordState& state) {
  if (reference_of(place.catalogue(), state, late_facts::worker) == place.worker) return false;
  const Result<sync::Mask> mask = mask_on(place, row.scope);
  if (!mask) return false;
  const sync::RecordFacts facts = facts_of(state, place.catalogue(), row.scope, row.author);
  const sync::ObjectFacts object{kinds::late_work, header::section, facts.type, facts.marking,
                                 row.author == place.worker};
  return mask->look_up(object).level == sync::Level::write;
}

std::vector<LateWork> waiting(const Workplace& place) {
  std::vector<LateWork> found;
  for (const Id& id : place.store.records().of_kind(kinds::late_work)) {
    const std::optional<sync::RecordRow> row = place.store.find_record(id);
    if (!row) continue;
    const sync::RecordState state = readable(place, id);
    if (decision_in(place, state) != LateDecision::waiting || !may_judge(place, *row, state)) continue;
    found.push_back(work_of(place, *row, state));
  }
  std::ranges::sort(found, {}, [](const LateWork& work) { return std::make_pair(work.since, work.id); });
  return found;
}

HeldChange held_of(const Workplace& place, const sync::Change& change) {
  HeldChange held{change.header.id,
                  change.header.record,
                  place.catalogue().find_kind(change.header.kind),
                  change.header.stamp,
                  {},
                  !change.is_whole()};
  for (const sync::Part& part : change.parts) {
    for (const sync::Write& write : part.writes) {
      const FieldEntry* field = held.kind == nullptr ? nullptr : held.kind->find_field(write.field);
      // It was held unjudged: what no value may say is not shown as one.
      const bool sound =
          place.catalogue().check_foreign({change.header.kind, part.section, write.field}, write.value).ok();
      held.fields.push_back({sound ? field : nullptr, write.value, write.out});
    }
  }
  return held;
}

Result<std::vector<HeldChange>> held_in(const Workplace& place, const sync::RecordState& state) {
  const Result<std::vector<sync::Change>> changes = sync::read_pieces(pieces_of(place, state));
  if (!changes) return Fault(Fault::damaged, "held content");
  std::vector<Digest> digests;
  std::vector<HeldChange> held;
  for (const sync::Change& change : *changes) {
    digests.push_back(digest_of(change.header));
    held.push_back(held_of(place, change));
  }
  const std::string named = text_of(place.catalogue(), state, late_field(place, "held_digest"));
  if (named != to_hex(sync::held_digest(digests))) return Fault(Fault::damaged, "held content of other changes");
  return held;
}

struct Answer {
  LateDecision decision = LateDecision::waiting;
  std::string reason;
  Id decided_by;
  std::optional<WallTime> decided_at;
  std::vector<Id> changes;
};

std::vector<Answer> answers(const Workplace& place) {
  std::vector<Answer> found;
  for (const sync::RecordRow& row : place.store.records_of_scope(place.worker)) {
    if (row.kind != kinds::late_answer) continue;
    const sync::RecordState state = readable(place, row.record);
    Answer answer{static_cast<LateDecision>(code_of(place.catalogue(), state, late_answer_facts::decision)),
                  text_of(place.catalogue(), state, number(place, kinds::late_answer, "reason")),
                  reference_of(place.catalogue(), state, number(place, kinds::late_answer, "decided_by")),
                  moment_of(place.catalogue(), state, number(place, kinds::late_answer, "decided_at")), {}};
    for (const Value& change : state.view(place.catalogue(), late_answer_facts::changes).in_force) {
      if (change.type() == ValueType::reference) answer.changes.push_back(change.reference());
    }
    found.push_back(std::move(answer));
  }
  return found;
}

bool names(const Answer& answer, const Id& change) {
  return std::ranges::find(answer.changes, change) != answer.changes.end();
}

}  // namespace

Result<std::vector<LateWork>> late_to_judge(Workplace& place) {
  if (Result<void> leave = begin_looking(place, {sync::AuditAction::consult, {}, {}}); !leave) return leave.fault();
  return waiting(place);
}

std::size_t count_late_asked(const Workplace& place) {
  const std::vector<LateWork> all = waiting(place);
  if (role_name(place) != records_officer) return all.size();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [](const LateWork& work) { return work.escalated.has_value(); }));
}

Result<LateWorkShown> show_late_work(Workplace& place, const Id& record) {
  const std::optional<sync::RecordRow> row = place.store.find_record(record);
  if (!row || row->kind != kinds::late_work) return Fault(Fault::not_found, "late work");
  if (Result<void> leave = begin_looking(place, {sync::AuditAction::consult, row->scope, record}); !leave)
    return leave.fault();
  const sync::RecordState state = readable(place, record);
  LateWorkShown shown{work_of(place, *row, state), {}};
  if (!shown.work.readable) return shown;
  Result<std::vector<HeldChange>> held = held_in(place, state);
  if (!held) return held.fault();
  shown.held = std::move(*held);
  return shown;
}

Result<Done> judge_late_work(Workplace& place, const Id& record, LateDecision decision, std::string_view reason) {
  CHECK(decision != LateDecision::waiting, "a decision");
  const std::optional<sync::RecordRow> row = place.store.find_record(record);
  if (!row || row->kind != kinds::late_work) return Fault(Fault::not_found, "late work");
  const sync::RecordState state = place.store.record(record);
  if (reference_of(place.catalogue(), state, late_facts::worker) == place.worker) return Fault::self_approval;
  if (decision_in(place, state) != LateDecision::waiting) return Fault(Fault::already_there, "it was judged");
  const Result<std::string> said = check_text(reason, value_bytes_max);
  if (!said) return said.fault();
  const bool is_blank = said->find_first_not_of(" \t\n") == std::string::npos;
  if (is_blank && decision == LateDecision::declined) return Fault(Fault::required, "a reason");
  Act act{.record = record, .writes = {{late_facts::decision, Value::of_code(number_of(decision))}}};
  if (!is_blank) act.writes.push_back({late_field(place, "decision_reason"), Value::of_text(*said)});
  return perform(place, act);
}

Result<std::vector<OwnLateWork>> own_late_work(Workplace& place) {
  if (Result<void> leave = begin_looking(place, {sync::AuditAction::consult, {}, {}}); !leave) return leave.fault();
  const std::vector<Answer> told = answers(place);
  std::vector<OwnLateWork> found;
  std::set<const Answer*> about_what_is_here;
  for (const Id& id : sync::late_and_declined(place.store)) {
    const std::optional<sync::StoredChange> stored = place.store.find(id);
    if (!stored) continue;
    const sync::ChangeHeader& header = stored->change.header;
    OwnLateWork own;
    own.change = id;
    own.scope = header.scope;
    own.kind = place.catalogue().find_kind(header.kind);
    for (const Answer& answer : told) {
      if (!names(answer, id)) continue;
      about_what_is_here.insert(&answer);
      own.decision = answer.decision;
      own.reason = answer.reason;
      own.decided_by = answer.decided_by;
      own.decided_at = answer.decided_at;
    }
    found.push_back(std::move(own));
  }
  for (const Answer& answer : told) {
    if (about_what_is_here.contains(&answer)) continue;
    found.push_back({{},
                     {},
                     nullptr,
                     answer.changes.size(),
                     answer.decision,
                     answer.reason,
                     answer.decided_by,
                     answer.decided_at});
  }
  return found;
}

}  // namespace caseload::client
