#pragma once

#include <string>

#include "common/base/result.h"
#include "common/base/secret.h"

namespace caseload {

struct KeyChange {
  const Secret& from;
  const Secret& to;
};

// Brings the database at path under another key; nothing happens where it is under that one already.
//
// Promise  on a copy, path + "-rekeying", which is checked and synced before it gets the name. A crash at any
//          point leaves the database under the one key or the other, whole, and the next call goes on from
//          there.
// Errors   absent; in_use: somebody has it open; wrong_key: it is under neither; damaged, not_encrypted: as
//          Database::open, or the copy fails its check. The old files stay in every case.
// Attacker who has the former key may find old pages in disk blocks that nothing has written over yet.
Result<void> rekey(const std::string& path, const KeyChange& keys);

}  // namespace caseload
