#pragma once

#include "common/base/result.h"

namespace caseload {

// Every program calls this before anything else and ends when it fails.
//
// Promise  this program is linked to the SQLCipher it was compiled for. With a plain SQLite in its place a key would be
//          ignored without a word and people's notes would lie on the disk in clear.
// Errors   not_encrypted.
Result<void> require_sqlcipher();

}  // namespace caseload
