// Reports that name clients. Each reads through the mask of the worker in whose name it is made: what the rules keep
// from that worker is not there to be told.

#include <algorithm>
#include <array>

#include "server/report/reports.h"

namespace caseload::server {
namespace {

std::string days_between(Date from, Date to) { return std::to_string((to - from).count()); }
Date day_of(WallTime moment) { return std::chrono::floor<std::chrono::days>(moment); }

std::string unit_of(const ReportReader& reader, const ReportReader::Case& one) { return reader.name_of_unit(one.unit); }

// The latest day of a note by which somebody oversaw the case.
std::optional<Date> last_oversight(const ReportReader& reader, const ReportReader::Case& one) {
  std::optional<Date> last;
  for (const ReportReader::Entry& note : reader.records(one, kinds::note)) {
    const std::string type = words_in(note.state, "type");
    if (type != "oversight" && type != "supervision") continue;
    const Date day = day_of(moment_in(note.state, "occurred").value_or(note.created));
    last = std::max(last.value_or(day), day);
  }
  return last;
}

void add_conflicts(const ReportReader& reader, const ReportReader::Case& one, ReportTable& table) {
  const Catalogue& catalogue = Catalogue::built_in();
  for (const KindEntry& kind : catalogue.kinds()) {
    if (kind.scope != ScopeType::case_file) continue;
    for (const ReportReader::Entry& record : reader.records(one, kind.number)) {
      for (const sync::FieldView& view : record.state.open_conflicts(catalogue))
        table.rows.push_back({reader.name_of_case(one), unit_of(reader, one), kind.name, view.entry->name,
                              std::to_string(view.standing.size()), reader.leads_of(one)});
    }
  }
}

// How many rows each unit has, by the column that names it.
ReportTable by_unit(const ReportTable& table, std::string_view what) {
  const auto column = static_cast<std::size_t>(std::ranges::find(table.columns, "unit") - table.columns.begin());
  std::map<std::string, std::uint64_t> counts;
  for (const std::vector<std::string>& row : table.rows) ++counts[row[column]];
  ReportTable units{"By unit", {"unit", std::string(what)}, {}, 1};
  for (const auto& [name, count] : counts) units.rows.push_back({name, std::to_string(count)});
  return units;
}

std::string kind_of_late(const sync::RecordState& work) {
  const Catalogue& catalogue = Catalogue::built_in();
  const FieldNumber about = late_facts::about_kind;
  const sync::FieldView view = work.view(catalogue, about);
  if (view.in_force.empty() || view.in_force.front().type() != ValueType::integer) return "";
  const KindEntry* kind = catalogue.find_kind(static_cast<KindNumber>(view.in_force.front().integer()));
  return kind == nullptr ? "" : std::string(kind->name);
}

}  // namespace

std::vector<ReportTable> action_tables(const ReportReader& reader, const ReportWish& wish) {
  ReportTable table{"Overdue actions", {"case", "days late", "due", "what", "whose", "unit", "lead"}, {}, -1};
  for (const ReportReader::Case& one : reader.cases(wish.unit)) {
    for (const ReportReader::Entry& action : reader.records(one, kinds::action)) {
      const std::optional<Date> due = date_in(action.state, "due");
      if (!due || *due >= reader.today() || words_in(action.state, "status") != "open") continue;
      table.rows.push_back({reader.name_of_case(one), days_between(*due, reader.today()), to_text(*due),
                            words_in(action.state, "what"), reader.name_of_worker(link_in(action.state, "owner")),
                            unit_of(reader, one), reader.leads_of(one)});
    }
  }
  std::ranges::stable_sort(table.rows, {}, [](const auto& row) { return row[2]; });
  return {by_unit(table, "overdue"), std::move(table)};
}

std::vector<ReportTable> risk_tables(const ReportReader& reader, const ReportWish& wish) {
  constexpr std::array levels = {"very_high", "high", "medium", "not_assessed", "low", ""};
  ReportTable table{"Open risks", {"case", "level", "type", "review on", "review overdue", "unit", "lead"}, {}, -1};
  for (const ReportReader::Case& one : reader.cases(wish.unit)) {
    for (const ReportReader::Entry& risk : reader.records(one, kinds::risk)) {
      if (words_in(risk.state, "status") == "ended") continue;
      const std::optional<Date> review = date_in(risk.state, "review_on");
      const std::string overdue = review && *review < reader.today() ? days_between(*review, reader.today()) : "";
      table.rows.push_back({reader.name_of_case(one), words_in(risk.state, "level"), words_in(risk.state, "type"),
                            review ? to_text(*review) : "", overdue, unit_of(reader, one), reader.leads_of(one)});
    }
  }
  const auto rank = [&](const std::vector<std::string>& row) {
    return std::ranges::find(levels, row[1]) - levels.begin();
  };
  std::ranges::stable_sort(table.rows, {}, rank);
  ReportTable by_level{"By level", {"level", "risks"}, {}, 1};
  for (const std::string level : levels) {
    const auto count = std::ranges::count(table.rows, level, [](const auto& row) { return row[1]; });
    if (count > 0) by_level.rows.push_back({level.empty() ? "unknown" : level, std::to_string(count)});
  }
  return {std::move(by_level), std::move(table)};
}

std::vector<ReportTable> oversight_tables(const ReportReader& reader, const ReportWish& wish) {
  ReportTable table{"No oversight for " + std::to_string(wish.days) + " days",
                    {"case", "last oversight", "days", "unit", "lead"}, {}, -1};
  for (const ReportReader::Case& one : reader.cases(wish.unit)) {
    if (one.status != CaseStatus::open) continue;
    const std::optional<Date> last = last_oversight(reader, one);
    if (last && (reader.today() - *last).count() <= wish.days) continue;
    table.rows.push_back({reader.name_of_case(one), last ? to_text(*last) : "never",
                          last ? days_between(*last, reader.today()) : "", unit_of(reader, one), reader.leads_of(one)});
  }
  std::ranges::stable_sort(table.rows, {}, [](const auto& row) { return row[1] == "never" ? std::string() : row[1]; });
  return {by_unit(table, "cases"), std::move(table)};
}

std::vector<ReportTable> unsettled_tables(const ReportReader& reader, const ReportWish& wish) {
  ReportTable conflicts{"What people disagree on", {"case", "unit", "record", "field", "values", "lead"}, {}, -1};
  for (const ReportReader::Case& one : reader.cases(wish.unit)) add_conflicts(reader, one, conflicts);
  ReportTable late{"Work that waits for a decision",
                   {"case", "days", "whose", "kind", "why", "changes", "unit", "lead"}, {}, -1};
  for (const auto& [of, work] : reader.late_work(wish.unit)) {
    const std::optional<WallTime> since = moment_in(work, "since");
    late.rows.push_back({reader.name_of_case(of), since ? days_between(day_of(*since), reader.today()) : "",
                         reader.name_of_worker(link_in(work, "worker")), kind_of_late(work), words_in(work, "type"),
                         words_in(work, "changes"), unit_of(reader, of), reader.leads_of(of)});
  }
  return {std::move(conflicts), std::move(late)};
}

}  // namespace caseload::server
