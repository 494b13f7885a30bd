#pragma once

#include <string>
#include <vector>

#include "common/program/terminal.h"

namespace caseload {

enum class Align { left, right };

struct Column {
  std::string heading;
  Align align = Align::left;
};

// Table: rows under headings, columns aligned by what letters take on a screen.
//
// Shape    two spaces between columns, a line under the headings. Cells count as foreign text (Terminal::foreign).
// Promise  on a terminal no line is wider than it, as long as each column has room for four letters: the widest cells
//          are cut and end in "…". In a file or pipe nothing is cut.
class Table {
 public:
  explicit Table(std::vector<Column> columns);

  void add(std::vector<std::string> cells);  // Requires one cell a column.
  std::string text(const Terminal& on) const;

 private:
  std::vector<std::size_t> widths(const Terminal& on) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace caseload
