#include "common/base/text.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include <utf8proc.h>

#include "common/base/check.h"

namespace caseload {
namespace {

struct FreeMapped {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }  // utf8proc allocates with malloc
};

const utf8proc_uint8_t* units(std::string_view text) { return reinterpret_cast<const utf8proc_uint8_t*>(text.data()); }
utf8proc_ssize_t length(std::string_view text) { return static_cast<utf8proc_ssize_t>(text.size()); }

// Calls visit(code point, offset) for each; returns the offset of the first byte that is not UTF-8, or npos.
template <class Visit>
std::size_t for_each_code_point(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code = units(text)[at];
    if (code < 0x80) {  // most text by far; asking for each costs nine times as much
      if (!visit(code, at)) break;
      ++at;
      continue;
    }
    const utf8proc_ssize_t left = length(text) - static_cast<utf8proc_ssize_t>(at);
    const utf8proc_ssize_t used = utf8proc_iterate(units(text) + at, left, &code);
    if (used <= 0) return at;
    if (!visit(code, at)) break;
    at += static_cast<std::size_t>(used);
  }
  return std::string_view::npos;
}

bool is_control(utf8proc_int32_t code) {
  if (code < 0x80) return code < 0x20 || code == 0x7f;
  const bool noncharacter = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) == 0xfffe;
  return utf8proc_category(code) == UTF8PROC_CATEGORY_CC || noncharacter || code == 0x2028 || code == 0x2029;
}

bool is_mark(utf8proc_int32_t code) {
  const utf8proc_category_t category = utf8proc_category(code);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

std::string map(std::string_view text, unsigned options) {
  if (text.empty()) return {};
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(units(text), length(text), &mapped, static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE));
  const std::unique_ptr<utf8proc_uint8_t, FreeMapped> owned(mapped);
  CHECK(size >= 0, "checked text can be mapped");
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

Result<std::string> check(std::string_view raw, std::size_t bytes_max, bool one_line) {
  if (raw.size() > bytes_max) return Fault(Fault::too_large, "text of at most " + std::to_string(bytes_max) + " bytes");
  Fault::Code refused = Fault::text_encoding;
  std::size_t refused_at = std::string_view::npos;
  std::size_t marks = 0;
  bool ascii = true;
  const std::size_t not_utf8 = for_each_code_point(raw, [&](utf8proc_int32_t code, std::size_t at) {
    ascii = ascii && code < 0x80;
    const bool allowed_space = !one_line && (code == '\n' || code == '\t');
    marks = code >= 0x300 && is_mark(code) ? marks + 1 : 0;
    if (is_control(code) && !allowed_space) refused = Fault::text_control;
    else if (marks > marks_in_a_row_max) refused = Fault::text_marks;
    else return true;
    refused_at = at;
    return false;
  });
  if (not_utf8 != std::string_view::npos) return Fault(Fault::text_encoding, "at byte " + std::to_string(not_utf8));
  if (refused_at != std::string_view::npos) return Fault(refused, "at byte " + std::to_string(refused_at));
  if (ascii) return std::string(raw);
  std::string composed = map(raw, UTF8PROC_COMPOSE);
  if (composed.size() > bytes_max)
    return Fault(Fault::too_large, "text of at most " + std::to_string(bytes_max) + " bytes");
  return composed;
}

enum class Script { other, latin, greek, cyrillic };

Script script_of(utf8proc_int32_t code) {
  const bool is_ascii = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  if (is_ascii || (code >= 0xc0 && code <= 0x24f)) return Script::latin;
  if (code >= 0x370 && code <= 0x3ff) return Script::greek;
  if (code >= 0x400 && code <= 0x52f) return Script::cyrillic;
  return Script::other;
}

bool is_letter(utf8proc_int32_t code) {
  const utf8proc_category_t category = utf8proc_category(code);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

constexpr utf8proc_int32_t first_strong_isolate = 0x2068;
constexpr utf8proc_int32_t pop_isolate = 0x2069;

bool opens_embedding(utf8proc_int32_t code) {
  return code == 0x202a || code == 0x202b || code == 0x202d || code == 0x202e;
}
bool opens_isolate(utf8proc_int32_t code) { return code >= 0x2066 && code <= 0x2068; }

void put(std::string& to, utf8proc_int32_t code) {
  utf8proc_uint8_t encoded[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(code, encoded);
  to.append(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
}

}  // namespace

Result<std::string> check_text(std::string_view raw, std::size_t bytes_max) { return check(raw, bytes_max, false); }
Result<std::string> check_line(std::string_view raw, std::size_t bytes_max) { return check(raw, bytes_max, true); }

// Most text by far is ASCII, where folding is nothing but small letters; asking for each costs fifty times as much.
std::string fold_for_search(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string folded(text);
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return folded;
  }
  return map(text, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
}

// Overrides and embeddings are dropped (they exist to reorder); isolates are kept in pairs.
std::string isolate_for_display(std::string_view text) {
  std::string shown;
  put(shown, first_strong_isolate);
  int open = 0;
  for_each_code_point(text, [&](utf8proc_int32_t code, std::size_t) {
    if (opens_embedding(code) || code == 0x202c) return true;
    if (code == pop_isolate && open == 0) return true;
    if (opens_isolate(code)) ++open;
    if (code == pop_isolate) --open;
    put(shown, code);
    return true;
  });
  for (; open > 0; --open) put(shown, pop_isolate);
  put(shown, pop_isolate);
  return shown;
}

bool mixes_scripts(std::string_view text) {
  Script seen = Script::other;
  bool mixed = false;
  for_each_code_point(text, [&](utf8proc_int32_t code, std::size_t) {
    if (!is_letter(code) && !is_mark(code)) {
      seen = Script::other;
      return true;
    }
    const Script script = script_of(code);
    if (script != Script::other && seen != Script::other && script != seen) mixed = true;
    if (script != Script::other) seen = script;
    return !mixed;
  });
  return mixed;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for_each_code_point(text, [&](utf8proc_int32_t code, std::size_t) {
    const int width = utf8proc_charwidth(code);
    columns += width > 0 ? static_cast<std::size_t>(width) : 0;
    return true;
  });
  return columns;
}

}  // namespace caseload
