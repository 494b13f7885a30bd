#pragma once

#include <string>

#include "client/keys/key_record.h"

namespace caseload::client {

// The two copies of the key file in a profile's folder: keys-1 and keys-2.
//
// Promise  store: written one after the other, each by way of another name, so that at every instant at least
//          one is whole; both are on the disk when it returns. load: the newest whole copy, after the other
//          one was mended.
// Errors   load: newer_format, if either copy is of a newer program: nothing is touched · device_factor:
//          whole, but of another device · damaged: no whole copy · absent: neither is there. Breakage where
//          the disk refuses.
Result<KeyRecord> load_copies(const std::string& folder, const Secret& device_secret);
void store_copies(const std::string& folder, const KeyRecord& record, const Secret& device_secret);

// The newest whole copy, whatever its device secret, and nothing is mended: for recovery.
Result<KeyRecord> load_for_recovery(const std::string& folder);

bool copies_exist(const std::string& folder);

}  // namespace caseload::client
