#pragma once

#include <string>

#include "common/crypto/certificate.h"
#include "common/crypto/hpke.h"
#include "common/crypto/sign.h"

namespace caseload::client {

// Identity: by what the office and the ledger know this device.
struct Identity {
  SigningKey signing;   // of changes and receipts
  SigningKey tls;       // of the certificate
  Bytes certificate{};  // DER, empty until the office has issued it
  Bytes office{};       // whose office, and who we are to it, as sync/enrolment says; not read here
};
inline constexpr std::size_t identity_office_bytes_max = 16384;

// Bundles are sealed to it. Follows from the signing key, so that there is one secret less to keep.
SealingKey sealing_key_of(const Identity& identity);

// Where it lies: one file beside the key file, sealed under a key derived from the database key.
//
// Promise  a locked device cannot sign: without the database key nothing of the file is open. save: whole or
//          not at all.
// Errors   load: absent; damaged; newer_format; wrong_key: whole, but sealed under another database key.
// Attacker learns whether there is a certificate, by the length.
void save_identity(const std::string& path, const Identity& identity, const Secret& database_key, Random& random);
Result<Identity> load_identity(const std::string& path, const Secret& database_key);

}  // namespace caseload::client
