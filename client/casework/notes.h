#pragma once

#include "client/casework/records.h"

namespace caseload::client {

// Notes: written as drafts, signed once, added to by amendments.
//
//   draft ─ sign ─> on this device ─ receipt ─> held by the server      its words stay; amend() adds to them
//     └ edit, or given up
//
// A draft is in no log and found by no search; it has the id that the note will have. The words of a note are written
// once, so they become a change when they are signed, and not before.

struct NoteDraft {
  Id id;
  Id scope;
  WallTime saved{};
  std::vector<FieldValue> writes;
};

// Begins a draft. What the rules forbid is said now, before anybody types a page.
// Errors   required: a type; those of check(), but for what is still missing to sign it.
Result<NoteDraft> begin_note(Workplace& place, const Id& scope, std::vector<FieldValue> writes);

// These fields take the place of what the draft has in them; a value of none takes a field out. A draft is saved even
// when the lease has ended or the rules have moved meanwhile: nobody's words are lost to that.
// Errors   not_found: no such draft (signed, perhaps); too_large; values that no note can have.
Result<NoteDraft> edit_note(Workplace& place, const Id& draft, std::span<const FieldValue> writes);
Result<void> give_up_note(Workplace& place, const Id& draft);
std::vector<NoteDraft> note_drafts(const Workplace& place);  // the latest saved first

// The draft becomes a note, and goes, in one transaction. Signed twice, it is signed once.
// Errors   not_found; required: type, text; of oversight, decision and supervision also impact_on_person and rationale;
//          those of perform(). The draft stays then.
Result<Done> sign_note(Workplace& place, const Id& draft);

// Adds to a record that is signed, or corrects it; the original stays. Errors: required: reason, text; those of
// perform().
struct Amendment {
  std::string reason;
  std::string text;
  std::string field{};  // of which it speaks; empty: of all of it
};
Result<Done> amend(Workplace& place, const Id& record, const Amendment& amendment);

// A note, or a draft of one's own, with what was added to it, the earliest first.
// Errors: those of get(); unknown_kind: it is no note.
struct NoteShown {
  RecordShown note;
  std::vector<RecordShown> amendments;
};
Result<NoteShown> show_note(Workplace& place, const Id& note);

}  // namespace caseload::client
