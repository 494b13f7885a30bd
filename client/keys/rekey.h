#pragma once

#include <string>

#include "client/keys/key_file.h"

namespace caseload::client {

// What lies under the database key, beside the key file.
struct UnderTheKey {
  std::string database;  // each may be absent
  std::string identity;
};

// Brings database and identity from held.former under held.key, and then has the key file forget the former.
// Called after begin_rekey(), and at every unlock that gives a former key; without one it does nothing.
//
// Promise  it may be cut short anywhere and is then done at the next unlock. It takes as much free disk as
//          the database has; until the copy is checked and in place, the old database is untouched.
// Errors   in_use: a program has the database open; wrong_key, damaged, newer_format: as opening database or
//          identity. Nothing is lost by any of them. Breakage where the disk refuses.
// Attacker with the disk and the former key may find old pages in what the disk has not yet written over.
Result<void> carry_over(KeyFile& file, const Unlocked& held, const UnderTheKey& files, Random& random);

}  // namespace caseload::client
