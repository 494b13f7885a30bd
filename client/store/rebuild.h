#pragma once

#include "client/store/device_store.h"

namespace caseload::client {

// What of a record does not stand as the log has it.
struct Difference {
  enum class What : std::uint8_t {
    missing = 1,  // parts are held, and the record is not shown
    extra = 2,    // it is shown, and no part is held
    row = 3,      // another scope, kind, author or moment
    words = 4,    // the index has other words
  };
  Id record;
  What what = What::missing;

  friend bool operator==(const Difference&, const Difference&) = default;
};

// What is found, at most so many; the count is of all.
constexpr std::size_t differences_listed_max = 1'000;
struct RebuildReport {
  std::uint64_t records = 0;      // looked at
  std::uint64_t different = 0;
  std::vector<Difference> listed;
};

// Derives every record again from the log and compares what lists and searches go by. Changes nothing.
RebuildReport check_records(const SqlDeviceStore& store);

// The same, and puts right what differs, a thousand records a transaction. After a catalogue that makes other fields
// searchable this is how their words come in.
// Errors   Breakage; what was put right until then stays so.
RebuildReport rebuild_records(SqlDeviceStore& store);

// Whether the index was made by this catalogue. Where not, searches find less than they could until
// rebuild_records().
bool index_is_current(const SqlDeviceStore& store);

// The index of a database without records is this catalogue's from now on. Requires an open transaction.
void claim_index(const SqlDeviceStore& store);

}  // namespace caseload::client
