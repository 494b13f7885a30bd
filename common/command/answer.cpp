#include "common/command/answer.h"

#include <algorithm>

#include "common/base/text.h"

namespace caseload {
namespace {

constexpr std::size_t id_text_bytes = 36;     // with its hyphens
constexpr std::size_t cell_columns_max = 60;  // of a table; what is longer stands whole in `get`, `note show` and JSON

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// How one reply is told.
struct Look {
  const Reply& reply;
  const Terminal* screen;

  bool is_urgent(const std::string& key, const Json& value) const {
    const bool named = std::ranges::find(reply.urgent, key) != reply.urgent.end();
    return screen != nullptr && named && value.is_number() && value.get<double>() > 0;
  }
};

// Identifiers by a name, or by what people see and type; letters that could reorder a line, wrapped.
std::string readable_text(const Look& look, const std::string& key, const std::string& text) {
  const Result<Id> id = text.size() == id_text_bytes ? Id::parse(text) : Result<Id>(Fault::bad_value);
  if (!id) return is_ascii(text) ? text : isolate_for_display(text);
  const std::string name = look.reply.name_of && key != "id" ? look.reply.name_of(*id) : std::string();
  if (name.empty()) return id->short_form();
  return is_ascii(name) ? name : isolate_for_display(name);
}

std::string plain(const Look& look, const std::string& key, const Json& value) {
  if (value.is_null()) return "–";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return readable_text(look, key, value.get<std::string>());
  if (!value.is_array()) return value.dump();
  std::string all;
  for (const Json& element : value) all += (all.empty() ? "" : ", ") + plain(look, key, element);
  return all;
}

// One line of a table, cut where a letter ends.
std::string cell(const Look& look, const std::string& key, const Json& value) {
  Json cut = value;
  if (value.is_string()) {
    std::string text = value.get<std::string>();
    std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
    std::size_t bytes = std::min(text.size(), cell_columns_max);
    while (bytes < text.size() && bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
    cut = text.substr(0, bytes) + (bytes < text.size() ? "…" : "");
  }
  return (look.is_urgent(key, value) ? "! " : "") + plain(look, key, cut);
}

std::string padded(const std::string& text, std::size_t columns) {
  const std::size_t taken = display_width(text);
  return text + std::string(columns > taken ? columns - taken : 0, ' ');
}

std::string as_table(const Look& look, const Json& rows) {
  if (rows.empty()) return "None.\n";
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& [name, value] : rows.front().items()) lines.front().push_back(name);
  for (const Json& row : rows) {
    std::vector<std::string> line;
    for (const auto& [name, value] : row.items()) line.push_back(cell(look, name, value));
    lines.push_back(std::move(line));
  }
  std::vector<std::size_t> widths(lines.front().size());
  for (const std::vector<std::string>& line : lines) {
    for (std::size_t i = 0; i < std::min(line.size(), widths.size()); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  std::string text;
  for (const std::vector<std::string>& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += i + 1 == line.size() ? line[i] : padded(line[i], (i < widths.size() ? widths[i] : 0) + 2);
    }
    text += "\n";
  }
  return text;
}

std::string told(const Look& look, const Json& answer) {
  if (answer.is_array()) {
    const bool rows = answer.empty() || answer.front().is_object();
    return rows ? as_table(look, answer) : plain(look, "", answer) + "\n";
  }
  if (!answer.is_object()) return plain(look, "", answer) + "\n";
  std::string text;
  for (const auto& [name, value] : answer.items()) {
    const bool inner = value.is_object() || (value.is_array() && !value.empty() && value.front().is_object());
    if (inner && value.empty()) continue;
    const std::string line = inner ? name + ":" : name + ": " + plain(look, name, value);
    text += (look.is_urgent(name, value) ? look.screen->toned(Tone::warning, line) : line) + "\n";
    if (inner) text += told(look, value);
  }
  return text;
}

}  // namespace

Json to_json(const Id& id) { return id.is_none() ? Json() : Json(id.to_string()); }

Json to_json(const std::optional<WallTime>& moment) { return moment ? Json(to_text(*moment)) : Json(); }

std::string text_of(const Reply& reply, const Terminal* screen) { return told({reply, screen}, reply.value); }

std::string as_json(const Json& answer) { return answer.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace caseload
