#include <algorithm>

#include "client/casework/handover/handover.h"
#include "client/casework/handover/pass.h"
#include "client/casework/looking.h"
#include "client/casework/typed.h"
#include "client/web/case_file.h"
#include "client/web/record_form.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

// A case passes on: what is open in it, who gives, who receives, and that they acknowledge it.

namespace caseload::client {
namespace {

std::string_view status_name(const HandoverRow& row) {
  if (row.disputed) return "disputed";
  if (row.moved) return "moved";
  switch (row.status) {
    case HandoverStatus::prepared:
      return "prepared";
    case HandoverStatus::offered:
      return "offered";
    case HandoverStatus::acknowledged:
      return "acknowledged";
    case HandoverStatus::declined:
      return "declined";
    case HandoverStatus::cancelled:
      return "cancelled";
  }
  return "offered";
}

Json status_tag(const HandoverRow& row) {
  const std::string_view name = status_name(row);
  const std::string words = text_of_key("handover.status." + std::string(name));
  if (name == "offered") return tag_of("yellow", "○", words);
  if (name == "acknowledged") return tag_of("blue", "◐", words);
  if (name == "moved") return tag_of("green", "✓", words);
  return tag_of(name == "disputed" ? "orange" : "grey", name == "disputed" ? "⇄" : "✗", words);
}

Json row_view(const Workplace& place, Naming& naming, const HandoverRow& row) {
  return {{"case", naming.of(row.scope)},
          {"href", "/handover/" + row.id.to_string()},
          {"from", naming.who(row.from)},
          {"to", naming.who(row.to)},
          {"status", status_tag(row)},
          {"changed", row.changed_since},
          {"when", row.takes_effect ? day_in_words(*row.takes_effect) : ""},
          {"acknowledged", row.acknowledged ? moment_in_words(place, *row.acknowledged) : ""}};
}

Result<Screen> list(Visit& visit) {
  const Result<std::vector<HandoverRow>> rows = list_handovers(visit.place);
  if (!rows) return rows.fault();
  Naming naming(visit.place);
  Screen screen{"handovers"};
  screen.data["title"] = text_of_key("handovers.title");
  screen.data["rows"] = Json::array();
  for (const HandoverRow& row : *rows) screen.data["rows"].push_back(row_view(visit.place, naming, row));
  return screen;
}

Json pack_view(const Workplace& place, Naming& naming, const Pack& pack) {
  Json view{{"risks", Json::array()},
            {"contacts", Json::array()},
            {"due", Json::array()},
            {"conflicts", std::to_string(pack.conflicts)},
            {"unsent", std::to_string(pack.unsent)},
            {"drafts", std::to_string(pack.drafts)}};
  for (const Id& risk : pack.risks)
    view["risks"].push_back({{"words", naming.of(risk)}, {"href", "/record/" + risk.to_string()}});
  for (const Id& note : pack.contacts) {
    const std::optional<TimelineEntry> entry = place.store.records().entry(note);
    view["contacts"].push_back({{"words", naming.of(note)},
                                {"href", "/record/" + note.to_string()},
                                {"when", entry ? moment_in_words(place, entry->occurred) : ""}});
  }
  for (const DueRow& row : pack.due) {
    view["due"].push_back(
        {{"words", in_words(to_words(row.deadline.kind))},
         {"day", day_in_words(row.deadline.due)},
         {"tag", tag_of(row.state == DueState::overdue ? "red" : "grey",
                        row.state == DueState::overdue ? "!" : "○", day_from_now(place, row.deadline.due))}});
  }
  return view;
}

Result<Screen> handover_screen(Visit& visit, const Id& id, Json data) {
  const Result<HandoverHere> here = find_handover(visit.place, id);
  if (!here) return here.fault();
  const HandoverRow& row = here->row;
  if (Result<void> leave = begin_looking(visit.place, {sync::AuditAction::consult, row.scope, id}); !leave)
    return leave.fault();
  const HandoverPart part = part_in(visit.place, row);
  Naming naming(visit.place);
  const auto may = [&](HandoverStep wanted) {
    return !row.moved && !row.disputed && step(row.status, wanted, part).ok();
  };
  const CaseFile file(visit.place, row.scope);
  data["bar"] = case_bar(file, visit.place, "more");
  data["title"] = text_of_key("handover.title");
  data["row"] = row_view(visit.place, naming, row);
  data["pack"] = pack_view(visit.place, naming, make_pack(visit.place, row.scope));
  for (const CaseFile::Row& record : file.of(kinds::handover)) {
    if (record.id != id) continue;
    for (const char* field : {"summary", "agenda", "open_questions", "receiver_remarks"})
      data[field] = file.words(record, field);
  }
  const std::string base = "/handover/" + id.to_string();
  data["accept"] = may(HandoverStep::accept) ? base + "/accept" : "";
  data["decline"] = may(HandoverStep::decline) ? base + "/decline" : "";
  data["cancel"] = may(HandoverStep::cancel) ? base + "/cancel" : "";
  data["move"] = may(HandoverStep::move) ? base + "/move" : "";
  data["acts"] = may(HandoverStep::accept) || may(HandoverStep::cancel) || may(HandoverStep::move);
  data["remarks"] = visit.form.one("remarks");
  data["over"] = visit.form.one("over_capacity_reason");
  const int at = row.moved ? 3 : row.status == HandoverStatus::acknowledged ? 2 : 1;
  data["steps"] = Json::array();
  int nr = 0;
  for (const char* key : {"handover.step.offered", "handover.step.acknowledged", "handover.step.moved"}) {
    ++nr;
    data["steps"].push_back({{"words", text_of_key(key)}, {"complete", nr <= at}, {"current", nr == at}});
  }
  return Screen{.view = "handover", .data = std::move(data), .status = visit.acts ? 422 : 200};
}

Result<Screen> show(Visit& visit) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  return handover_screen(visit, *id, Json::object());
}

template <class Act>
Result<Screen> pass(Visit& visit, std::string_view said, const std::string& field, Act act) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  const auto done = act(*id);
  if (done) return go_to("/handover/" + id->to_string(), said);
  Json data = Json::object();
  tell_problem(data, done.fault(), done.fault() == Fault::required ? "#" + field : "");
  return handover_screen(visit, *id, std::move(data));
}

