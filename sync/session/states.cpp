#include "sync/session/states.h"

#include <array>

namespace caseload::sync {
namespace {

using enum SessionState;

template <class T>
constexpr std::size_t type_of() {
  return Message(T{}).index();
}

// One row: in `state`, `from` may send a message of this type, and where that leads. A row that leads where facts
// decide says so by `decide`.
struct Transition {
  SessionState state;
  Side from;
  std::size_t type;
  SessionState to;
};

const std::array table = {
    Transition{greeting, Side::device, type_of<Hello>(), greeted},
    Transition{greeted, Side::office, type_of<Status>(), pushing},  // or covering, answering, ended: see after_status
    Transition{covering, Side::device, type_of<CoverageTable>(), pushing},
    Transition{pushing, Side::device, type_of<Push>(), pushing},
    Transition{pushing, Side::device, type_of<PushAudit>(), pushing},
    Transition{pushing, Side::device, type_of<Purged>(), pushing},
    Transition{pushing, Side::device, type_of<PushEnd>(), answering},
    Transition{answering, Side::office, type_of<AuditKept>(), answering},
    Transition{answering, Side::office, type_of<Receipts>(), answering},
    Transition{answering, Side::office, type_of<Reach>(), answering},
    Transition{answering, Side::office, type_of<Page>(), answering},
    Transition{answering, Side::office, type_of<WantAttachment>(), answering},
    Transition{answering, Side::office, type_of<Complete>(), carrying},
    Transition{carrying, Side::device, type_of<Purged>(), carrying},
    Transition{carrying, Side::device, type_of<WantAttachment>(), carrying},
    Transition{carrying, Side::office, type_of<AttachmentChunk>(), carrying},
    Transition{carrying, Side::device, type_of<AttachmentChunk>(), carrying},
    Transition{carrying, Side::device, type_of<Parting>(), ended},  // or watching
    Transition{watching, Side::office, type_of<Wake>(), greeting},
    Transition{watching, Side::device, type_of<Hello>(), greeted},  // the device has news of its own
    Transition{greeting, Side::office, type_of<Wake>(), greeting},  // a second one
    Transition{greeted, Side::office, type_of<Wake>(), greeted},    // one that crossed with a HELLO
};

SessionState after_push(const SessionFacts& facts) { return facts.brings ? pushing : answering; }

void note(const Message& message, SessionFacts& facts) {
  if (const auto* hello = std::get_if<Hello>(&message)) facts.brings = hello->brings;
  if (const auto* part = std::get_if<Parting>(&message)) facts.watch = part->watch;
  if (const auto* status = std::get_if<Status>(&message)) {
    facts.wants_coverage = status->want_coverage;
    facts.content = status->greeting != Greeting::lost && status->greeting != Greeting::wipe &&
                    status->greeting != Greeting::expired;
  }
}

}  // namespace

Result<SessionState> next_state(SessionState state, Side from, const Message& message, SessionFacts& facts) {
  if (std::holds_alternative<Refused>(message)) return ended;
  for (const Transition& row : table) {
    if (row.state != state || row.from != from || row.type != message.index()) continue;
    note(message, facts);
    if (std::holds_alternative<Status>(message)) {
      if (!facts.content) return ended;
      return facts.wants_coverage ? covering : after_push(facts);
    }
    if (row.state == covering) return after_push(facts);
    if (std::holds_alternative<Parting>(message)) return facts.watch ? watching : ended;
    return row.to;
  }
  return Fault(Fault::unexpected_message, std::string(name_of(message)) + " while " + std::string(name_of(state)));
}

std::string_view name_of(SessionState state) {
  switch (state) {
    case greeting: return "greeting";
    case greeted: return "greeted";
    case covering: return "covering";
    case pushing: return "pushing";
    case answering: return "answering";
    case carrying: return "carrying";
    case watching: return "watching";
    case ended: return "ended";
  }
  return "ended";
}

}  // namespace caseload::sync
