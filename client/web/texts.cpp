#include "client/web/texts.h"

#include <algorithm>

#include "client/web/content.h"
#include "common/base/check.h"

namespace caseload::client {
namespace {

const TextEntry* find_text(std::string_view key) {
  const std::span<const TextEntry> all = texts();
  const auto found = std::ranges::lower_bound(all, key, {}, &TextEntry::key);
  return found == all.end() || found->key != key ? nullptr : &*found;
}

std::string fill(std::string_view text, Filling filled) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    const auto* const found = std::ranges::find_if(filled, [&](const auto& pair) {
      return end != std::string_view::npos && pair.first == text.substr(at + 1, end - at - 1);
    });
    if (found == filled.end()) {
      out += text[at++];
    } else {
      out += found->second;
      at = end + 1;
    }
  }
  return out;
}

std::string known_or_words(const std::string& key, std::string_view name) {
  const TextEntry* known = find_text(key);
  return known == nullptr ? in_words(name) : std::string(known->text);
}

}  // namespace

bool has_text(std::string_view key) { return find_text(key) != nullptr; }

std::string text_or_nothing(std::string_view key) {
  const TextEntry* found = find_text(key);
  return found == nullptr ? std::string() : std::string(found->text);
}

std::string text_of_key(std::string_view key, Filling filled) {
  const TextEntry* found = find_text(key);
  CHECK(found != nullptr, "texts/en.json lacks " + std::string(key));
  return fill(found->text, filled);
}

std::string in_words(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  if (!words.empty() && words.front() >= 'a' && words.front() <= 'z') words.front() -= 'a' - 'A';
  return words;
}

std::string label_of(const KindEntry& kind) { return known_or_words("kind." + kind.name, kind.name); }

std::string label_of(const KindEntry& kind, const SectionEntry& section) {
  return known_or_words("section." + kind.name + "." + section.name, section.name);
}

std::string label_of(const KindEntry& kind, const FieldEntry& field) {
  const TextEntry* own = find_text("field." + kind.name + "." + field.name);
  return own == nullptr ? known_or_words("field." + field.name, field.name) : std::string(own->text);
}

std::string hint_of(const KindEntry& kind, const FieldEntry& field) {
  const TextEntry* own = find_text("hint." + kind.name + "." + field.name);
  if (own != nullptr) return std::string(own->text);
  switch (field.type) {
    case ValueType::date:
      return text_of_key("hint.date");
    case ValueType::moment:
      return text_of_key("hint.moment");
    default:
      return field.askable && field.type != ValueType::boolean ? text_of_key("hint.askable") : std::string();
  }
}

std::string label_of_code(std::string_view code_name) {
  return known_or_words("code." + std::string(code_name), code_name);
}

std::string count_in_words(std::string_view key, std::size_t count) {
  const std::string full = std::string(key) + (count == 1 ? ".one" : ".many");
  return text_of_key(full, {{"n", std::to_string(count)}});
}

}  // namespace caseload::client
