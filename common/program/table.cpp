#include "common/program/table.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/text.h"

namespace caseload {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t column_width_min = 4;

std::size_t bytes_of_letter(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  return size;
}

std::string cut_to(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t taken = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t bytes = bytes_of_letter(text.substr(at));
    const std::size_t wide = display_width(text.substr(at, bytes));
    if (taken + wide > width - 1) break;
    taken += wide;
    at += bytes;
  }
  return std::string(text.substr(0, at)).append("…");
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                    const std::vector<Column>& columns) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - std::min(widths[i], display_width(cells[i])), ' ');
    if (i > 0) line.append(gap, ' ');
    if (columns[i].align == Align::right) line += padding;
    line += cells[i];
    if (columns[i].align == Align::left && i + 1 < cells.size()) line += padding;
  }
  return line += '\n';
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  CHECK(!columns_.empty(), "a table has a column at least");
}

void Table::add(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size(), "one cell a column");
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths(const Terminal& on) const {
  std::vector<std::size_t> widths;
  std::size_t total = gap * (columns_.size() - 1);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = display_width(columns_[i].heading);
    for (const std::vector<std::string>& row : rows_) widest = std::max(widest, display_width(on.foreign(row[i])));
    widths.push_back(widest);
    total += widest;
  }
  if (!on.is_terminal()) return widths;
  for (const std::size_t room = on.columns(); total > room; --total) {
    const std::vector<std::size_t>::iterator widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= column_width_min) break;
    --*widest;
  }
  return widths;
}

std::string Table::text(const Terminal& on) const {
  const std::vector<std::size_t> wide = widths(on);
  std::vector<std::string> headings;
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    headings.push_back(cut_to(columns_[i].heading, wide[i]));
    rules.push_back(std::string(wide[i], '-'));
  }
  std::string text = line_of(headings, wide, columns_) + line_of(rules, wide, columns_);
  for (const std::vector<std::string>& row : rows_) {
    std::vector<std::string> cells;
    // Cut first: a direction mark that is cut off would leave the isolate open.
    for (std::size_t i = 0; i < row.size(); ++i) cells.push_back(on.foreign(cut_to(row[i], wide[i])));
    text += line_of(cells, wide, columns_);
  }
  return text;
}

}  // namespace caseload
