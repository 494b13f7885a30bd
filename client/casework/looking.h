#pragma once

#include "client/casework/workplace.h"
#include "client/store/search.h"

namespace caseload::client {

// Looking at what was written, and at nothing before the audit trail says so.

// Puts into the audit trail that the person looks, and gives leave. What was refused stands there too.
// Errors   lease_ended, clock_back, clock_ahead: the device is locked until it meets the office. Breakage of the trail:
//          then nothing may be shown.
struct Looking {
  sync::AuditAction action = sync::AuditAction::consult;
  Id scope{};
  Id record{};
};
Result<void> begin_looking(Workplace& place, const Looking& at);

// Whether a section may be read now, and the record as it may be: once the lease has ended, its safety sections and its
// header alone.
bool is_readable(const Workplace& place, KindNumber kind, SectionNumber section);
sync::RecordState readable(const Workplace& place, const Id& record);

// Why a record that is asked for is in none here: held, where the office holds it for a person to judge; declined,
// where
// somebody did; else not_found.
Fault why_not_here(const Workplace& place, const Id& record);

// Full text, offline. Promise: the search is in the audit trail before its first hit is known here. Words that were
// searched for stand nowhere. Errors: those of search() and of begin_looking().
Result<SearchResult> look_for(Workplace& place, const SearchQuery& query);

// Small questions to a record that every subject asks. None, or nothing, where the field is empty.
Id reference_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field);
std::string text_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field);
CodeNumber code_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field);
std::optional<WallTime> moment_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field);

// The name of its code, as JSON and screens show it; the number where this version does not know it.
std::string code_name(const Catalogue& catalogue, const FieldEntry& field, CodeNumber code);
std::string type_name(const Catalogue& catalogue, const sync::RecordState& state);  // header.type; empty where none

}  // namespace caseload::client
