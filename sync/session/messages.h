#pragma once

#include <string_view>
#include <variant>

#include "sync/session/carry.h"
#include "sync/session/greet.h"
#include "sync/session/pull.h"
#include "sync/session/push.h"

namespace caseload::sync {

// The messages of a session, each one struct with one `serialize`, by the step they belong to: greet, push, pull,
// carry. PROTOCOL.md says who sends which when; states.h holds both sides to it. A message is `type:u8` and the
// canonical bytes of its struct; in a frame the type is the head, the rest the body.
//
// The type of a message on the wire is its place in this list, from 1. New ones are added at the end.
using Message = std::variant<Hello, Status, CoverageTable, Push, PushAudit, AuditKept, Purged, PushEnd, Receipts,
                             Reach, Page, Complete, WantAttachment, AttachmentChunk, Parting, Wake, Refused>;

// Errors   read_message(): those of decode; unknown_type for a type of a later version.
Bytes write_message(const Message& message);
Result<Message> read_message(BytesView bytes);
std::string_view name_of(const Message& message);  // "hello", for logs

// Unpacks the changes that it brings, ahead of its turn.
void unpack_changes(Message& message);

}  // namespace caseload::sync
