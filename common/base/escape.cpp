#include "common/base/escape.h"

#include <algorithm>
#include <array>

namespace caseload {
namespace {

constexpr std::array<std::string_view, 8> formula_signs{"=", "+", "-", "@", "＝", "＋", "－", "＠"};
constexpr std::array<std::string_view, 5> hidden{" ", "\u00a0", "\u3000", "\u200b", "\ufeff"};  // before a sign
constexpr std::string_view cell_ends = "\t\r\n,;\"'";

template <std::size_t N>
std::size_t bytes_of_any(const std::array<std::string_view, N>& words, std::string_view text) {
  const auto found = std::ranges::find_if(words, [&](std::string_view word) { return text.starts_with(word); });
  return found == words.end() ? 0 : found->size();
}

}  // namespace

std::string defused(std::string_view text) {
  std::string safe;
  bool begins = true;
  while (!text.empty()) {
    const std::size_t sign = bytes_of_any(formula_signs, text);
    const std::size_t blank = bytes_of_any(hidden, text);
    if (begins && sign > 0) safe += '\'';
    begins = (begins && blank > 0) || cell_ends.find(text.front()) != std::string_view::npos;
    const std::size_t bytes = std::max({sign, blank, std::size_t{1}});
    safe += text.substr(0, bytes);
    text.remove_prefix(bytes);
  }
  const bool control = !safe.empty() && (safe.front() == '\t' || safe.front() == '\r' || safe.front() == '\n');
  return control ? "'" + safe : safe;
}

std::string csv_row(std::span<const std::string_view> cells) {
  std::string row;
  for (const std::string_view cell : cells) {
    row += row.empty() ? "\"" : ",\"";
    for (const char c : defused(cell)) row += c == '"' ? "\"\"" : std::string(1, c);
    row += "\"";
  }
  return row + "\r\n";
}

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  }
  return safe;
}

}  // namespace caseload
