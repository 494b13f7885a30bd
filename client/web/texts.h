#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "common/record/catalogue.h"

namespace caseload::client {

// Texts: every word of the page that is ours, by its key; texts/en.json is the one place where they stand.
//
// Shape    words with {names} in them that are filled in. What the catalogue names (kinds, sections, fields, codes)
//          has its name written out as words, unless the texts know better: "kind.note", "field.note.text",
//          "code.phone".
// Errors   text_of_key(): a key that is not there is our mistake.
using Filling = std::initializer_list<std::pair<std::string_view, std::string_view>>;
std::string text_of_key(std::string_view key, Filling filled = {});
bool has_text(std::string_view key);
std::string text_or_nothing(std::string_view key);

std::string in_words(std::string_view name);  // "intended_outcome": "Intended outcome"
std::string label_of(const KindEntry& kind);
std::string label_of(const KindEntry& kind, const SectionEntry& section);
std::string label_of(const KindEntry& kind, const FieldEntry& field);
std::string hint_of(const KindEntry& kind, const FieldEntry& field);  // often none
std::string label_of_code(std::string_view code_name);

// "{n} case" or "{n} cases": "KEY.one" and "KEY.many".
std::string count_in_words(std::string_view key, std::size_t count);

}  // namespace caseload::client
