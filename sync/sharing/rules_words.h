#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "sync/sharing/rules.h"

namespace caseload::sync {

// The words of the rules and where the catalogue keeps others, for the two who need them: rule_reader
// reads, rules_text prints.
struct RightWord {
  Right right;
  std::string_view gives;  // may …
  std::string_view takes;  // never …, nobody but …
};
constexpr auto right_words = std::to_array<RightWord>({{Right::see, "see", "sees"},
                                                       {Right::read, "read", "reads"},
                                                       {Right::write, "write", "writes"},
                                                       {Right::decide, "decide", "decides"}});

struct ConditionWord {
  Conditions bit;
  std::string_view text;
};
constexpr auto condition_words = std::to_array<ConditionWord>({{condition::assigned, "assigned"},
                                                               {condition::supervising, "supervising"},
                                                               {condition::in_own_unit, "in own unit"},
                                                               {condition::referred, "referred"},
                                                               {condition::own_work, "own work"},
                                                               {condition::emergency, "emergency"}});

// The list that a kind's types, and every record's marking, are taken from; none where the kind has no types.
inline const CodeList* list_of(const Catalogue& catalogue, const KindEntry& kind, FieldNumber field) {
  const FieldEntry* entry = kind.find_field(field);
  return entry == nullptr ? nullptr : catalogue.find_code_list(entry->code_list);
}
inline const CodeList* type_list(const Catalogue& catalogue, KindNumber kind) {
  const KindEntry* entry = catalogue.find_kind(kind);
  return entry == nullptr ? nullptr : list_of(catalogue, *entry, header::type);
}
inline const CodeList* marking_list(const Catalogue& catalogue) {
  return catalogue.kinds().empty() ? nullptr : list_of(catalogue, catalogue.kinds().front(), header::marking);
}

inline const CodeEntry* find_code(const CodeList* list, CodeNumber number) {
  if (list == nullptr) return nullptr;
  const auto found = std::find_if(list->codes.begin(), list->codes.end(),
                                  [&](const CodeEntry& code) { return code.number == number; });
  return found == list->codes.end() ? nullptr : &*found;
}

}  // namespace caseload::sync
