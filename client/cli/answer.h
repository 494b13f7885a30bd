#pragma once

#include "client/casework/attention/attention.h"
#include "client/casework/records.h"
#include "common/command/answer.h"

namespace caseload::client {

// Values, records and what cases ask for, as JSON has them.
Json to_json(const Catalogue& catalogue, const FieldEntry& field, const Value& value);
Json to_json(const Priority& priority);           // score, policy_version, reasons
Json to_json(std::span<const DueRow> deadlines);  // what, record, due, state, days

// A record as `get` has it: id, kind, case, state, fields, conflicts.
Json to_json(const Catalogue& catalogue, const RecordShown& record);

using Answer = Reply;
using caseload::to_json;

}  // namespace caseload::client
