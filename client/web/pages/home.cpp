#include <algorithm>

#include "client/casework/cases.h"
#include "client/casework/handover/handover.h"
#include "client/casework/notes.h"
#include "client/casework/status.h"
#include "client/casework/timeline.h"
#include "client/web/show.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"

// The first screen: what waits for this person, and their cases, the most pressing first.

namespace caseload::client {
namespace {

constexpr std::size_t cases_a_page = 50;
constexpr std::size_t deadlines_shown = 12;  // what a week holds
constexpr std::size_t notices_shown = 5;

Json due_tag(const Workplace& place, const DueRow& row) {
  const std::string when = day_from_now(place, row.deadline.due);
  if (row.state == DueState::overdue) return tag_of("red", "!", text_of_key("due.overdue", {{"when", when}}));
  if (row.state == DueState::today) return tag_of("orange", "●", text_of_key("due.today"));
  return tag_of(row.state == DueState::soon ? "yellow" : "grey", "○", when);
}

Json next_deadlines(const Workplace& place, Naming& naming, const std::vector<CaseRow>& cases) {
  std::vector<std::pair<DueRow, Id>> all;
  for (const CaseRow& one : cases) {
    for (const DueRow& row : one.deadlines) {
      if (row.state != DueState::later) all.emplace_back(row, one.id);
    }
  }
  std::ranges::stable_sort(all, {}, [](const auto& pair) { return pair.first.days; });
  if (all.size() > deadlines_shown) all.resize(deadlines_shown);
  Json rows = Json::array();
  for (const auto& [row, scope] : all) {
    const bool of_case = row.deadline.record == scope;
    rows.push_back({{"case", naming.of(scope)},
                    {"case_href", "/case/" + scope.to_string()},
                    {"href", (of_case ? "/case/" : "/record/") + row.deadline.record.to_string()},
                    {"what", in_words(to_words(row.deadline.kind))},
                    {"name", of_case ? "" : naming.of(row.deadline.record)},
                    {"tag", due_tag(place, row)}});
  }
  return rows;
}

Json case_view(const Workplace& place, Naming& naming, const CaseRow& row) {
  Json tags = Json::array();
  if (row.due.overdue > 0)
    tags.push_back(tag_of("red", "!", count_in_words("case.overdue", row.due.overdue)));
  if (row.due.soon > 0) tags.push_back(tag_of("yellow", "○", count_in_words("case.soon", row.due.soon)));
  if (row.arriving) tags.push_back(tag_of("blue", "↓", text_of_key("case.arriving")));
  const std::string next = row.next_contact ? day_in_words(*row.next_contact) : "";
  return {{"name", row.name},
          {"reference", row.reference.empty() ? row.id.short_form() : row.reference},
          {"href", "/case/" + row.id.to_string()},
          {"score", std::to_string(row.priority.score)},
          {"reason", row.priority.reasons.empty() ? "" : row.priority.reasons.front().words},
          {"status", label_of_code(row.status)},
          {"lead", naming.who(row.lead)},
          {"next", next},
          {"next_sort", row.next_contact ? to_text(*row.next_contact) : "9999"},
          {"tags", std::move(tags)},
          {"last", row.last_contact ? day_in_words(place.zone.date_at(*row.last_contact)) : ""}};
}

Json drafts_of(const Workplace& place, Naming& naming) {
  Json rows = Json::array();
  for (const NoteDraft& draft : note_drafts(place)) {
    rows.push_back({{"case", naming.of(draft.scope)},
                    {"href", "/draft/" + draft.id.to_string()},
                    {"saved", moment_in_words(place, draft.saved)}});
  }
  return rows;
}

Json notices_of(Visit& visit) {
  Json rows = Json::array();
  const Result<Timeline> found = timeline(visit.place, {{}, {}, kinds::notice, {}});
  if (!found) return rows;
  for (std::size_t i = found->rows.size(); i > 0 && rows.size() < notices_shown; --i) {
    const TimelineRow& row = found->rows[i - 1];
    rows.push_back({{"words", shortened(row.text, 160)},
                    {"when", moment_in_words(visit.place, row.occurred)},
                    {"href", "/record/" + row.id.to_string()}});
  }
  return rows;
}

Json panels_of(Status now, const std::vector<CaseRow>& cases) {
  for (const CaseRow& row : cases) {
    now.overdue += row.due.overdue;
    now.due_soon += row.due.soon;
  }
  const auto panel = [](const char* key, std::size_t n, const char* href, const char* sign) {
    return Json{
        {"n", std::to_string(n)}, {"words", text_of_key(key)}, {"href", href}, {"sign", n > 0 ? sign : ""}};
  };
  return Json::array({panel("home.overdue", now.overdue, "/work", "!"),
                      panel("home.soon", now.due_soon, "/work", "○"),
                      panel("home.unsent", now.unsent + now.waiting, "/sync", "▣"),
                      panel("home.conflicts", now.conflicts, "/conflicts", "⇄"),
                      panel("home.late", now.late + now.late_to_judge, "/team", "◔"),
                      panel("home.drafts", now.drafts, "/#drafts", "✎")});
}

Json handovers_for(Visit& visit, Naming& naming) {
  Json rows = Json::array();
  const Result<std::vector<HandoverRow>> all = list_handovers(visit.place);
  if (!all) return rows;
  for (const HandoverRow& row : *all) {
    if (row.to != visit.place.worker || row.status != HandoverStatus::offered) continue;
    rows.push_back({{"case", naming.of(row.scope)},
                    {"href", "/handover/" + row.id.to_string()},
                    {"from", naming.who(row.from)}});
  }
  return rows;
}

Json pages_of(std::size_t size, std::size_t page, const std::string& base) {
  Json pages = Json::array();
  const std::size_t count = (size + cases_a_page - 1) / cases_a_page;
  for (std::size_t i = 1; count > 1 && i <= count; ++i) {
    pages.push_back(
        {{"nr", std::to_string(i)}, {"href", base + "page=" + std::to_string(i)}, {"current", i == page}});
  }
  return pages;
}

std::size_t page_of(const Visit& visit) {
  const std::string typed = visit.query.one("page");
  const bool number = !typed.empty() && typed.size() < 5 &&
                      std::ranges::all_of(typed, [](char c) { return c >= '0' && c <= '9'; });
  return number ? std::max<std::size_t>(1, static_cast<std::size_t>(std::stoul(typed))) : 1;
}

Result<Screen> home(Visit& visit) {
  Result<std::vector<CaseRow>> rows = list_cases(visit.place);
  if (!rows) return rows.fault();
  Naming naming(visit.place);
  const bool mine = visit.query.one("show") == "mine";
  const std::size_t all = rows->size();
  Screen screen{"home"};
  Json& data = screen.data;
  data["title"] = text_of_key("home.title");
  data["panels"] = panels_of(status_but_deadlines(visit.place), *rows);
  data["deadlines"] = next_deadlines(visit.place, naming, *rows);
  data["drafts"] = drafts_of(visit.place, naming);
  data["notices"] = notices_of(visit);
  data["handovers"] = handovers_for(visit, naming);
  data["offers"] = !data["handovers"].empty();
  if (mine) std::erase_if(*rows, [&](const CaseRow& row) { return row.lead != visit.place.worker; });
  const std::size_t page = page_of(visit);
  data["cases"] = Json::array();
  const std::size_t first = std::min((page - 1) * cases_a_page, rows->size());
  for (std::size_t i = first; i < std::min(first + cases_a_page, rows->size()); ++i) {
    data["cases"].push_back(case_view(visit.place, naming, (*rows)[i]));
  }
  data["pages"] = pages_of(rows->size(), page, mine ? "/?show=mine&" : "/?");
  data["mine"] = mine;
  data["shown"] =
      text_of_key("home.shown", {{"n", std::to_string(rows->size())}, {"all", std::to_string(all)}});
  return screen;
}

Result<Screen> help(Visit&) {
  Screen screen{"help"};
  screen.data["title"] = text_of_key("help.title");
  return screen;
}

}  // namespace

std::span<const PageEntry> home_pages() {
  static const std::vector<PageEntry> pages{{"/", home}, {"/help", help}};
  return pages;
}

}  // namespace caseload::client
