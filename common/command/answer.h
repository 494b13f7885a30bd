#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/base/id.h"
#include "common/program/terminal.h"
#include "common/time/time.h"

namespace caseload {

using Json = nlohmann::ordered_json;

// Reply: what a command has to say, once: as JSON. Text for people is made from it.
struct Reply {
  Json value;
  bool needs_somebody = false;  // conflicts are open, work is late
  bool refused = false;         // nothing was done, and the value says why: the exit code of a Fault
  std::string remark{};         // for people, beside the output
  std::vector<std::string> urgent{};  // keys whose number, unless 0, somebody should see first
  std::function<std::string(const Id&)> name_of{};  // what text shows for an identifier; empty: the identifier
};

Json to_json(const Id& id);  // null for none
Json to_json(const std::optional<WallTime>& moment);

// As tables and lines. An "id" is shown as an identifier always: it is there to be typed. Urgent numbers stand behind a
// sign; colour is added where the screen has it. Without a screen there is neither.
std::string text_of(const Reply& reply, const Terminal* screen = nullptr);
std::string as_json(const Json& answer);  // one line

}  // namespace caseload
