#pragma once

#include "server/backup/files.h"
#include "server/office/office_keys.h"
#include "sync/ledger/statements.h"

namespace caseload::server {

// The files of a backup, by name, in its folder.
namespace backup_file {
constexpr const char* database = "office.db";
constexpr const char* keys = "keys.sealed";
constexpr const char* manifest = "manifest";
}  // namespace backup_file

// BackupManifest: what a backup holds, signed with the ledger key. Without it a folder is no backup: so a plain
// copy of a
// database at work, which may be torn, is not taken for one.
struct BackupManifest {
  static constexpr std::string_view label = "caseload/backup/1";

  Id log;
  std::uint32_t restore_epoch = 0;
  sync::TreeRoot tree;              // of the ledger
  std::uint64_t last_position = 0;  // of the log
  WallTime at{};
  FileFacts database;
  FileFacts keys;

  Result<void> check() const;
  friend bool operator==(const BackupManifest&, const BackupManifest&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log, restore_epoch, tree, last_position, sync::moment(at), database, keys, sync::checked(*this));
  }
};
using SignedManifest = sync::Signed<BackupManifest>;

void write_manifest(const std::string& folder, const SignedManifest& manifest);

// Faults: not_found: no backup is in that folder; damaged. Nobody has checked its signature yet.
Result<SignedManifest> read_manifest(const std::string& folder);

// Whether it was signed with the ledger key of this office. Faults: damaged.
Result<void> check_manifest(const SignedManifest& manifest, const OfficeKeys& keys);

// The office's keys, sealed to the organisation's recovery key, and opened with it.
// Faults: bad_key; not_for_me: another organisation's, or altered.
Result<Bytes> seal_keys(const OfficeKeys& keys, Random& random);
Result<OfficeKeys> unseal_keys(const std::string& path, const RecoveryKey& recovery);

}  // namespace caseload::server
