#pragma once

#include <optional>
#include <span>

#include "common/sqlite/migrate.h"

namespace caseload {

// What the tests of this room keep: notes, in a first shape and in a second one with an author.
std::span<const Migration> note_migrations();

inline Secret test_key(std::uint8_t first = 7) {
  Secret key(database_key_bytes);
  for (std::uint8_t& byte : key.writable()) byte = first++;
  return key;
}

inline Result<Database> open_notes(const std::string& path, const Secret& key, OpenOptions options = {}) {
  return open_migrated(path, key, note_migrations().first(1), options);
}

// The code of the Fault, or nothing.
template <class T>
std::optional<Fault::Code> fault_of(const Result<T>& result) {
  return result.ok() ? std::nullopt : std::optional(result.fault().code());
}

inline std::int64_t count_notes(Database& database) {
  Statement count = database.prepare("SELECT count(*) FROM note");
  count.select();
  return count.step() ? count.integer(0) : -1;
}

}  // namespace caseload
