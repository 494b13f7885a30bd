#include "client/casework/handover/handover.h"
#include "client/casework/typed.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"
#include "common/record/kinds.h"
#include "common/record/names.h"
#include "common/time/typed_date.h"

namespace caseload::client {
namespace {

std::string_view name_of(HandoverStatus status) {
  switch (status) {
    case HandoverStatus::prepared: return "prepared";
    case HandoverStatus::offered: return "offered";
    case HandoverStatus::acknowledged: return "acknowledged";
    case HandoverStatus::declined: return "declined";
    case HandoverStatus::cancelled: return "cancelled";
  }
  return "unknown";
}

Result<Answer> begin(Workplace& place, const Call& call) {
  const Result<Id> scope = find_case_typed(place, call.arguments[0]);
  if (!scope) return scope.fault();
  if (!call.has("to")) return Fault(Fault::required, "--to WORKER");
  const Result<Id> to = find_typed(place, call.option("to"));
  if (!to) return to.fault();
  NewHandover wanted{*scope, *to, call.option("summary"), call.option("agenda"), call.option("questions")};
  if (call.has("reason")) {
    const FieldEntry& type = *place.catalogue().find_kind(kinds::handover)->find_field(header::type);
    const Result<CodeNumber> reason =
        find_code_named(*place.catalogue().find_code_list(type.code_list), call.option("reason"));
    if (!reason) return reason.fault();
    wanted.reason = *reason;
  }
  if (call.has("on")) {
    const Result<Date> day = parse_typed_day(call.option("on"), {place.clock.now(), place.zone});
    if (!day) return day.fault();
    wanted.takes_effect = *day;
  }
  const Result<Offered> offered = begin_handover(place, wanted);
  if (!offered) return offered.fault();
  const Pack& pack = offered->pack;
  Answer answer{{{"id", to_json(offered->done.record)}, {"receiver_reads", offered->receiver_reads},
                 {"risks", pack.risks.size()}, {"overdue", count_due(pack.due).overdue}, {"open", pack.due.size()},
                 {"conflicts", pack.conflicts}, {"unsent", pack.unsent}, {"drafts", pack.drafts}}};
  answer.urgent = {"overdue", "conflicts", "drafts"};
  answer.needs_somebody = !offered->receiver_reads || pack.drafts > 0;
  if (pack.drafts > 0) answer.remark = "Sign your drafts of this case: only you see them.";
  if (!offered->receiver_reads) answer.remark = "Somebody who assigns cases must first make the receiver a co-worker.";
  return answer;
}

Result<Answer> list(Workplace& place, const Call& call) {
  std::optional<Id> scope;
  if (!call.arguments.empty()) {
    const Result<Id> found = find_case_typed(place, call.arguments[0]);
    if (!found) return found.fault();
    scope = *found;
  }
  const Result<std::vector<HandoverRow>> rows = list_handovers(place, scope);
  if (!rows) return rows.fault();
  Answer answer{Json::array()};
  for (const HandoverRow& row : *rows) {
    answer.value.push_back({{"id", to_json(row.id)}, {"case", to_json(row.scope)}, {"from", to_json(row.from)},
                            {"to", to_json(row.to)}, {"status", row.disputed ? "disputed" : name_of(row.status)},
                            {"takes_effect", row.takes_effect ? Json(to_text(*row.takes_effect)) : Json()},
                            {"acknowledged", to_json(row.acknowledged)}, {"moved", row.moved},
                            {"changed_since", row.changed_since}});
    const bool mine = row.to == place.worker && row.status == HandoverStatus::offered;
    answer.needs_somebody = answer.needs_somebody || row.disputed || mine;
  }
  return answer;
}

Answer passed(const Passed& done) {
  Answer answer{{{"id", to_json(done.done.record)}, {"moved", done.moved}, {"changed_since", done.changed_since}}};
  answer.needs_somebody = !done.moved;
  if (!done.moved) answer.remark = "The case passes on when somebody who assigns cases moves it.";
  return answer;
}

Result<Answer> accept(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<Passed> done = accept_handover(place, *id, call.option("remarks"));
  if (!done) return done.fault();
  return passed(*done);
}

Result<Answer> move(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<Passed> done = move_handover(place, *id, call.option("over-capacity-reason"));
  if (!done) return done.fault();
  return passed(*done);
}

Result<Answer> decline(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<Done> done = decline_handover(place, *id, call.option("remarks"));
  if (!done) return done.fault();
  return Answer{{{"id", to_json(done->record)}}};
}

Result<Answer> cancel(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<Done> done = cancel_handover(place, *id);
  if (!done) return done.fault();
  return Answer{{{"id", to_json(done->record)}}};
}

}  // namespace

std::span<const CommandEntry> handover_commands() {
  static const std::vector<CommandEntry> table{
      {"handover begin",
       "CASE",
       1,
       1,
       "offers the case to somebody, with what is open in it",
       {{"to", "WORKER", "to whom"},
        {"summary", "TEXT", "what they must know; must be given"},
        {"questions", "TEXT", "what is still open"},
        {"agenda", "TEXT", "to speak about; made from the case by itself"},
        {"reason", "R", "workload, absence, worker_leaves, client_moves …"},
        {"on", "DAY", "from when; today by itself"}},
       begin},
      {"handover list", "[CASE]", 0, 1, "handovers, those that wait first", {}, list},
      {"handover accept",
       "HANDOVER",
       1,
       1,
       "acknowledges what you receive",
       {{"remarks", "TEXT", "if any"}},
       accept},
      {"handover decline", "HANDOVER", 1, 1, "gives it back", {{"remarks", "TEXT", "why; must be given"}}, decline},
      {"handover cancel", "HANDOVER", 1, 1, "takes the offer back", {}, cancel},
      {"handover move",
       "HANDOVER",
       1,
       1,
       "makes the receiver lead, once they have acknowledged",
       {{"over-capacity-reason", "R", "why, though it is more than they have time for"}},
       move},
  };
  return table;
}

}  // namespace caseload::client
