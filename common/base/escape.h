#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace caseload {

// What somebody else wrote, made harmless for the program that reads it next: it keeps its words, and gives that
// program no orders.

// A cell that no spreadsheet takes for a formula: an apostrophe stands before every = + - @, full-width ones too, that
// begins the text, a line of it, or what would be a cell if the separator were another. Blanks do not hide it.
// Attacker writes the text, and knows in which program it is opened.
// Source   OWASP, "CSV Injection".
std::string defused(std::string_view text);

// One line of a CSV file (RFC 4180): every cell in quotes, and defused.
std::string csv_row(std::span<const std::string_view> cells);
inline std::string csv_row(std::initializer_list<std::string_view> cells) {
  return csv_row(std::span(cells.begin(), cells.size()));
}

// For HTML, between tags and inside quoted attributes.
std::string html_text(std::string_view text);

}  // namespace caseload
