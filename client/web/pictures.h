#pragma once

#include "common/command/answer.h"

namespace caseload::client {

// Pictures: numbers as lines and bars, reckoned into places on a drawing; the template draws them, and writes the
// same numbers as a table beside.
//
// Shape    a row for each head; its values in the order of the columns. Bars stand side by side by row, stacked by
//          column; a line is one column over the rows.
struct Figures {
  std::string caption;
  std::string head;  // what the rows are: "Week"
  std::vector<std::string> columns;
  struct Row {
    std::string head;
    std::vector<std::int64_t> values;  // as many as columns
  };
  std::vector<Row> rows;
  std::int64_t most = 0;  // the least height of the scale; it grows with the values
};
Json bars_of(const Figures& figures);
Json lines_of(const Figures& figures);

}  // namespace caseload::client
