#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace caseload {

constexpr std::size_t settings_file_bytes_max = 256 * 1024;  // a settings file is written by hand

enum class SettingType { integer, boolean, choice, text, path, duration, size };

struct SettingBounds {
  std::int64_t least;
  std::int64_t most;
  std::string_view unit = {};  // in words, for people; durations and sizes have theirs
};

// Setting: one key that a program knows: its type, what it is without a file, and what it does. Made by the functions
// below, in one constexpr table a program.
struct Setting {
  std::string_view name;  // "listen.port": the table, a dot, the key
  SettingType type;
  std::int64_t number;    // the default of an integer, boolean, duration (ms), size (bytes)
  std::string_view text;  // the default of a choice, text, path
  SettingBounds bounds;
  std::string_view choices;  // "error|warning|info"
  std::string_view meaning;  // full sentences; a newline where a line should end
};

constexpr Setting integer_setting(std::string_view name, std::int64_t standard, SettingBounds bounds,
                                  std::string_view meaning) {
  return {name, SettingType::integer, standard, {}, bounds, {}, meaning};
}
constexpr Setting boolean_setting(std::string_view name, bool standard, std::string_view meaning) {
  return {name, SettingType::boolean, standard, {}, {0, 1}, {}, meaning};
}
constexpr Setting choice_setting(std::string_view name, std::string_view standard, std::string_view choices,
                                 std::string_view meaning) {
  return {name, SettingType::choice, 0, standard, {0, 0}, choices, meaning};
}
// An empty text or path is accepted where the default is empty, and means "none".
constexpr Setting text_setting(std::string_view name, std::string_view standard, std::string_view meaning) {
  return {name, SettingType::text, 0, standard, {0, 0}, {}, meaning};
}
constexpr Setting path_setting(std::string_view name, std::string_view standard, std::string_view meaning) {
  return {name, SettingType::path, 0, standard, {0, 0}, {}, meaning};
}
// Written "500 ms", "30 s", "10 min", "12 h", "30 d"; standard and bounds in milliseconds.
constexpr Setting duration_setting(std::string_view name, std::chrono::milliseconds standard, SettingBounds bounds,
                                   std::string_view meaning) {
  return {name, SettingType::duration, standard.count(), {}, bounds, {}, meaning};
}
// Written "512 B", "64 KiB", "8 MiB", "2 GiB".
constexpr Setting size_setting(std::string_view name, std::int64_t standard, SettingBounds bounds,
                               std::string_view meaning) {
  return {name, SettingType::size, standard, {}, bounds, {}, meaning};
}

// Settings: what a program was told to be.
//
// Promise  every key of the table has a value of its type within its bounds; a getter needs no default and cannot fail.
// Errors   read(): absent: no such file. read() and parse(): too_large; bad_line: not TOML; bad_name: a key that
//          is not in the table; bad_value: a value of the wrong type or out of bounds. The detail names file, line and
//          key, says what would be right, and for an unknown key which known one it is like; of the file's own words it
//          repeats none. Throws Breakage where the file cannot be read.
// Threads  any, once made.
class Settings {
 public:
  explicit Settings(std::span<const Setting> table);  // all as in the table
  static Result<Settings> read(std::span<const Setting> table, const std::filesystem::path& file);
  static Result<Settings> parse(std::span<const Setting> table, std::string_view toml, std::string_view file_name);

  // Each requires a name of the table, and its type.
  std::int64_t integer(std::string_view name) const;
  bool boolean(std::string_view name) const;
  const std::string& choice(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  std::filesystem::path path(std::string_view name) const;  // relative ones belong to the file's folder
  std::chrono::milliseconds duration(std::string_view name) const;
  std::uint64_t size(std::string_view name) const;

 private:
  struct Value {
    SettingType type;
    std::int64_t number;
    std::string text;
  };

  const Value& get(std::string_view name, SettingType type) const;

  std::map<std::string, Value, std::less<>> values_;
  std::filesystem::path folder_;
};

// A settings file that says of every key what it does, what it may be, and what it is by default. Every value stands
// behind a "#": reading the file as it is gives the defaults, today's and those of later versions.
std::string default_settings_file(std::span<const Setting> table);

}  // namespace caseload
