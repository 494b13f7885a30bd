#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/base/escape.h"
#include "server/report/report.h"

namespace caseload::server {
namespace {

constexpr std::string_view byte_order_mark = "\ufeff";  // without it spreadsheets take UTF-8 for something else
constexpr std::size_t bars_max = 40;
constexpr std::size_t bar_width = 360, bar_height = 18, bar_gap = 4, label_width = 180;
constexpr std::size_t short_bytes_max = 24;
constexpr std::size_t label_letters_max = 24;  // what has room beside a bar; the table has all of it
constexpr std::string_view policy =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
constexpr std::string_view style =
    "body{font:15px system-ui,sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse;margin:.5em 0 1.5em}"
    "th,td{border:1px solid #999;padding:.25em .6em;text-align:start;vertical-align:top}th{background:#eee}"
    ".n{text-align:end;font-variant-numeric:tabular-nums}.s{white-space:nowrap}figure{margin:.5em 0}"
    "figcaption{color:#444;margin-bottom:.3em}"
    "svg text{font:13px system-ui,sans-serif}@media print{body{margin:0}thead{display:table-header-group}}";

bool is_number(const std::string& cell) {
  return !cell.empty() && cell.size() < 16 && cell.find_first_not_of("0123456789") == std::string::npos;
}

std::size_t number_in(const std::string& cell) {
  return is_number(cell) ? static_cast<std::size_t>(std::stoull(cell)) : 0;
}

// Numbers stand below each other, and what is short, like a day, is not broken.
std::string_view shape_of(const ReportTable& table, std::size_t column) {
  const auto all = [&](const auto& fits) {
    return std::ranges::all_of(table.rows, [&](const std::vector<std::string>& row) { return fits(row[column]); });
  };
  if (all([](const std::string& cell) { return cell.empty() || is_number(cell); })) return " class=\"n\"";
  return all([](const std::string& cell) { return cell.size() <= short_bytes_max; }) ? " class=\"s\"" : "";
}

// The catalogue's words, like very_high, as people write them.
std::string words_of(std::string cell) {
  const bool code = cell.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
  if (code) std::ranges::replace(cell, '_', ' ');
  return cell;
}

// open-risks: Open risks.
std::string heading_of(std::string name) {
  std::ranges::replace(name, '-', ' ');
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

// Cut between letters: a byte that goes on with one begins with 10.
std::string label_of(const std::string& words) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(words[i]) & 0xc0) != 0x80;
    if (begins && letters++ == label_letters_max) return words.substr(0, i) + "…";
  }
  return words;
}

std::string attribute(std::string_view name, std::size_t value) {
  return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
}

// Bars by the plotted column, labelled by the first. Whoever does not see it reads the table, which says the same.
std::string plot_of(const ReportTable& table) {
  const auto column = static_cast<std::size_t>(table.plot);
  const std::size_t count = std::min(table.rows.size(), bars_max);
  std::size_t most = 1;
  for (std::size_t i = 0; i < count; ++i) most = std::max(most, number_in(table.rows[i][column]));
  const std::size_t height = count * (bar_height + bar_gap);
  const std::string what = html_text(table.columns[column]);
  std::string svg = "<figure><figcaption>" + what + "</figcaption><svg role=\"img\" aria-label=\"" +
                    html_text(table.title) + ": " + what + "\"" +
                    attribute("width", label_width + bar_width + 60) + attribute("height", height) + ">\n";
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t top = i * (bar_height + bar_gap);
    const std::size_t number = number_in(table.rows[i][column]);
    const std::size_t width = number == 0 ? 0 : std::max<std::size_t>(2, number * bar_width / most);
    const std::string label = html_text(label_of(words_of(table.rows[i][0])));
    svg += "<text" + attribute("x", label_width - 6) + attribute("y", top + 14) + " text-anchor=\"end\">" + label +
           "</text><rect" + attribute("x", label_width) + attribute("y", top) + attribute("width", width) +
           attribute("height", bar_height) + " fill=\"#36648b\"/><text" + attribute("x", label_width + width + 6) +
           attribute("y", top + 14) + ">" + std::to_string(number) + "</text>\n";
  }
  return svg + "</svg></figure>\n";
}

std::string table_of(const ReportTable& table) {
  std::string page = "<h2>" + html_text(table.title) + "</h2>\n";
  if (table.rows.empty()) return page + "<p>None.</p>\n";
  if (table.plot >= 0) page += plot_of(table);
  page += "<table><thead><tr>";
  std::vector<std::string_view> shape;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    shape.push_back(shape_of(table, i));
    page += "<th scope=\"col\"" + std::string(shape[i]) + ">" + html_text(table.columns[i]) + "</th>";
  }
  page += "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    page += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      page += "<td" + std::string(shape[i]) + "><bdi>" + html_text(words_of(row[i])) + "</bdi></td>";
    page += "</tr>\n";
  }
  return page + "</tbody></table>\n";
}

std::string csv_line(const std::vector<std::string>& cells) {
  const std::vector<std::string_view> views(cells.begin(), cells.end());
  return csv_row(views);
}

}  // namespace

std::string in_minutes(WallTime moment) {
  std::string text = to_text(moment).substr(0, std::string_view("2026-11-22T17:05").size());
  std::ranges::replace(text, 'T', ' ');
  return text + " UTC";
}

std::string report_as_json(const Report& report) {
  nlohmann::ordered_json all{{"report", report.name}, {"at", to_text(report.at)}, {"position", report.position},
                             {"in_whose_name", report.in_whose_name}, {"tables", nlohmann::ordered_json::array()}};
  for (const ReportTable& table : report.tables) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const std::vector<std::string>& row : table.rows) {
      nlohmann::ordered_json line = nlohmann::ordered_json::object();
      for (std::size_t i = 0; i < row.size(); ++i) line[table.columns[i]] = row[i];
      rows.push_back(std::move(line));
    }
    all["tables"].push_back({{"title", table.title}, {"rows", std::move(rows)}});
  }
  return all.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string report_as_csv(const Report& report) {
  std::string text(byte_order_mark);
  for (const ReportTable& table : report.tables) {
    if (report.tables.size() > 1) text += csv_row({table.title});
    text += csv_line(table.columns);
    for (const std::vector<std::string>& row : table.rows) text += csv_line(row);
  }
  return text;
}

std::string report_as_html(const Report& report) {
  const std::string heading = html_text(heading_of(report.name));
  std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">" + std::string(policy) +
                     "<title>" + heading + "</title><style>" + std::string(style) + "</style></head><body>\n<h1>" +
                     heading + "</h1>\n<p>" + html_text(report.about) + " As the log stood at " +
                     in_minutes(report.at) + ", position " + std::to_string(report.position) + ".";
  if (!report.in_whose_name.empty())
    page += " In the name of " + html_text(report.in_whose_name) + ", who may read what stands here.";
  page += "</p>\n";
  for (const ReportTable& table : report.tables) page += table_of(table);
  return page + "</body></html>\n";
}

}  // namespace caseload::server
