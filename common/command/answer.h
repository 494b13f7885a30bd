#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "common/base/id.h"
#include "common/time/time.h"

namespace caseload {

// Reply: what a command has to say, once: as JSON. Text for people is made from it.
using Json = nlohmann::ordered_json;
struct Reply {
  Json value;
  bool needs_somebody = false;  // conflicts are open, work is late
  bool refused = false;         // nothing was done, and the value says why: the exit code of a Fault
  std::string remark{};         // for people, beside the output
};

Json to_json(const Id& id);  // null for none
Json to_json(const std::optional<WallTime>& moment);

std::string text_of(const Json& answer);  // tables and lines
std::string as_json(const Json& answer);  // one line

}  // namespace caseload
