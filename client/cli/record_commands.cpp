#include "client/casework/looking.h"
#include "client/casework/timeline.h"
#include "client/casework/typed.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

namespace caseload::client {
namespace {

Result<Answer> answer_with(const Result<Done>& done) {
  if (!done) return done.fault();
  return Answer{{{"id", to_json(done->record)}}};
}

Result<Answer> add(Workplace& place, const Call& call) {
  const KindEntry& kind = *place.catalogue().find_kind(call.arguments[0]);
  const Result<Id> scope = find_case_typed(place, call.arguments[1]);
  if (!scope) return scope.fault();
  Result<std::vector<FieldValue>> fields = read_fields(place, kind, std::span(call.arguments).subspan(2));
  if (!fields) return fields.fault();
  return answer_with(perform(place, {.kind = kind.number, .scope = *scope, .writes = std::move(*fields)}));
}

// What tells records of a kind apart in a list, where the kind has it.
constexpr std::string_view columns[] = {"status", "level", "due", "starts", "review_on", "until"};

Result<Answer> list(Workplace& place, const Call& call) {
  const KindEntry& kind = *place.catalogue().find_kind(call.arguments[0]);
  TimelineWanted wanted{{}, {}, kind.number};
  if (call.arguments.size() > 1) {
    const Result<Id> scope = find_case_typed(place, call.arguments[1]);
    if (!scope) return scope.fault();
    wanted.scope = *scope;
  }
  const Result<Timeline> found = timeline(place, wanted);
  if (!found) return found.fault();
  Answer answer{Json::array()};
  if (found->more) answer.remark = "There are earlier ones than these.";
  for (const TimelineRow& row : found->rows) {
    Json one{{"id", to_json(row.id)}, {"case", to_json(row.scope)}, {"type", row.type}};
    const sync::RecordState state = readable(place, row.id);
    for (const std::string_view column : columns) {
      const FieldEntry* field = kind.find_field(column);
      if (field == nullptr) continue;
      const sync::FieldView view = state.view(place.catalogue(), field->number);
      one[column] = view.in_force.empty() ? Json() : to_json(place.catalogue(), *field, view.in_force.front());
    }
    one.update({{"occurred", to_text(row.occurred)}, {"author", to_json(row.author)}, {"text", row.text},
                {"state", to_name(row.state)}, {"void", row.voided != sync::VoidState::not_voided}});
    answer.value.push_back(std::move(one));
  }
  return answer;
}

struct Found {
  Id id;
  const KindEntry* kind = nullptr;
};
Result<Found> find_record(const Workplace& place, const std::string& typed) {
  Result<Id> id = find_case_typed(place, typed);
  if (!id && id.fault() == Fault::not_found) id = find_typed(place, typed);
  if (!id) return id.fault();
  const std::optional<sync::RecordRow> row = place.store.find_record(*id);
  const KindEntry* kind = row ? place.catalogue().find_kind(row->kind) : nullptr;
  if (kind == nullptr) return row ? Fault::unknown_kind : Fault::not_found;
  return Found{*id, kind};
}

Result<Answer> set(Workplace& place, const Call& call) {
  const Result<Found> found = find_record(place, call.arguments[0]);
  if (!found) return found.fault();
  Result<std::vector<FieldValue>> fields = read_fields(place, *found->kind, std::span(call.arguments).subspan(1));
  if (!fields) return fields.fault();
  return answer_with(perform(place, {.record = found->id, .writes = std::move(*fields)}));
}

Result<Answer> show(Workplace& place, const Call& call) {
  const Result<Found> found = find_record(place, call.arguments[0]);
  if (!found) return found.fault();
  const Result<RecordShown> shown = get(place, found->id);
  if (!shown) return shown.fault();
  return Answer{to_json(place.catalogue(), *shown), shown->state == Whereabouts::needs_you};
}

Result<Answer> past(Workplace& place, const Call& call) {
  const Result<Found> found = find_record(place, call.arguments[0]);
  if (!found) return found.fault();
  const Result<std::vector<HistoryRow>> rows = history(place, found->id);
  if (!rows) return rows.fault();
  Answer answer{Json::array()};
  for (const HistoryRow& row : *rows) {
    answer.value.push_back({{"change", to_json(row.change)}, {"author", to_json(row.author)},
                            {"device", to_json(row.device)}, {"stamp", to_text(row.stamp.wall_time())},
                            {"received", to_json(row.received)}, {"field", row.field->name},
                            {"value", to_json(place.catalogue(), *row.field, row.value)}, {"out", row.out}});
  }
  return answer;
}

Result<Answer> make_void(Workplace& place, const Call& call) {
  const Result<Found> found = find_record(place, call.arguments[0]);
  if (!found) return found.fault();
  return answer_with(void_record(place, found->id, call.option("reason")));
}

Result<Answer> restore(Workplace& place, const Call& call) {
  const Result<Found> found = find_record(place, call.arguments[0]);
  if (!found) return found.fault();
  return answer_with(restore_record(place, found->id));
}

Result<Answer> finish(Workplace& place, const Call& call) {
  const Result<Found> found = find_record(place, call.arguments[0]);
  if (!found) return found.fault();
  if (found->kind->number != kinds::action) return Fault(Fault::unknown_kind, "it is no action");
  Result<std::vector<FieldValue>> fields = read_fields(place, *found->kind, std::span(call.arguments).subspan(1));
  if (!fields) return fields.fault();
  return answer_with(finish_action(place, found->id, std::move(*fields)));
}

}  // namespace

std::span<const CommandEntry> record_commands() {
  static const std::vector<CommandEntry> table{
      {"action done", "ACTION [FIELD=VALUE…]", 1, any_number, "an action is done, today by itself", {}, finish},
      {"KIND add", "CASE FIELD=VALUE…", 2, any_number, "a record of any kind: action, risk, incident, outcome …", {},
       add},
      {"KIND list", "[CASE]", 0, 1, "records of one kind, in a case or in all", {}, list},
      {"set", "RECORD FIELD=VALUE…", 2, any_number, "writes fields; FIELD-=VALUE takes out of a set", {}, set},
      {"get", "RECORD", 1, 1, "all fields of a record", {}, show},
      {"history", "RECORD", 1, 1, "who wrote what, when", {}, past},
      {"void", "RECORD", 1, 1, "it does not count; nothing is deleted",
       {{"reason", "R", "why; must be given"}}, make_void},
      {"restore", "RECORD", 1, 1, "undoes void", {}, restore},
  };
  return table;
}

}  // namespace caseload::client