Result<Screen> accept(Visit& visit) {
  return pass(visit, "accepted", "remarks",
              [&](const Id& id) { return accept_handover(visit.place, id, visit.form.one("remarks")); });
}
Result<Screen> decline(Visit& visit) {
  return pass(visit, "declined", "remarks-d",
              [&](const Id& id) { return decline_handover(visit.place, id, visit.form.one("remarks")); });
}
Result<Screen> cancel(Visit& visit) {
  return pass(visit, "cancelled", "", [&](const Id& id) { return cancel_handover(visit.place, id); });
}
Result<Screen> move(Visit& visit) {
  return pass(visit, "moved", "over", [&](const Id& id) {
    return move_handover(visit.place, id, visit.form.one("over_capacity_reason"));
  });
}

FormShape handover_shape(const Workplace& place, const Id& scope) {
  return {
      *place.catalogue().find_kind(kinds::handover),
      scope,
      {"to", "type", "summary", "open_questions", "agenda", "takes_effect"},
      {"none"},
      true,
      {"from", "status", "occurred", "marking", "acknowledged_at", "receiver_remarks", "conversation_at"}};
}

Result<Screen> begin_screen(Visit& visit, const Id& scope, const FormState& state, Json data) {
  if (Result<void> leave = begin_looking(visit.place, {sync::AuditAction::consult, scope, {}}); !leave)
    return leave.fault();
  Naming naming(visit.place);
  data["bar"] = case_bar(CaseFile(visit.place, scope), visit.place, "more");
  data["title"] = text_of_key("handover.begin");
  data["groups"] = form_groups(visit.place, handover_shape(visit.place, scope), state);
  data["pack"] = pack_view(visit.place, naming, make_pack(visit.place, scope));
  data["act"] = "/case/" + scope.to_string() + "/handover";
  data["save"] = text_of_key("handover.offer");
  data["back"] = "/case/" + scope.to_string();
  return Screen{.view = "form", .data = std::move(data), .status = visit.acts ? 422 : 200};
}

Result<Screen> ask_begin(Visit& visit) {
  const Result<Id> scope = id_at(visit, 0);
  if (!scope) return scope.fault();
  if (!visit.place.store.find_record(*scope)) return Fault::not_found;
  FormState state;
  state.typed["agenda"] = {agenda_of(make_pack(visit.place, *scope))};
  state.typed["takes_effect"] = {to_text(visit.place.zone.date_at(visit.place.clock.now()))};
  return begin_screen(visit, *scope, state, Json::object());
}

Result<Screen> do_begin(Visit& visit) {
  const Result<Id> scope = id_at(visit, 0);
  if (!scope) return scope.fault();
  const FormShape shape = handover_shape(visit.place, *scope);
  FormRead read = read_form(visit.place, shape, visit.form);
  Json data = Json::object();
  for (const auto& [name, words] : read.state.problems) add_problem(data, words, "#f-" + name);
  if (read.state.problems.empty()) {
    NewHandover wanted{
        *scope, {}, visit.form.one("summary"), visit.form.one("agenda"), visit.form.one("open_questions")};
    for (const FieldValue& write : read.writes) {
      const std::string_view name = shape.kind.find_field(write.field)->name;
      if (name == "to") wanted.to = write.value.reference();
      if (name == "type") wanted.reason = write.value.code();
      if (name == "takes_effect") wanted.takes_effect = write.value.date();
    }
    const Result<Offered> offered = wanted.to.is_none()
                                        ? Result<Offered>(Fault(Fault::required, "handover.header.to"))
                                        : begin_handover(visit.place, wanted);
    if (offered)
      return go_to("/handover/" + offered->done.record.to_string(),
                   offered->receiver_reads ? "offered" : "offered_unread");
    blame(read.state, data, shape, offered.fault());
  }
  return begin_screen(visit, *scope, read.state, std::move(data));
}

}  // namespace

std::span<const PageEntry> handover_pages() {
  static const std::vector<PageEntry> pages{{"/handovers", list},
                                            {"/handover/*", show},
                                            {"/handover/*/accept", accept, true},
                                            {"/handover/*/decline", decline, true},
                                            {"/handover/*/cancel", cancel, true},
                                            {"/handover/*/move", move, true},
                                            {"/case/*/handover", ask_begin},
                                            {"/case/*/handover", do_begin, true}};
  return pages;
}

}  // namespace caseload::client
