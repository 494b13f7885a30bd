#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace caseload::client {

constexpr std::size_t form_bytes_max = 4U << 20;  // the longest note, each letter as three
constexpr std::size_t form_fields_max = 500;      // the largest form of the catalogue has a hundred
constexpr std::size_t form_name_bytes_max = 100;

// Fields: what a browser sends of a form, or behind the "?" of an address: name=value&name=value.
//
// Shape    each name with its values, in their order. Line ends come as browsers send them, and are made
//          newlines.
// Errors   read_fields_sent(): too_large; too_many; bad_value: a % without two digits, a NUL, a name that no form of
//          ours has.
// Attacker writes it. Whether the values are text, the reader of each value checks.
class Fields {
 public:
  std::string one(std::string_view name) const;  // the first; empty where there is none
  std::vector<std::string> all(std::string_view name) const;
  bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
  const std::map<std::string, std::vector<std::string>, std::less<>>& every() const { return values_; }
  void add(std::string name, std::string value) { values_[std::move(name)].push_back(std::move(value)); }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};
Result<Fields> read_fields_sent(std::string_view sent);

// A text as part of an address.
std::string in_address(std::string_view text);

}  // namespace caseload::client
