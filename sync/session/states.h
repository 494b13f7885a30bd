#pragma once

#include <string_view>

#include "sync/session/messages.h"

namespace caseload::sync {

// The states of a session, the same on both sides, and the one table that says which message may come next.
//
//                 HELLO              STATUS                COVERAGE
//     ┌ greeting ───────► greeted ───────────► covering ───────────► pushing
//     │                       │  (nothing wanted)                    │  ▲
//     │                       └──────────────────────────────────────┤  └ PUSH, PUSH AUDIT, PURGED
//     │                          (nothing brought: on to answering)  │ PUSH END
//     │                                                              ▼
//     │ WAKE, then HELLO   PART                    COMPLETE          │
//     └──────── watching ◄────── carrying ◄───────────────────── answering ─┐
//                   │               ▲ PURGED, CHUNK, WANT                   │ RECEIPTS, REACH, PAGE, WANT
//                  ended            └───────────────────────────────────────┘
//
// REFUSED ends a session from any state. What is not in the table ends it too, with unexpected_message.
enum class SessionState : std::uint8_t { greeting, greeted, covering, pushing, answering, carrying, watching, ended };

enum class Side : std::uint8_t { device, office };

// Facts of this session that the table asks for.
struct SessionFacts {
  bool brings = false;         // HELLO said so
  bool wants_coverage = false; // STATUS said so
  bool content = true;         // STATUS lets the session go beyond itself
  bool watch = false;          // PART said so
};

// The state after `from` sent `message`. Errors: unexpected_message, its detail naming state and message.
Result<SessionState> next_state(SessionState state, Side from, const Message& message, SessionFacts& facts);

std::string_view name_of(SessionState state);

}  // namespace caseload::sync
