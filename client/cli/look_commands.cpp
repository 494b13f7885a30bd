#include <charconv>

#include "client/casework/conflicts.h"
#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "client/casework/status.h"
#include "client/casework/timeline.h"
#include "client/casework/typed.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"
#include "common/record/kinds.h"
#include "common/record/names.h"
#include "common/time/typed_date.h"

namespace caseload::client {
namespace {

std::string kind_name(const Workplace& place, KindNumber number) {
  const KindEntry* kind = place.catalogue().find_kind(number);
  return kind == nullptr ? std::to_string(number) : kind->name;
}

Result<Answer> tell_status(Workplace& place, const Call&) {
  const Status now = status(place);
  Answer answer{{{"unsent", now.unsent + now.waiting},
                 {"late", now.late},
                 {"late_to_judge", now.late_to_judge},
                 {"conflicts", now.conflicts},
                 {"cases", now.cases},
                 {"overdue", now.overdue},
                 {"due_soon", now.due_soon},
                 {"drafts", now.drafts},
                 {"arriving", now.arriving},
                 {"last_session", to_json(now.last_session)},
                 {"lease_until", to_text(now.lease_until)},
                 {"tree_size", now.tree_size},
                 {"clock_offset_ms", now.clock_offset.count()}}};
  answer.needs_somebody = now.late > 0 || now.late_to_judge > 0 || now.conflicts > 0;
  answer.urgent = {"late", "late_to_judge", "conflicts", "overdue"};
  return answer;
}

Result<Answer> tell_timeline(Workplace& place, const Call& call) {
  const Result<Id> scope = find_case_typed(place, call.arguments[0]);
  if (!scope) return scope.fault();
  TimelineWanted wanted{*scope, {}, 0, call.option("type")};
  if (call.has("since")) {
    const Result<WallTime> since =
        parse_typed_moment(call.option("since"), {place.clock.now(), place.zone, Leaning::past});
    if (!since) return Fault(since.fault().code(), "--since " + since.fault().detail());
    wanted.since = *since;
  }
  if (call.has("kind")) {
    const Result<const KindEntry*> kind = find_kind_named(place.catalogue(), call.option("kind"));
    if (!kind) return kind.fault();
    wanted.kind = (*kind)->number;
  }
  const Result<Timeline> found = timeline(place, wanted);
  if (!found) return found.fault();
  Answer answer{Json::array()};
  if (found->more) answer.remark = "There are earlier entries than these.";
  for (const TimelineRow& row : found->rows) {
    answer.value.push_back({{"id", to_json(row.id)}, {"kind", row.kind == nullptr ? "" : row.kind->name},
                            {"type", row.type}, {"occurred", to_text(row.occurred)},
                            {"recorded", to_text(row.recorded)}, {"received", to_json(row.received)},
                            {"author", to_json(row.author)}, {"text", row.text}, {"state", to_name(row.state)},
                            {"void", row.voided != sync::VoidState::not_voided}, {"amended", row.amended}});
  }
  return answer;
}

Result<Answer> tell_search(Workplace& place, const Call& call) {
  SearchQuery query;
  for (const std::string& word : call.arguments) query.text += (query.text.empty() ? "" : " ") + word;
  if (call.has("ranked")) query.order = SearchOrder::ranked;
  if (call.has("case")) {
    const Result<Id> scope = find_case_typed(place, call.option("case"));
    if (!scope) return scope.fault();
    query.scope = *scope;
  }
  const Result<SearchResult> found = look_for(place, query);
  if (!found) return found.fault();
  Answer answer{Json::array()};
  if (found->more) answer.remark = "There is more than this; ask for more words.";
  for (const SearchHit& hit : found->hits) {
    answer.value.push_back({{"id", to_json(hit.entry.row.record)}, {"kind", kind_name(place, hit.entry.row.kind)},
                            {"case", to_json(hit.entry.row.scope)}, {"occurred", to_text(hit.entry.occurred)},
                            {"snippet", hit.snippet}});
  }
  return answer;
}

Json values_of(const Catalogue& catalogue, const Conflict& conflict) {
  Json values = Json::array();
  for (const ConflictingValue& value : conflict.values) {
    values.push_back({{"value", to_json(catalogue, *conflict.field, value.value)}, {"author", to_json(value.author)},
                      {"device", to_json(value.device)}, {"stamp", to_text(value.stamp.wall_time())},
                      {"change", to_json(value.change)}});
  }
  return values;
}

Result<Answer> tell_conflicts(Workplace& place, const Call& call) {
  std::optional<Id> scope;
  if (!call.arguments.empty()) {
    const Result<Id> found = find_case_typed(place, call.arguments[0]);
    if (!found) return found.fault();
    scope = *found;
  }
  const Result<std::vector<Conflict>> open = conflicts(place, scope);
  if (!open) return open.fault();
  Answer answer{Json::array(), !open->empty()};
  for (const Conflict& conflict : *open) {
    Json in_force = Json::array();
    for (const Value& value : conflict.in_force) in_force.push_back(to_json(place.catalogue(), *conflict.field, value));
    answer.value.push_back({{"record", to_json(conflict.row.record)}, {"kind", kind_name(place, conflict.row.kind)},
                            {"case", to_json(conflict.row.scope)}, {"field", conflict.field->name},
                            {"policy", to_name(conflict.field->policy)}, {"in_force", in_force},
                            {"values", values_of(place.catalogue(), conflict)}});
  }
  return answer;
}

// The change of the N-th value as `conflicts` lists them, from 1; or a change by its identifier.
Result<Id> taken(const sync::FieldView& view, const std::string& typed) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  const bool is_number = error == std::errc() && end == typed.data() + typed.size();
  if (is_number && number >= 1 && number <= view.standing.size()) return view.standing[number - 1].origin.change;
  if (const Result<Id> change = Id::parse(typed)) return *change;
  return Fault(Fault::not_found, "--take, from 1 to " + std::to_string(view.standing.size()));
}

Result<Answer> settle(Workplace& place, const Call& call) {
  const Result<Id> record = find_typed(place, call.arguments[0]);
  if (!record) return record.fault();
  const std::optional<sync::RecordRow> row = place.store.find_record(*record);
  const KindEntry* kind = row ? place.catalogue().find_kind(row->kind) : nullptr;
  if (kind == nullptr) return Fault::not_found;
  const Result<const FieldEntry*> field = find_field_named(*kind, call.arguments[1]);
  if (!field) return field.fault();
  if (call.has("take") == call.has("value")) return Fault(Fault::required, "either --take N or --value V");
  Resolution resolution{*record, (*field)->number, {}, {}, call.option("reason")};
  if (call.has("take")) {
    const sync::FieldView view = place.store.record(*record).view(place.catalogue(), (*field)->number);
    if (!view.open) return Fault(Fault::stale, "nobody is asked about " + dotted_name(*kind, **field));
    const Result<Id> change = taken(view, call.option("take"));
    if (!change) return change.fault();
    resolution.take = *change;
  } else {
    const Result<Value> value = read_value(place, {*kind, **field}, call.option("value"));
    if (!value) return value.fault();
    resolution.value = *value;
  }
  const Result<Done> done = resolve(place, resolution);
  if (!done) return done.fault();
  return Answer{{{"id", to_json(done->record)}}};
}

std::string_view level_name(sync::Level level) {
  switch (level) {
    case sync::Level::none: return "none";
    case sync::Level::see: return "see";
    case sync::Level::read: return "read";
    case sync::Level::write: return "write";
  }
  return "none";
}

Result<Answer> tell_why(Workplace& place, const Call& call) {
  Result<Id> id = find_case_typed(place, call.arguments[0]);
  if (!id && id.fault() == Fault::not_found) id = find_typed(place, call.arguments[0]);
  if (!id && id.fault() != Fault::not_found) return id.fault();
  const Why found = id ? why(place, *id) : Why{};
  Answer answer{{{"here", found.here}, {"level", level_name(found.level)}, {"begun_here", found.begun_here},
                 {"arriving", found.arriving}, {"rules", Json::array()}}};
  for (const SectionRight& right : found.rights) {
    answer.value["rules"].push_back({{"section", right.section}, {"level", level_name(right.decision.level)},
                                     {"decide", right.decision.may_decide}, {"line", right.decision.line},
                                     {"rule", right.rule}});
  }
  const bool is_case = id && found.here && place.store.find_record(*id)->kind == kinds::case_file;
  if (!is_case) return answer;
  const Result<Attention> attention = attention_to(place, *id);
  if (attention) answer.value["priority"] = to_json(attention->priority);
  return answer;
}

}  // namespace

std::span<const CommandEntry> look_commands() {
  static const std::vector<CommandEntry> table{
      {"status", "", 0, 0, "what is unsent, late or in conflict", {}, tell_status},
      {"timeline", "CASE", 1, 1, "everything that happened, in order",
       {{"since", "T", "from then on"}, {"type", "TYPE", "of this type only"}, {"kind", "KIND", "of this kind only"}},
       tell_timeline},
      {"search", "WORDS…", 1, any_number, "full text, offline; begin* finds what begins so",
       {{"case", "CASE", "in one case"}, {"ranked", "", "best first, not newest first"}}, tell_search},
      {"conflicts", "[CASE]", 0, 1, "what people disagree about", {}, tell_conflicts},
      {"resolve", "RECORD FIELD", 2, 2, "settles a conflict",
       {{"take", "N", "the N-th value as conflicts lists them"}, {"value", "V", "or another"},
        {"reason", "R", "why; must be given"}}, settle},
      {"why", "CASE|RECORD", 1, 1, "why it is here, what you may do, and what it asks for", {}, tell_why},
  };
  return table;
}

}  // namespace caseload::client
