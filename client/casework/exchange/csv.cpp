#include "client/casework/exchange/csv.h"

#include <algorithm>
#include <array>
#include <istream>

#include "common/base/text.h"

namespace caseload::client {
namespace {

constexpr std::size_t buffer_bytes = 64 * 1024;
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

// What windows-1252 has at 0x80 to 0x9f; 0 where it has nothing. Everything else is as in Latin-1.
constexpr std::array<char16_t, 32> windows_1252_letters{
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e,
    0x0178};

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void append_utf8(std::string& to, char16_t letter) {
  if (letter >= 0x800) {
    to += static_cast<char>(0xe0 | (letter >> 12));
    to += static_cast<char>(0x80 | ((letter >> 6) & 0x3f));
  } else {
    to += static_cast<char>(0xc0 | (letter >> 6));
  }
  to += static_cast<char>(0x80 | (letter & 0x3f));
}

Result<std::string> from_one_byte_letters(std::string_view raw, CsvEncoding encoding) {
  std::string text;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
      continue;
    }
    const bool special = byte < 0xa0 && encoding == CsvEncoding::windows_1252;
    const char16_t letter = special ? windows_1252_letters[byte - 0x80U] : byte;
    if (letter == 0) return Fault(Fault::text_encoding, "a byte that windows-1252 does not have");
    append_utf8(text, letter);
  }
  return text;
}

// Text of one-byte letters is next to never sound UTF-8, so what is, was meant as that: "Ã©" is nobody's name.
Result<std::string> decode_cell(std::string_view raw, CsvEncoding encoding) {
  if (is_ascii(raw) || encoding == CsvEncoding::utf8) return check_text(raw, csv_cell_bytes_max);
  if (check_text(raw, csv_cell_bytes_max)) return Fault(Fault::text_encoding, "the table is UTF-8; state that");
  const Result<std::string> text = from_one_byte_letters(raw, encoding);
  return text ? check_text(*text, 2 * csv_cell_bytes_max) : text;
}

}  // namespace

Result<bool> CsvReader::next(std::vector<std::string>& cells) {
  if (broken_) return false;
  do {
    ++row_;
    const Result<bool> read = read_row(cells);
    broken_ = !read.ok();
    if (!read || !*read) return read;
  } while (row_ > 1 && std::ranges::all_of(cells, &std::string::empty));
  column_ = 0;
  if (row_ > csv_rows_max + 1) {
    broken_ = true;
    return Fault(Fault::too_many, "at most " + std::to_string(csv_rows_max) + " rows");
  }
  if (row_ == 1) width_ = cells.size();
  if (cells.size() != width_) {
    const bool fewer = cells.size() < width_;
    return Fault(Fault::bad_line, std::string(fewer ? "fewer" : "more") + " cells than the first row");
  }
  if (Result<void> decoded = decode_all(cells); !decoded) return decoded.fault();
  return true;
}

Result<void> CsvReader::decode_all(std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    Result<std::string> text = decode_cell(cells[i], shape_.encoding);
    if (!text) column_ = i + 1;
    if (!text) return text.fault();
    cells[i] = *std::move(text);
  }
  return {};
}

bool CsvReader::fill() {
  buffer_.resize(buffer_bytes);
  in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  if (in_.bad()) throw Breakage(Breakage::What::input_output, "reading a table");
  buffer_.resize(static_cast<std::size_t>(in_.gcount()));
  at_ = 0;
  return !buffer_.empty();
}

// The next byte; every kind of line end as a newline.
int CsvReader::take() {
  if (at_ == buffer_.size() && !fill()) return at_end;
  const auto byte = static_cast<unsigned char>(buffer_[at_++]);
  ++bytes_;
  if (byte != '\r') return byte;
  const bool more = at_ < buffer_.size() || fill();
  if (more && buffer_[at_] == '\n') {
    ++at_;
    ++bytes_;
  }
  return '\n';
}

Result<void> CsvReader::check_beginning() {
  static_cast<void>(fill());
  if (buffer_.starts_with("\xff\xfe") || buffer_.starts_with("\xfe\xff")) {
    return Fault(Fault::text_encoding, "the table is UTF-16; save it as UTF-8");
  }
  if (!buffer_.starts_with(utf8_mark)) return {};
  if (shape_.encoding != CsvEncoding::utf8) return Fault(Fault::text_encoding, "the table is UTF-8; state that");
  at_ = utf8_mark.size();
  bytes_ = at_;
  return {};
}

Result<void> CsvReader::end_cell(std::vector<std::string>& cells, std::string& cell) {
  cells.push_back(std::move(cell));
  cell.clear();
  if (cells.size() > csv_columns_max) {
    return Fault(Fault::too_many, "at most " + std::to_string(csv_columns_max) + " columns");
  }
  return {};
}

//            ┌── letter ──> plain ── separator, line end ──┐
//   begin ───┤                                             ├──> begin of the next cell, or the end of the row
//            └── quote ──> quoted <── quote ──> closed ────┘
Result<bool> CsvReader::read_row(std::vector<std::string>& cells) {
  enum class At { begin, plain, quoted, closed } at = At::begin;
  cells.clear();
  column_ = 0;
  if (row_ == 1) {
    if (Result<void> begins = check_beginning(); !begins) return begins.fault();
  }
  std::string cell;
  for (std::size_t row_bytes = 0;; ++row_bytes) {
    const int c = take();
    column_ = cells.size() + 1;
    if (c == at_end && at == At::quoted) return Fault(Fault::bad_line, "a quote that is never closed");
    if (c == at_end && at == At::begin && cells.empty()) return false;
    const bool ends = c == at_end || (c == '\n' && at != At::quoted);
    if (ends || (c == static_cast<unsigned char>(shape_.separator) && at != At::quoted)) {
      if (Result<void> ended = end_cell(cells, cell); !ended) return ended.fault();
      if (ends) return true;
      at = At::begin;
      continue;
    }
    if (c == 0) return Fault(Fault::text_control, "a zero byte");
    if (bytes_ > csv_bytes_max) return Fault(Fault::too_large, "a table of more than 512 MiB");
    if (row_bytes >= csv_row_bytes_max) return Fault(Fault::too_large, "a row of more than 4 MiB");
    if (cell.size() >= csv_cell_bytes_max) return Fault(Fault::too_large, "a cell of more than 1 MiB");
    if (at == At::closed && c != '"') return Fault(Fault::bad_line, "something after the quote that ends a cell");
    if (at == At::plain && c == '"') return Fault(Fault::bad_line, "a quote in a cell that does not begin with one");
    const bool opens_or_ends = c == '"' && at != At::closed;
    if (!opens_or_ends) cell += static_cast<char>(c);
    if (c == '"') at = at == At::quoted ? At::closed : At::quoted;
    else if (at == At::begin) at = At::plain;
  }
}

}  // namespace caseload::client
