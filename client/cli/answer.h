#pragma once

#include <nlohmann/json.hpp>

#include "client/casework/records.h"
#include "client/casework/workplace.h"

namespace caseload::client {

// Answer: what a command has to say, once: as JSON. Text for people is made from it.
using Json = nlohmann::ordered_json;
struct Answer {
  Json value;
  bool needs_somebody = false;  // conflicts are open, work is late
  bool refused = false;         // nothing was done, and the value says why: the exit code of a Fault
  std::string remark{};         // for people, beside the output
};

Json to_json(const Catalogue& catalogue, const FieldEntry& field, const Value& value);
Json to_json(const Id& id);  // null for none
Json to_json(const std::optional<WallTime>& moment);

// A record as `get` has it: id, kind, case, state, fields, conflicts.
Json to_json(const Catalogue& catalogue, const RecordShown& record);

std::string as_text(const Json& answer);   // tables and lines
std::string as_json(const Json& answer);   // one line

}  // namespace caseload::client
