#pragma once

#include "client/casework/records.h"
#include "common/command/answer.h"

namespace caseload::client {

Json to_json(const Catalogue& catalogue, const FieldEntry& field, const Value& value);

// A record as `get` has it: id, kind, case, state, fields, conflicts.
Json to_json(const Catalogue& catalogue, const RecordShown& record);

using Answer = Reply;
using caseload::to_json;

}  // namespace caseload::client
