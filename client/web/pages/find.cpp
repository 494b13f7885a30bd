#include <algorithm>

#include "client/casework/attention/attention.h"
#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "client/casework/timeline.h"
#include "client/casework/typed.h"
#include "client/web/case_file.h"
#include "client/web/pictures.h"
#include "client/web/texts.h"
#include "common/base/text.h"
#include "common/record/kinds.h"
#include "common/time/typed_date.h"

// Finding things: words, everything of a case in its order, all actions; and why something is here at all.

namespace caseload::client {
namespace {

constexpr std::size_t rows_a_page = 50;
constexpr int weeks_shown = 6;

Result<Screen> find(Visit& visit) {
  Screen screen{"search"};
  Json& data = screen.data;
  const std::string words = visit.query.one("q");
  data["title"] = text_of_key("search.title");
  data["q"] = words;
  data["searched"] = !words.empty();
  data["ranked"] = visit.query.one("by") == "best";
  data["hits"] = Json::array();
  if (words.empty()) return screen;
  SearchQuery query{.text = words};
  if (visit.query.one("by") == "best") query.order = SearchOrder::ranked;
  if (const Result<Id> scope = Id::parse(visit.query.one("case"))) query.scope = *scope;
  const Result<SearchResult> found = look_for(visit.place, query);
  if (!found) {
    tell_problem(data, found.fault(), "#q");
    screen.status = 422;
    return screen;
  }
  Naming naming(visit.place);
  for (const SearchHit& hit : found->hits) {
    const KindEntry* kind = visit.place.catalogue().find_kind(hit.entry.row.kind);
    const bool is_case = hit.entry.row.kind == kinds::case_file;
    data["hits"].push_back({{"href", (is_case ? "/case/" : "/record/") + hit.entry.row.record.to_string()},
                            {"kind", kind == nullptr ? "" : label_of(*kind)},
                            {"case", naming.of(hit.entry.row.scope)},
                            {"when", moment_in_words(visit.place, hit.entry.occurred)},
                            {"snippet", hit.snippet}});
  }
  data["count"] = count_in_words("search.hits", found->hits.size());
  data["more"] = found->more;
  return screen;
}

std::string_view level_name(sync::Level level) {
  switch (level) {
    case sync::Level::none:
      return "none";
    case sync::Level::see:
      return "see";
    case sync::Level::read:
      return "read";
    case sync::Level::write:
      return "write";
  }
  return "none";
}

Result<Screen> explain(Visit& visit) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  const Why found = why(visit.place, *id);
  Screen screen{"why"};
  Json& data = screen.data;
  Naming naming(visit.place);
  data["title"] = text_of_key("why.title");
  data["what"] = found.here ? naming.of(*id) : "";
  const std::optional<sync::RecordRow> row = visit.place.store.find_record(*id);
  data["back"] = !row                        ? "/"
                 : row->record == row->scope ? "/case/" + id->to_string()
                                             : "/record/" + id->to_string();
  data["here"] = text_of_key(!found.here        ? "why.not_here"
                             : found.begun_here ? "why.begun_here"
                                                : "why.shared");
  data["arriving"] = found.arriving;
  data["level"] = text_of_key("level." + std::string(level_name(found.level)));
  data["rows"] = Json::array();
  for (const SectionRight& right : found.rights) {
    data["rows"].push_back({{"section", right.section},
                            {"level", text_of_key("level." + std::string(level_name(right.decision.level)))},
                            {"decide", right.decision.may_decide},
                            {"line", std::to_string(right.decision.line)},
                            {"rule", right.rule}});
  }
  return screen;
}

// What was chosen in the filter, as it was typed.
struct Filter {
  std::string type, kind, from, to, words;
  bool any() const {
    return !type.empty() || !kind.empty() || !from.empty() || !to.empty() || !words.empty();
  }
};

Result<std::optional<Date>> day_typed(const Visit& visit, const std::string& typed) {
  if (typed.empty()) return std::optional<Date>();
  const Result<Date> day = parse_typed_day(typed, {visit.place.clock.now(), visit.place.zone, Leaning::past});
  if (!day) return day.fault();
  return std::optional(*day);
}

Json row_view(const Workplace& place, Naming& naming, const TimelineRow& row) {
  const bool draft = row.state == Whereabouts::draft;
  const std::string kind = row.kind == nullptr ? "" : label_of(*row.kind);
  const std::string type = row.type.empty() ? "" : label_of_code(row.type);
  const bool weighty = row.type == "oversight" || row.type == "decision" || row.type == "supervision";
  return {{"href", (draft ? "/draft/" : "/record/") + row.id.to_string()},
          {"heading", type.empty() ? kind : type},
          {"kind", kind},
          {"weighty", weighty ? tag_of("purple", "★", text_of_key("timeline.management")) : Json()},
          {"iso", to_text(row.occurred)},
          {"when", moment_in_words(place, row.occurred)},
          {"who", naming.who(row.author)},
          {"recorded", moment_in_words(place, row.recorded)},
          {"received", row.received ? moment_in_words(place, *row.received) : text_of_key("history.not_yet")},
          {"text", row.text},
          {"short", shortened(row.text, 280)},
          {"long", shortened(row.text, 280).size() < row.text.size()},
          {"state", tag_of(row.state)},
          {"voided", row.voided != sync::VoidState::not_voided},
          {"amended", row.amended == 0 ? "" : count_in_words("timeline.amended", row.amended)}};
}

Json choices(const Workplace& place, const Timeline& all, const Filter& filter) {
  std::map<std::string, std::string> types, kinds_here;
  for (const TimelineRow& row : all.rows) {
    if (!row.type.empty() && row.kind != nullptr && row.kind->number == kinds::note)
      types[row.type] = label_of_code(row.type);
    if (row.kind != nullptr) kinds_here[row.kind->name] = label_of(*row.kind);
  }
  const auto options = [](const std::map<std::string, std::string>& from, const std::string& chosen) {
    Json list =
        Json::array({{{"value", ""}, {"text", text_of_key("filter.all")}, {"selected", chosen.empty()}}});
    for (const auto& [value, text] : from)
      list.push_back({{"value", value}, {"text", text}, {"selected", value == chosen}});
    return list;
  };
  Json note_types = Json::array();
  const FieldEntry& type = *place.catalogue().find_kind(kinds::note)->find_field(header::type);
  for (const CodeEntry& code : place.catalogue().find_code_list(type.code_list)->codes) {
    if (!code.retired)
      note_types.push_back(
          {{"value", code.name}, {"text", label_of_code(code.name)}, {"selected", code.name == "phone"}});
  }
  return {{"types", options(types, filter.type)},
          {"kinds", options(kinds_here, filter.kind)},
          {"note_types", note_types}};
}

void keep_wanted(Visit& visit, Timeline& all, const Filter& filter, Json& data) {
  const Result<std::optional<Date>> from = day_typed(visit, filter.from), to = day_typed(visit, filter.to);
  if (!from) tell_problem(data, from.fault(), "#from");
  if (!to) tell_problem(data, to.fault(), "#to");
  const std::string words = fold_for_search(filter.words);
  std::erase_if(all.rows, [&](const TimelineRow& row) {
    const Date day = visit.place.zone.date_at(row.occurred);
    const bool early = from && *from && day < **from;
    const bool late = to && *to && day > **to;
    const bool other = (!filter.type.empty() && row.type != filter.type) ||
                       (!filter.kind.empty() && (row.kind == nullptr || row.kind->name != filter.kind));
    return early || late || other ||
           (!words.empty() && fold_for_search(row.text).find(words) == std::string::npos);
  });
}

std::string filter_address(const Filter& filter) {
  std::string address;
  for (const auto& [name, value] : {std::pair{"type", filter.type},
                                    {"kind", filter.kind},
                                    {"from", filter.from},
                                    {"to", filter.to},
                                    {"q", filter.words}}) {
    if (!value.empty()) address += std::string(name) + "=" + in_address(value) + "&";
  }
  return address;
}

Result<Screen> case_timeline(Visit& visit) {
  const Result<Id> scope = id_at(visit, 0);
  if (!scope) return scope.fault();
  Result<Timeline> all = timeline(visit.place, {.scope = *scope});
  if (!all) return all.fault();
  const Filter filter{visit.query.one("type"), visit.query.one("kind"), visit.query.one("from"),
                      visit.query.one("to"), visit.query.one("q")};
  Screen screen{"timeline"};
  Json& data = screen.data;
  const CaseFile file(visit.place, *scope);
  const std::string base = "/case/" + scope->to_string();
  data["bar"] = case_bar(file, visit.place, "timeline");
  data["title"] = text_of_key("timeline.title");
  data["base"] = base;
  data["choices"] = choices(visit.place, *all, filter);
  data["filter"] = {{"from", filter.from}, {"to", filter.to}, {"q", filter.words}, {"any", filter.any()}};
  const std::size_t whole = all->rows.size();
  keep_wanted(visit, *all, filter, data);
  std::ranges::reverse(all->rows);
  const std::string typed = visit.query.one("page");
  const bool number = !typed.empty() && typed.size() < 4 &&
                      std::ranges::all_of(typed, [](char c) { return c >= '0' && c <= '9'; });
  const std::size_t page = number ? std::max<std::size_t>(1, std::stoul(typed)) : 1;
  const std::size_t first = std::min((page - 1) * rows_a_page, all->rows.size()),
                    last = std::min(first + rows_a_page, all->rows.size());
  Naming naming(visit.place);
  data["rows"] = Json::array();
  for (std::size_t i = first; i < last; ++i)
    data["rows"].push_back(row_view(visit.place, naming, all->rows[i]));
  data["shown"] = text_of_key("timeline.shown", {{"from", std::to_string(std::min(first + 1, last))},
                                                 {"to", std::to_string(last)},
                                                 {"n", std::to_string(all->rows.size())},
                                                 {"all", std::to_string(whole)}});
  const std::string address = base + "/timeline?" + filter_address(filter) + "page=";
  data["newer"] = page > 1 ? address + std::to_string(page - 1) : "";
  data["older"] = last < all->rows.size() ? address + std::to_string(page + 1) : "";
  data["may_note"] = may_begin(visit.place, *scope, kinds::note);
  return screen;
}

// Deadlines by the week in which they fall due; what is overdue stands in a bar of its own.
Json week_picture(const Workplace& place, const std::map<Id, Attention>& weighed) {
  const Date today = place.zone.date_at(place.clock.now());
  const Date monday = today - (weekday_of(today) - std::chrono::Monday);
  Figures figures{
      text_of_key("picture.weeks"),
      text_of_key("picture.week"),
      {text_of_key("picture.contacts"), text_of_key("picture.actions"), text_of_key("picture.others")},
      {},
      4};
  figures.rows.push_back({text_of_key("picture.overdue"), {0, 0, 0}});
  for (int week = 0; week < weeks_shown; ++week)
    figures.rows.push_back({to_text(monday + std::chrono::days(7 * week)).substr(5), {0, 0, 0}});
  for (const auto& [scope, attention] : weighed) {
    for (const DueRow& row : attention.due) {
      const DeadlineKind kind = row.deadline.kind;
      const std::size_t column = kind == DeadlineKind::contact || kind == DeadlineKind::silence ? 0
                                 : kind == DeadlineKind::action                                 ? 1
                                                                                                : 2;
      const auto week = (row.deadline.due - monday).count() / 7;
      if (row.state == DueState::overdue) ++figures.rows[0].values[column];
      if (row.state != DueState::overdue && week >= 0 && week < weeks_shown)
        ++figures.rows[static_cast<std::size_t>(week) + 1].values[column];
    }
  }
  return bars_of(figures);
}

// How many actions were overdue at the end of each of the last weeks, from when they were due and when they
// were done.
Json overdue_picture(const Workplace& place, const std::vector<Id>& actions) {
  const Catalogue& catalogue = place.catalogue();
  const KindEntry& kind = *catalogue.find_kind(kinds::action);
  const Date today = place.zone.date_at(place.clock.now());
  Figures figures{text_of_key("picture.trend"),
                  text_of_key("picture.week"),
                  {text_of_key("picture.overdue_actions")},
                  {},
                  4};
  for (int week = weeks_shown; week >= 0; --week)
    figures.rows.push_back({to_text(today - std::chrono::days(7 * week)).substr(5), {0}});
  const auto day_of = [&](const sync::RecordState& state, std::string_view name) -> std::optional<Date> {
    const sync::FieldView view = state.view(catalogue, kind.find_field(name)->number);
    const bool dated = !view.in_force.empty() && view.in_force.front().type() == ValueType::date;
    return dated ? std::optional(view.in_force.front().date()) : std::nullopt;
  };
  for (const Id& id : actions) {
    const sync::RecordState state = readable(place, id);
    if (state.void_state(catalogue) == sync::VoidState::voided) continue;
    const std::optional<Date> due = day_of(state, "due"), done = day_of(state, "done_on");
    const bool open =
        code_of(catalogue, state, kind.find_field("status")->number) == number_of(ActionStatus::open);
    for (int week = weeks_shown; due && week >= 0; --week) {
      const Date then = today - std::chrono::days(7 * week);
      const bool was_open = open || (done && *done > then);
      if (*due < then && was_open) ++figures.rows[static_cast<std::size_t>(weeks_shown - week)].values[0];
    }
  }
  return lines_of(figures);
}

Result<Screen> work(Visit& visit) {
  if (Result<void> leave = begin_looking(visit.place, {}); !leave) return leave.fault();
  const std::map<Id, Attention> weighed = weigh_cases(visit.place);
  Naming naming(visit.place);
  Screen screen{"work"};
  Json& data = screen.data;
  data["title"] = text_of_key("work.title");
  data["weeks"] = week_picture(visit.place, weighed);
  data["trend"] = overdue_picture(visit.place, visit.place.store.records().of_kind(kinds::action));
  std::vector<std::pair<DueRow, Id>> all;
  for (const auto& [scope, attention] : weighed) {
    for (const DueRow& row : attention.due) all.emplace_back(row, scope);
  }
  std::ranges::stable_sort(all, {}, [](const auto& pair) { return pair.first.days; });
  data["count"] = std::to_string(all.size());
  if (all.size() > 2 * rows_a_page) all.resize(2 * rows_a_page);
  data["rows"] = Json::array();
  for (const auto& [row, scope] : all) {
    const bool overdue = row.state == DueState::overdue;
    data["rows"].push_back(
        {{"case", naming.of(scope)},
         {"case_href", "/case/" + scope.to_string()},
         {"what", in_words(to_words(row.deadline.kind))},
         {"name", row.deadline.record == scope ? "" : naming.of(row.deadline.record)},
         {"href", (row.deadline.record == scope ? "/case/" : "/record/") + row.deadline.record.to_string()},
         {"day", day_in_words(row.deadline.due)},
         {"sort", to_text(row.deadline.due)},
         {"tag", tag_of(overdue                        ? "red"
                        : row.state == DueState::later ? "grey"
                                                       : "yellow",
                        overdue ? "!" : "○", day_from_now(visit.place, row.deadline.due))}});
  }
  return screen;
}

}  // namespace

std::span<const PageEntry> find_pages() {
  static const std::vector<PageEntry> pages{
      {"/search", find}, {"/why/*", explain}, {"/case/*/timeline", case_timeline}, {"/work", work}};
  return pages;
}

}  // namespace caseload::client
