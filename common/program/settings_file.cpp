// Reading a settings file: TOML in, checked values out. The only file that names toml++.
#include <algorithm>
#include <fstream>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "common/base/check.h"
#include "common/base/nearest.h"
#include "common/base/text.h"
#include "common/program/setting_text.h"
#include "common/program/settings.h"

namespace caseload {
namespace {

constexpr std::size_t setting_text_bytes_max = 4096;  // a path's own limit

struct Found {
  std::string name;
  const toml::node* node;
};

// Everything that is not a table, by its dotted name, in the order of the file.
void flatten(const toml::table& table, const std::string& prefix, std::vector<Found>& into) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    const toml::table* inner = node.as_table();
    if (inner != nullptr && !inner->empty()) flatten(*inner, name + ".", into);
    else if (inner == nullptr) into.push_back(Found{name, &node});
  }
}

std::vector<Found> in_order_of_file(const toml::table& table) {
  std::vector<Found> found;
  flatten(table, "", found);
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.node->source().begin.line < b.node->source().begin.line;
  });
  return found;
}

std::string no_such_setting(std::span<const Setting> table, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Setting& setting : table) names.push_back(setting.name);
  const std::string_view nearest = find_nearest(name, names);
  if (nearest.empty()) return "there is no such setting";
  return fmt::format("there is no such setting; the nearest is {}", nearest);
}

bool is_choice(std::string_view choices, std::string_view word) {
  if (word.empty() || word.find('|') != std::string_view::npos) return false;
  return ("|" + std::string(choices) + "|").find("|" + std::string(word) + "|") != std::string::npos;
}

// The number of a setting that has one, if it is right.
std::optional<std::int64_t> read_number(const Setting& setting, const toml::node& node) {
  std::optional<std::int64_t> number;
  if (setting.type == SettingType::integer) {
    number = node.value_exact<std::int64_t>();
  } else if (setting.type == SettingType::boolean) {
    const std::optional<bool> truth = node.value_exact<bool>();
    if (truth) number = *truth ? 1 : 0;
  } else if (setting.type == SettingType::duration || setting.type == SettingType::size) {
    const std::optional<std::string> text = node.value_exact<std::string>();
    if (text) number = read_quantity(setting.type, *text);
  }
  if (!number || *number < setting.bounds.least || *number > setting.bounds.most) return std::nullopt;
  return number;
}

// The words of a setting that has them, if they are right.
std::optional<std::string> read_text(const Setting& setting, const toml::node& node) {
  const std::optional<std::string> text = node.value_exact<std::string>();
  if (!text) return std::nullopt;
  if (setting.type == SettingType::choice && is_choice(setting.choices, *text)) return text;
  if (setting.type != SettingType::text && setting.type != SettingType::path) return std::nullopt;
  if (text->empty() && !setting.text.empty()) return std::nullopt;
  Result<std::string> checked = check_line(*text, setting_text_bytes_max);
  if (!checked) return std::nullopt;
  return *std::move(checked);
}

std::string at_line(std::string_view file_name, const toml::source_region& source) {
  return fmt::format("{} line {}", file_name, source.begin.line);
}

}  // namespace

Result<Settings> Settings::parse(std::span<const Setting> table, std::string_view toml,
                                 std::string_view file_name) try {
  CHECK(!table.empty(), "a program with settings");
  if (toml.size() > settings_file_bytes_max) {
    return Fault(Fault::too_large, fmt::format("{}, at most {} bytes", file_name, settings_file_bytes_max));
  }
  const toml::table file = toml::parse(toml);
  Settings settings(table);
  for (const Found& found : in_order_of_file(file)) {
    const std::string where = at_line(file_name, found.node->source());
    const auto setting =
        std::find_if(table.begin(), table.end(), [&](const Setting& s) { return s.name == found.name; });
    if (setting == table.end())
      return Fault(Fault::bad_name, fmt::format("{}: {}", where, no_such_setting(table, found.name)));
    Value& value = settings.values_.find(found.name)->second;
    const std::optional<std::int64_t> number = read_number(*setting, *found.node);
    const std::optional<std::string> words = read_text(*setting, *found.node);
    if (!number && !words) {
      return Fault(Fault::bad_value, fmt::format("{}: {} is {}", where, setting->name, expected_text(*setting)));
    }
    value.number = number.value_or(value.number);
    value.text = words.value_or(value.text);
  }
  return settings;
} catch (const toml::parse_error& error) {
  // What toml++ says repeats what it read; the place is enough to find it.
  return Fault(Fault::bad_line, fmt::format("{}, column {}: not TOML, or a key for the second time",
                                            at_line(file_name, error.source()), error.source().begin.column));
}

Result<Settings> Settings::read(std::span<const Setting> table, const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return Fault(Fault::absent, "the settings file");
  std::ifstream stream(file, std::ios::binary);
  std::string text(settings_file_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  const bool more_than_room = stream.good();
  if (!more_than_room && !stream.eof()) throw Breakage(Breakage::What::input_output, "reading the settings file");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  Result<Settings> settings = parse(table, text, file.filename().string());
  if (settings) settings->folder_ = std::filesystem::absolute(file).parent_path();
  return settings;
}

}  // namespace caseload
