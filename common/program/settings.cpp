// What a setting may be, and the getters. Reading a file is in settings_file.cpp.
#include "common/program/settings.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/program/setting_text.h"

namespace caseload {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// The smallest first.
constexpr std::array duration_units{Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"min", 60'000}, Unit{"h", 3'600'000},
                                    Unit{"d", 86'400'000}};
constexpr std::array size_units{Unit{"B", 1}, Unit{"KiB", 1 << 10}, Unit{"MiB", 1 << 20}, Unit{"GiB", 1 << 30}};

std::span<const Unit> units_of(SettingType type) {
  CHECK(type == SettingType::duration || type == SettingType::size, "only quantities have units");
  if (type == SettingType::duration) return duration_units;
  return size_units;
}

std::string number_text(const Setting& setting, std::int64_t number) {
  if (setting.type == SettingType::integer) return std::to_string(number);
  return quantity_text(setting.type, number);
}

std::string commas(std::string_view choices) {
  std::string text;
  for (const char letter : choices) text += letter == '|' ? std::string(", ") : std::string(1, letter);
  return text;
}

// The value as it stands in a file.
std::string value_text(const Setting& setting) {
  switch (setting.type) {
    case SettingType::integer: return std::to_string(setting.number);
    case SettingType::boolean: return setting.number != 0 ? "true" : "false";
    case SettingType::duration:
    case SettingType::size: return fmt::format("\"{}\"", quantity_text(setting.type, setting.number));
    case SettingType::choice:
    case SettingType::text:
    case SettingType::path: return fmt::format("\"{}\"", setting.text);
  }
  return {};
}

std::string commented(std::string_view text) {
  std::string lines = "# ";
  for (const char letter : text) lines += letter == '\n' ? std::string("\n# ") : std::string(1, letter);
  return lines + "\n";
}

}  // namespace

std::string quantity_text(SettingType type, std::int64_t number) {
  const std::span<const Unit> units = units_of(type);
  std::size_t chosen = 0;
  for (std::size_t i = 1; i < units.size(); ++i) {
    if (number != 0 && number % units[i].factor == 0) chosen = i;
  }
  return fmt::format("{} {}", number / units[chosen].factor, units[chosen].name);
}

std::optional<std::int64_t> read_quantity(SettingType type, std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with(' ')) return std::nullopt;
  text.remove_prefix(1);
  for (const Unit& unit : units_of(type)) {
    std::int64_t product = 0;
    if (text != unit.name) continue;
    if (__builtin_mul_overflow(number, unit.factor, &product)) return std::nullopt;
    return product;
  }
  return std::nullopt;
}

std::string expected_text(const Setting& setting) {
  const auto between = [&](std::string_view what) {
    return fmt::format("{} from {} to {}", what, number_text(setting, setting.bounds.least),
                       number_text(setting, setting.bounds.most));
  };
  switch (setting.type) {
    case SettingType::integer:
      if (setting.bounds.unit.empty()) return between("a whole number");
      return between("a whole number") + fmt::format(" ({})", setting.bounds.unit);
    case SettingType::boolean: return "true or false";
    case SettingType::choice: return "one of " + commas(setting.choices);
    case SettingType::text: return "text in one line";
    case SettingType::path: return "a path; a relative one starts at this file's folder";
    case SettingType::duration: return between("a time like \"30 s\" (ms, s, min, h, d)");
    case SettingType::size: return between("a size like \"8 MiB\" (B, KiB, MiB, GiB)");
  }
  return {};
}

Settings::Settings(std::span<const Setting> table) {
  for (const Setting& setting : table) {
    const bool number = setting.type == SettingType::integer || setting.type == SettingType::duration ||
                        setting.type == SettingType::size;
    CHECK(!number || (setting.bounds.least <= setting.number && setting.number <= setting.bounds.most),
          "a default within its own bounds");
    Value value{setting.type, setting.number, std::string(setting.text)};
    CHECK(values_.emplace(setting.name, std::move(value)).second, "each setting once");
  }
}

const Settings::Value& Settings::get(std::string_view name, SettingType type) const {
  const auto found = values_.find(name);
  CHECK(found != values_.end(), "a setting of the table");
  CHECK(found->second.type == type, "a setting asked for by its own type");
  return found->second;
}

std::int64_t Settings::integer(std::string_view name) const { return get(name, SettingType::integer).number; }
bool Settings::boolean(std::string_view name) const { return get(name, SettingType::boolean).number != 0; }
const std::string& Settings::choice(std::string_view name) const { return get(name, SettingType::choice).text; }
const std::string& Settings::text(std::string_view name) const { return get(name, SettingType::text).text; }

std::filesystem::path Settings::path(std::string_view name) const {
  const std::string& text = get(name, SettingType::path).text;
  if (text.empty()) return {};
  return folder_ / text;
}

std::chrono::milliseconds Settings::duration(std::string_view name) const {
  return std::chrono::milliseconds(get(name, SettingType::duration).number);
}

std::uint64_t Settings::size(std::string_view name) const {
  return static_cast<std::uint64_t>(get(name, SettingType::size).number);
}

std::string default_settings_file(std::span<const Setting> table) {
  std::string file = "# Every setting, with its default. Remove the # in front of a setting to change it.\n";
  std::string_view section;
  for (const Setting& setting : table) {
    const std::size_t dot = setting.name.rfind('.');
    CHECK(dot != std::string_view::npos, "a setting is named table.key");
    if (setting.name.substr(0, dot) != section) {
      section = setting.name.substr(0, dot);
      file += fmt::format("\n[{}]\n", section);
    }
    file += fmt::format("\n{}# {}.\n# {} = {}\n", commented(setting.meaning), expected_text(setting),
                        setting.name.substr(dot + 1), value_text(setting));
  }
  return file;
}

}  // namespace caseload
