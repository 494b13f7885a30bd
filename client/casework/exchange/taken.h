#pragma once

#include <optional>
#include <span>

#include "common/sqlite/database.h"

namespace caseload::client {

// Taken: which rows of foreign tables became which records, on this device.
//
// Shape    an identity is a digest of the mapping's source, the name of the record in it, and the values of the key.
// Promise  known for ever: a row whose record was withdrawn, erased or moved on is not taken again. No change id is
//          made from a row's content, because the office refuses a known id with other bytes, and its whole segment.
// Errors   Breakage, as in database.h. Requires the caller's transaction in put().
// Threads  one owner, the database's.
class Taken {
 public:
  explicit Taken(Database& database) : database_(database) {}

  std::optional<Id> find(const Digest& identity) const;
  void put(const Digest& identity, const Id& record);

 private:
  Database& database_;
};

struct RowIdentity {
  std::string_view source;
  std::string_view name;  // of the record in its mapping
  std::span<const std::string> key;
};
Digest identity_of(const RowIdentity& row);

}  // namespace caseload::client
