#pragma once

#include <string>

#include "common/base/result.h"

namespace caseload::client {

// Folders that nobody but their owner may look into: of the device secret, of the agent's socket.
//
// Promise  a folder that passes is a folder, not a link to one; it is ours; nobody else has any right in it.
// Errors   require_private_folder(): absent; exposed: another's, open to others, or not a folder. The detail
//          says which, and what mends it. make_private_folder(): the same. Breakage for everything else.
Result<void> require_private_folder(const std::string& path);

// Makes it, and those above it that are missing, and syncs their names.
Result<void> make_private_folder(const std::string& path);

}  // namespace caseload::client
