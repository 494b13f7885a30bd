#pragma once

#include "client/casework/records.h"

namespace caseload::client {

constexpr std::size_t timeline_rows_max = 10'000;  // read at once; a case of more is read by `since`

// Timeline: everything that happened in a case, in the order in which it happened.
//
// Shape    three times: occurred, as somebody said; recorded, by the author's device; received, by the office. Drafts
//          of one's own and late work, declined too, are among the rows: what is only here must not look as if it
//          were not.
struct TimelineRow {
  Id id;
  Id scope;
  const KindEntry* kind = nullptr;
  std::string type;  // the code's name; empty where the kind has none
  WallTime occurred{};
  WallTime recorded{};
  std::optional<WallTime> received;
  Id author;         // none: the change that began it is not held
  std::string text;  // what the record says first, whole
  Whereabouts state = Whereabouts::on_this_device;
  sync::VoidState voided = sync::VoidState::not_voided;
  std::size_t amended = 0;  // how often
};

struct TimelineWanted {
  std::optional<Id> scope;          // none: all cases; Requires a kind then
  std::optional<WallTime> since{};  // by when it occurred
  KindNumber kind = 0;              // 0: all
  std::string type{};               // by its name; empty: all
};

// The latest timeline_rows_max. Errors: not_found; those of begin_looking(), whose entry is written first.
struct Timeline {
  std::vector<TimelineRow> rows;  // the earliest first
  bool more = false;              // there are earlier ones
};
Result<Timeline> timeline(Workplace& place, const TimelineWanted& wanted);

}  // namespace caseload::client
