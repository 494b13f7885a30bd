#pragma once

#include "client/casework/act.h"

namespace caseload::client {

// Records of any kind, by the catalogue. Adding one and setting its fields is perform().

// Where a record stands, as people are told it.
enum class Whereabouts : std::uint8_t {
  draft = 1,           // not signed; its author's alone
  on_this_device = 2,  // kept here, and no receipt from the office yet
  held_by_office = 3,
  late = 4,            // the office holds it for a person to judge
  needs_you = 5,       // people disagree about a field of it
  declined = 6,        // it was late, and a person declined it
};
std::string_view to_name(Whereabouts where);
Whereabouts whereabouts(const Workplace& place, const sync::RecordState& state,
                        std::span<const sync::StoredChange> changes);

// A record as it is read: each field of which anything stands, in the order of the catalogue.
struct RecordShown {
  sync::RecordRow row;
  const KindEntry* kind = nullptr;
  Whereabouts state = Whereabouts::on_this_device;
  sync::VoidState voided = sync::VoidState::not_voided;
  std::vector<sync::FieldView> fields;
};

// One write of a change: who, on which device, when by the author's clock, when the office received it.
struct HistoryRow {
  Id change;
  Id author;
  Id device;
  Stamp stamp;
  std::optional<WallTime> received;
  sync::ChangeState state = sync::ChangeState::unsent;
  const FieldEntry* field = nullptr;
  Value value;
  bool out = false;
};

// Errors   not_found; held: late work, which a person judges first; declined; unknown_kind: of a newer version; those
//          of begin_looking(). The audit trail says so before anything is shown.
Result<RecordShown> get(Workplace& place, const Id& record);
Result<std::vector<HistoryRow>> history(Workplace& place, const Id& record);  // in the order of the office, then ours

// Nothing is deleted: the record says that it does not count, why, and how far its voider had read.
// Errors   required: a reason; already_there: it is void; those of perform().
Result<Done> void_record(Workplace& place, const Id& record, std::string_view reason);

// Undoes a void. Errors: already_there: it is not void; those of perform().
Result<Done> restore_record(Workplace& place, const Id& record);

// An action is done: today, unless one of the fields says when.
// Errors: unknown_kind: it is no action; those of perform().
Result<Done> finish_action(Workplace& place, const Id& action, std::vector<FieldValue> more);

}  // namespace caseload::client
