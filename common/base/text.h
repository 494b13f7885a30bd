#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace caseload {

constexpr std::size_t marks_in_a_row_max = 30;  // the limit of Unicode's own stream-safe form (UAX 15)

// Text from outside is checked once, here, and is then an ordinary std::string.
//
// Gives    the text in Unicode's composed form (NFC): people who type the same letters get the same bytes.
// Errors   text_encoding: not UTF-8 (overlong, surrogate, cut short); text_control: a control character other than
//          newline and tab, or a noncharacter; text_marks: more combining marks in a row than any language writes;
//          too_large: more than bytes_max bytes. The detail says at which byte; it never repeats the text.
// Keeps    everything else, right-to-left marks among them: names are written as their owners write them.
Result<std::string> check_text(std::string_view raw, std::size_t bytes_max);

// The same for one line: newline and tab are refused too.
Result<std::string> check_line(std::string_view raw, std::size_t bytes_max);

// What a search compares: compatibility forms and case folded, marks left out. "Māori" and "maori" fold alike.
// Requires checked text.
std::string fold_for_search(std::string_view text);

// For showing text that somebody else wrote inside a sentence or table of ours: wrapped in direction isolates, with
// unpaired direction controls closed or dropped, so that it cannot reorder what stands around it.
std::string isolate_for_display(std::string_view text);

// Whether letters of scripts that look alike (Latin, Greek, Cyrillic) stand in one word: a name that is not what it
// seems. A warning, never a refusal.
bool mixes_scripts(std::string_view text);

// Columns that the text takes on a terminal; wide letters take two, marks none.
std::size_t display_width(std::string_view text);

}  // namespace caseload
