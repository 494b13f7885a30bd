#pragma once

#include <string>

#include "common/crypto/authority.h"
#include "common/crypto/hpke.h"
#include "common/time/time.h"

namespace caseload::server {

// RecoveryKey: the organisation's offline key. It signs restores and opens what devices sealed; the server knows its
// public halves only.
//
// Errors   read(): absent, too_large, damaged: not a recovery key. write(): already_there.
struct RecoveryKey {
  SigningKey signing;
  SealingKey sealing;

  static RecoveryKey generate(Random& random);
  static Result<RecoveryKey> read(const std::string& path);
  Result<void> write(const std::string& path) const;  // a new file, readable by its owner only
};

// OfficeKeys: what makes this server this office: its keys, and whose office it is.
//
// Shape    one file in the data folder, readable by its owner only. It opens the database, so whoever has both has all:
//          a server starts unattended, and its disk is the administrator's to encrypt. Backups seal it to the
//          recovery key.
// Errors   load(): absent; exposed: others may read it; damaged; newer_format. save(): none but Breakage.
struct OfficeKeys {
  std::string name;
  Id log;
  Id device;         // the office's own; its scope, too
  Id administrator;  // who founded it
  Secret database;
  SigningKey ledger;
  SigningKey signing;  // of the office's own device
  Authority authority;
  SealingKey sealing;
  PublicKey recovery_key{};
  SealingPublicKey recovery_sealing_key{};

  static Result<OfficeKeys> generate(const std::string& name, const RecoveryKey& recovery, WallTime now,
                                     Random& random);
  static Result<OfficeKeys> load(const std::string& path);
  static Result<OfficeKeys> read(BytesView bytes);
  void save(const std::string& path) const;
  Secret bytes() const;
};

}  // namespace caseload::server
