#include "client/web/form.h"

#include <algorithm>

namespace caseload::client {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decoded(std::string_view sent) {
  std::string text;
  text.reserve(sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    char c = sent[i];
    if (c == '+') c = ' ';
    if (c == '%') {
      const int high = i + 2 < sent.size() ? digit_of(sent[i + 1]) : -1;
      const int low = i + 2 < sent.size() ? digit_of(sent[i + 2]) : -1;
      if (high < 0 || low < 0) return Fault(Fault::bad_value, "a % without two digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return Fault(Fault::bad_value, "a NUL");
    if (c == '\n' && !text.empty() && text.back() == '\r') text.pop_back();
    text += c;
  }
  return text;
}

bool is_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= form_name_bytes_max && std::ranges::all_of(name, plain);
}

}  // namespace

std::string Fields::one(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second.front();
}

std::vector<std::string> Fields::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

Result<Fields> read_fields_sent(std::string_view sent) {
  if (sent.size() > form_bytes_max) return Fault(Fault::too_large, "the form");
  Fields fields;
  std::size_t count = 0;
  while (!sent.empty()) {
    const std::size_t end = std::min(sent.find('&'), sent.size());
    const std::string_view pair = sent.substr(0, end);
    sent.remove_prefix(std::min(end + 1, sent.size()));
    if (pair.empty()) continue;
    if (++count > form_fields_max) return Fault(Fault::too_many, "fields of the form");
    const std::size_t equals = std::min(pair.find('='), pair.size());
    Result<std::string> name = decoded(pair.substr(0, equals));
    if (!name) return name.fault();
    if (!is_name(*name)) return Fault(Fault::bad_value, "the name of a field");
    Result<std::string> value = decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return value.fault();
    fields.add(std::move(*name), std::move(*value));
  }
  return fields;
}

std::string in_address(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

}  // namespace caseload::client
