#include "client/casework/handover/handover.h"

#include <algorithm>

#include "client/casework/handover/pass.h"
#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "common/base/text.h"

namespace caseload::client {
namespace {

const KindEntry& handover_kind(const Workplace& place) { return *place.catalogue().find_kind(kinds::handover); }

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\n") == std::string_view::npos; }

FieldValue status_of(const Workplace& place, HandoverStatus status) {
  return {handover_kind(place).find_field("status")->number, Value::of_code(number_of(status))};
}

Result<void> put_text(const Workplace& place, Act& act, std::string_view field, std::string_view typed) {
  if (is_blank(typed)) return {};
  const Result<std::string> text = check_text(typed, value_bytes_max);
  if (!text) return text.fault();
  act.writes.push_back({handover_kind(place).find_field(field)->number, Value::of_text(*text)});
  return {};
}

bool waits(const HandoverRow& row) {
  return row.status == HandoverStatus::prepared || row.status == HandoverStatus::offered ||
         (row.status == HandoverStatus::acknowledged && !row.moved);
}

std::vector<HandoverRow> handovers(const Workplace& place, const std::optional<Id>& scope) {
  std::vector<HandoverRow> rows;
  for (const Id& id : place.store.records().of_kind(kinds::handover)) {
    const std::optional<sync::RecordRow> row = place.store.find_record(id);
    if (!row || (scope && row->scope != *scope)) continue;
    if (place.store.record(id).void_state(place.catalogue()) == sync::VoidState::voided) continue;
    rows.push_back(read_handover(place, id).row);
  }
  std::ranges::sort(rows, [](const HandoverRow& a, const HandoverRow& b) {
    return waits(a) != waits(b) ? waits(a) : b.id < a.id;
  });
  return rows;
}

// From whom: oneself, where one leads the case; else its lead, for whoever assigns cases.
Result<Id> giver_of(const Workplace& place, const Id& scope) {
  std::optional<Id> lead;
  for (const AssignmentRow& row : assignment_rows(place, scope)) {
    if (!row.in_force || row.as != AssignmentRole::lead) continue;
    if (row.worker == place.worker) return place.worker;
    lead = row.worker;
  }
  if (!may_begin(place, scope, kinds::assignment)) {
    return Fault(Fault::not_allowed, "this is for whoever leads the case, or assigns cases");
  }
  if (!lead) return Fault(Fault::required, "a lead; assign one, there is nobody to hand it over from");
  return *lead;
}

// Nobody who cannot work with it receives a case, as far as this device knows of them.
Result<void> check_receiver(const Workplace& place, const Id& to, const Id& from) {
  if (to == from) return Fault(Fault::bad_value, "handover.header.to, its own lead");
  const std::optional<sync::RecordRow> row = place.store.find_record(to);
  if (!row) return Fault(Fault::not_found, "a worker");
  if (row->kind != kinds::worker) return Fault(Fault::bad_value, "handover.header.to, a worker");
  const CodeNumber standing = code_of(place.catalogue(), place.store.record(to), worker_facts::standing);
  const bool gone = standing != 0 && standing != number_of(Standing::active);
  return gone ? Fault(Fault::bad_value, "handover.header.to, suspended or gone") : Result<void>();
}

Act co_worker(const Workplace& place, const Id& scope, const Id& worker) {
  return {kinds::assignment, scope, {}, {{assignment_facts::worker, Value::of_reference(worker)},
                                         {assignment_facts::role, Value::of_code(number_of(AssignmentRole::co))},
                                         {assignment_facts::from, Value::of_moment(place.clock.now())}}, {}};
}

Result<Act> act_of(const Workplace& place, const NewHandover& wanted, const Id& from, const Pack& pack) {
  const KindEntry& kind = handover_kind(place);
  const auto number = [&](std::string_view name) { return kind.find_field(name)->number; };
  const Date today = place.zone.date_at(place.clock.now());
  if (wanted.takes_effect && *wanted.takes_effect < today) {
    return Fault(Fault::bad_value, "handover.pack.takes_effect, before today");
  }
  Act act{kinds::handover,
          wanted.scope,
          {},
          {{number("from"), Value::of_reference(from)},
           {number("to"), Value::of_reference(wanted.to)},
           status_of(place, HandoverStatus::offered),
           {number("takes_effect"), Value::of_date(wanted.takes_effect.value_or(today))},
           {number("pack_digest"), Value::of_text(pack.digest())}},
          {}};
  const auto cursor = static_cast<std::int64_t>(place.store.state().cursor);
  act.writes.push_back({number("pack_cursor"), Value::of_integer(cursor)});
  if (wanted.reason != 0) act.writes.push_back({header::type, Value::of_code(wanted.reason)});
  const std::pair<std::string_view, std::string> texts[] = {
      {"summary", wanted.summary},
      {"agenda", is_blank(wanted.agenda) ? agenda_of(pack) : wanted.agenda},
      {"open_questions", wanted.open_questions}};
  for (const auto& [field, text] : texts) {
    if (Result<void> put = put_text(place, act, field, text); !put) return put.fault();
  }
  return act;
}

// The handover, where the person may take this step now, and the status after it.
struct Step {
  HandoverHere here;
  HandoverStatus then = HandoverStatus::offered;
};
Result<Step> begin_step(Workplace& place, const Id& handover, HandoverStep wanted) {
  Result<HandoverHere> here = find_handover(place, handover);
  if (!here) return here.fault();
  const Result<HandoverStatus> then = step(here->row.status, wanted, part_in(place, here->row));
  if (!then) return then.fault();
  if (here->row.disputed) return Fault(Fault::stale, "people disagree about its status; resolve that first");
  const bool over = here->row.moved && wanted == HandoverStep::cancel;
  if (over) return Fault(Fault::stale, "the case has passed on already");
  return Step{std::move(*here), *then};
}

}  // namespace

Result<Offered> begin_handover(Workplace& place, const NewHandover& wanted) {
  const std::optional<sync::RecordRow> root = place.store.find_record(wanted.scope);
  if (!root || root->kind != kinds::case_file) return Fault(Fault::not_found, "its case");
  if (is_blank(wanted.summary)) return Fault(Fault::required, "handover.pack.summary");
  const Result<Id> from = giver_of(place, wanted.scope);
  if (!from) return from.fault();
  if (Result<void> may = check_receiver(place, wanted.to, *from); !may) return may.fault();
  const std::vector<HandoverRow> others = handovers(place, wanted.scope);
  if (std::ranges::any_of(others, waits)) return Fault(Fault::already_there, "a handover of this case is open");
  Offered offered;
  offered.pack = make_pack(place, wanted.scope);
  Result<Act> act = act_of(place, wanted, *from, offered.pack);
  if (!act) return act.fault();
  std::vector<Act> acts{std::move(*act)};
  const std::vector<AssignmentRow> rows = assignment_rows(place, wanted.scope);
  offered.receiver_reads = std::ranges::any_of(
      rows, [&](const AssignmentRow& row) { return row.in_force && row.worker == wanted.to; });
  if (!offered.receiver_reads && may_begin(place, wanted.scope, kinds::assignment)) {
    acts.push_back(co_worker(place, wanted.scope, wanted.to));
    offered.receiver_reads = true;
  }
  const Result<std::vector<Done>> done = perform_together(place, acts);
  if (!done) return done.fault();
  offered.done = done->front();
  return offered;
}

Result<std::vector<HandoverRow>> list_handovers(Workplace& place, const std::optional<Id>& scope) {
  const Looking at{sync::AuditAction::consult, scope.value_or(Id{}), {}};
  if (Result<void> leave = begin_looking(place, at); !leave) return leave.fault();
  return handovers(place, scope);
}

Result<Passed> accept_handover(Workplace& place, const Id& handover, std::string_view remarks) {
  Result<Step> taken = begin_step(place, handover, HandoverStep::accept);
  if (!taken) return taken.fault();
  HandoverRow& row = taken->here.row;
  const FieldNumber at = handover_kind(place).find_field("acknowledged_at")->number;
  Act act{.record = handover, .writes = {status_of(place, taken->then), {at, Value::of_moment(place.clock.now())}}};
  if (Result<void> put = put_text(place, act, "receiver_remarks", remarks); !put) return put.fault();
  std::vector<Act> acts{std::move(act)};
  const bool moves = part_in(place, row).assigns;
  if (moves) {
    const Result<std::vector<Act>> more = acts_to_move(place, row, {});
    if (!more) return more.fault();
    acts.insert(acts.end(), more->begin(), more->end());
  }
  const Result<std::vector<Done>> done = perform_together(place, acts);
  if (!done) return done.fault();
  return Passed{done->front(), moves, row.changed_since};
}

Result<Done> decline_handover(Workplace& place, const Id& handover, std::string_view remarks) {
  const Result<Step> taken = begin_step(place, handover, HandoverStep::decline);
  if (!taken) return taken.fault();
  if (is_blank(remarks)) return Fault(Fault::required, "handover.acknowledgement.receiver_remarks");
  Act act{.record = handover, .writes = {status_of(place, taken->then)}};
  if (Result<void> put = put_text(place, act, "receiver_remarks", remarks); !put) return put.fault();
  return perform(place, act);
}

Result<Done> cancel_handover(Workplace& place, const Id& handover) {
  const Result<Step> taken = begin_step(place, handover, HandoverStep::cancel);
  if (!taken) return taken.fault();
  return perform(place, {.record = handover, .writes = {status_of(place, taken->then)}});
}

Result<Passed> move_handover(Workplace& place, const Id& handover, std::string_view over_capacity_reason) {
  const Result<Step> taken = begin_step(place, handover, HandoverStep::move);
  if (!taken) return taken.fault();
  const Result<std::vector<Act>> acts = acts_to_move(place, taken->here.row, over_capacity_reason);
  if (!acts) return acts.fault();
  const Result<std::vector<Done>> done = perform_together(place, *acts);
  if (!done) return done.fault();
  return Passed{done->back(), true, taken->here.row.changed_since};
}

}  // namespace caseload::client
