#pragma once

#include <string_view>

#include "client/casework/act.h"

namespace caseload::client {

// What people type: which record they mean, and what a field is to hold.

constexpr std::size_t id_letters_min = 4;

// A record, a draft or a case by its identifier: in full, or by how its short form (the last twelve digits) or its full
// form begins. A case also by its reference, whatever its case and marks; one that is equal goes before identifiers.
// Errors   bad_value: fewer than four letters, or letters that no identifier has. ambiguous: several fit.
// Workers, units and providers also by their names, equal but for case and marks.
//          not_found: nothing here fits; of what is not here, nobody learns whether it exists.
Result<Id> find_typed(const Workplace& place, std::string_view typed);
Result<Id> find_case_typed(const Workplace& place, std::string_view typed);

// What a field is to hold, as people write it.
//
// Shape    text as it stands · code by its name · integer in digits · date and moment as common/time/typed_date has
//          them: today, monday, 22.11.2026, 14:30, YYYY-MM-DD, RFC 3339 · boolean yes or no · reference as
//          find_typed(), a case also by its reference. Empty: the field is emptied.
// Errors   those of check_text: the text comes in NFC · bad_name with the nearest code · bad_value · bad_date ·
//          those of find_typed(). The detail names the field, never what was typed.
struct FieldPlaceTyped {
  const KindEntry& kind;
  const FieldEntry& field;
  bool by_hand = true;  // a table's cells are ISO alone: nobody is there to see what "01/02/2026" was taken for
};
Result<Value> read_value(const Workplace& place, const FieldPlaceTyped& at, std::string_view typed);

// NAME=VALUE, and of a set also NAME-=VALUE, which takes an element out. Name: text, or narrative.text.
// Errors   bad_line: no "="; unknown_field, wrong_section: with the nearest name; those of read_value().
Result<FieldValue> read_field(const Workplace& place, const KindEntry& kind, std::string_view typed);
Result<std::vector<FieldValue>> read_fields(const Workplace& place, const KindEntry& kind,
                                            std::span<const std::string> typed);

// A value as read_value() would read it again; of a kind that this version does not know, its type alone.
std::string to_typed(const Catalogue& catalogue, const FieldEntry& field, const Value& value);

}  // namespace caseload::client
