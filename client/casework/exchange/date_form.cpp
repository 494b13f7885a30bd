#include "client/casework/exchange/date_form.h"

#include <algorithm>
#include <map>

namespace caseload::client {
namespace {

constexpr std::string_view letters = "dmYHMS";

struct Digits {
  std::size_t min;
  std::size_t max;
};
Digits digits_of(char letter) {
  if (letter == 'Y') return {4, 4};
  return letter == 'M' || letter == 'S' ? Digits{2, 2} : Digits{1, 2};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string padded(const std::string& digits) { return digits.size() < 2 ? "0" + digits : digits; }

}  // namespace

Result<void> check_date_form(std::string_view form) {
  std::string found;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%') continue;
    ++i;
    const bool known = i < form.size() && letters.find(form[i]) != std::string_view::npos;
    if (!known) return Fault(Fault::bad_value, "of %d %m %Y %H %M %S alone");
    if (found.find(form[i]) != std::string::npos) return Fault(Fault::bad_value, "each of its parts once");
    found += form[i];
  }
  const auto has = [&](char letter) { return found.find(letter) != std::string::npos; };
  if (!has('d') || !has('m') || !has('Y')) return Fault(Fault::bad_value, "with %d, %m and %Y");
  if (has('H') != has('M') || (has('S') && !has('H'))) return Fault(Fault::bad_value, "a time with %H and %M");
  return {};
}

Result<std::string> by_date_form(std::string_view form, std::string_view text) {
  std::map<char, std::string> parts;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%') {
      if (text.empty() || text.front() != form[i]) return Fault(Fault::bad_date, "not in the form of the mapping");
      text.remove_prefix(1);
      continue;
    }
    const char letter = form[++i];
    const Digits wanted = digits_of(letter);
    std::string& digits = parts[letter];
    while (!text.empty() && is_digit(text.front()) && digits.size() < wanted.max) {
      digits += text.front();
      text.remove_prefix(1);
    }
    if (digits.size() < wanted.min) return Fault(Fault::bad_date, "not in the form of the mapping");
  }
  if (!text.empty()) return Fault(Fault::bad_date, "not in the form of the mapping");
  std::string typed = parts['Y'] + "-" + padded(parts['m']) + "-" + padded(parts['d']);
  if (parts.contains('H')) typed += " " + padded(parts['H']) + ":" + parts['M'];
  if (parts.contains('S')) typed += ":" + parts['S'];
  return typed;
}

}  // namespace caseload::client
