#pragma once

#include "client/casework/workplace.h"
#include "sync/sharing/rules.h"

namespace caseload::client {

// What the person may do here, and which line of the sharing rules says so. Devices look up what the office decided;
// they decide themselves only where no session has covered a case yet: one that is about to begin, or was begun here.

// The rules that this device holds: the office's latest. Errors: absent: none has come yet; those of parse_rules.
Result<sync::Rules> held_rules(const Workplace& place);

// The name of the person's role, as the rules use it; empty while it is not known here.
std::string role_name(const Workplace& place);

// What holds on a scope that is covered, or that this person began and no session has covered.
// Errors   not_found: neither. absent: begun here, and no rules to judge it by.
Result<sync::Mask> mask_on(const Workplace& place, const Id& scope);

// What would hold on a case with these facts, its author counting as its lead until somebody is assigned: as the
// office judges it (OfficeFacts::scope_to_be). Errors: those of held_rules.
Result<sync::Mask> mask_to_be(const Workplace& place, const sync::RecordState& root);

// Whether the person may begin records of this kind there, in all its sections.
bool may_begin(const Workplace& place, const Id& scope, KindNumber kind);

// "note.narrative: line 27 of the sharing rules"; for the detail of a Fault and for screens.
std::string told(const Catalogue& catalogue, const sync::ObjectFacts& object, std::uint16_t line);

// Why a case or a record is here, or is not, and what may be done with it.
struct SectionRight {
  std::string section;  // note.narrative
  sync::Decision decision;
  std::string rule;     // the line as the office's text has it; empty where no line or no rules are here
};
struct Why {
  bool here = false;
  bool begun_here = false;  // a case of one's own that no session has covered yet: judged by the rules held here
  bool arriving = false;    // more of it is on its way
  sync::Level level = sync::Level::none;  // the best of any section
  std::vector<SectionRight> rights;       // of the record; of a case: of all kinds
};

// Of what is not here, nothing is known: not even whether it exists. Nothing personal is told, so nothing is audited.
Why why(const Workplace& place, const Id& scope_or_record);

}  // namespace caseload::client
