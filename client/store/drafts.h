#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/record/value.h"
#include "common/sqlite/database.h"

namespace caseload::client {

constexpr std::size_t draft_bytes_max = 4 << 20;  // a change has at most 3 MiB of values

// SavedDraft: what somebody is writing and has not signed. Nobody else sees it; it is in no log and found by no
// search.
struct SavedDraft {
  Id id;                 // of the change it will become
  Id scope;              // none: of a case that is not begun
  KindNumber kind = 0;
  WallTime saved{};
  Bytes content;         // the form as its screen keeps it

  friend bool operator==(const SavedDraft&, const SavedDraft&) = default;
};

// Closes bytes to whoever may open them; the keys are the caller's.
using SealForTravel = std::function<Bytes(BytesView)>;

// Drafts: kept in the encrypted database, so that closing the lid loses nothing.
//
// Promise  keep() returns when the draft is on the disk. A draft stays until its author removes it: neither a
//          withdrawal nor the end of a lease takes it.
// Errors   keep(): too_large. Breakage, as in database.h.
// Threads  one owner, the database's.
class Drafts {
 public:
  explicit Drafts(Database& database) : database_(database) {}

  Result<void> keep(const SavedDraft& draft);  // in place of what has this id
  std::optional<SavedDraft> find(const Id& id) const;
  std::vector<SavedDraft> all() const;         // the latest saved first
  void remove(const Id& id);                   // signed, or given up; inside the transaction that keeps the change, too

  // The draft, closed, to be kept elsewhere for its author. Nothing where there is none.
  std::optional<Bytes> seal_for_travel(const Id& id, const SealForTravel& seal) const;

  // Faults: those of decode. Bytes that seal_for_travel() closed, once opened again.
  static Result<SavedDraft> read_travelled(BytesView opened);

 private:
  Database& database_;
};

}  // namespace caseload::client
