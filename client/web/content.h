#pragma once

#include <span>
#include <string_view>

namespace caseload::client {

// What the page is made of, compiled into the program by make_content.mjs: nothing is read from a disk, or
// fetched.
struct TemplateEntry {
  std::string_view name;  // "home"
  std::string_view text;  // mustache
};
struct AssetEntry {
  std::string_view name;  // "page.css"
  std::string_view type;  // as its answer says
  std::string_view tag;   // of its content, for a browser that has it already
  std::string_view content;
};
struct TextEntry {
  std::string_view key;
  std::string_view text;
};

std::span<const TemplateEntry> templates();
std::span<const AssetEntry> assets();
std::span<const TextEntry> texts();  // by key

}  // namespace caseload::client
