#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace caseload::client {

constexpr std::size_t csv_columns_max = 256;            // spreadsheets of old had as many; tables of people have dozens
constexpr std::size_t csv_cell_bytes_max = 1U << 20;    // what no field can hold need not be read
constexpr std::size_t csv_row_bytes_max = 4U << 20;     // more than a change may weigh
constexpr std::size_t csv_rows_max = 100'000;           // taken in one transaction; more comes in several tables
constexpr std::uint64_t csv_bytes_max = 512ULL << 20;   // of a table: five typed pages in each of its rows

enum class CsvEncoding : std::uint8_t { utf8 = 1, windows_1252 = 2, latin_1 = 3 };

struct CsvShape {
  char separator = ',';
  CsvEncoding encoding = CsvEncoding::utf8;
};

// CsvReader: a table of foreign making, row by row.
//
// Shape    the first row says how many cells all have. Lines end in CRLF, LF or CR, and inside of quotes too each
//          comes as a newline. Rows without a single letter are passed over. Cells come as check_text gives them.
// Promise  never holds more than one row and a buffer, whatever the table is.
// Errors   bad_line: a quote that is not closed, or stands where none can; too few or too many cells. too_large: a
//          cell, a row, the table. too_many: columns, rows. text_encoding: not in the encoding that was stated;
//          UTF-8 where another was; UTF-16. text_control, text_marks. row() and column() say where.
// Breakage when the disk does not give what it should.
// Attacker writes the table. Nothing of it is repeated in a Fault.
// Source   RFC 4180.
class CsvReader {
 public:
  CsvReader(std::istream& in, CsvShape shape) : in_(in), shape_(shape) {}

  // The next row with anything in it; false at the end.
  Result<bool> next(std::vector<std::string>& cells);

  std::size_t row() const { return row_; }          // as spreadsheets count: the first is 1
  std::size_t column() const { return column_; }    // of the last Fault, from 1; 0: the row as a whole
  std::uint64_t bytes() const { return bytes_; }    // read so far
  bool can_go_on() const { return !broken_; }       // whether rows after a Fault can be told apart

 private:
  static constexpr int at_end = -1;

  int take();
  bool fill();
  Result<void> check_beginning();
  Result<bool> read_row(std::vector<std::string>& cells);
  Result<void> end_cell(std::vector<std::string>& cells, std::string& cell);
  Result<void> decode_all(std::vector<std::string>& cells);

  std::istream& in_;
  const CsvShape shape_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t bytes_ = 0;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t width_ = 0;
  bool broken_ = false;
};

}  // namespace caseload::client
