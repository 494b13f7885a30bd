#include "server/backup/manifest.h"

#include "common/base/durable_file.h"

namespace caseload::server {
namespace {

constexpr std::size_t manifest_bytes_max = 4'096;
constexpr std::size_t sealed_bytes_max = 32'768;  // twice a file of keys
constexpr std::string_view keys_label = "caseload/backup_keys/1";

}  // namespace

Result<void> BackupManifest::check() const {
  if (log.is_none() || last_position == 0) return Fault(Fault::bad_value, "a backup of nothing");
  return {};
}

void write_manifest(const std::string& folder, const SignedManifest& manifest) {
  replace_file(folder + "/" + backup_file::manifest, encode(manifest));
}

Result<SignedManifest> read_manifest(const std::string& folder) {
  const Result<Bytes> file = read_file(folder + "/" + backup_file::manifest, manifest_bytes_max);
  const Fault none(Fault::not_found, "no manifest: that folder is no whole backup");
  if (!file && file.fault() == Fault::absent) return none;
  if (!file) return Fault(Fault::damaged, "the manifest of the backup");
  Result<SignedManifest> manifest = decode<SignedManifest>(*file);
  if (!manifest) return Fault(Fault::damaged, "the manifest of the backup");
  return manifest;
}

Result<void> check_manifest(const SignedManifest& manifest, const OfficeKeys& keys) {
  const Ed25519Checker checker;
  if (!verify(manifest, sync::Expected{keys.log, keys.ledger.public_key(), checker}))
    return Fault(Fault::damaged, "the manifest is not signed by this office");
  return {};
}

Result<Bytes> seal_keys(const OfficeKeys& keys, Random& random) {
  return seal_to(keys.recovery_sealing_key, {as_bytes(keys_label), {}}, keys.bytes().view(), random);
}

Result<OfficeKeys> unseal_keys(const std::string& path, const RecoveryKey& recovery) {
  const Result<Bytes> sealed = read_file(path, sealed_bytes_max);
  if (!sealed) return sealed.fault();
  Result<Bytes> plain = unseal_from(recovery.sealing, {as_bytes(keys_label), {}}, *sealed);
  if (!plain) return Fault(Fault::not_for_me, "this recovery key does not open the office's keys");
  Result<OfficeKeys> keys = OfficeKeys::read(*plain);
  wipe(*plain);
  if (keys && keys->recovery_key != recovery.signing.public_key())
    return Fault(Fault::not_for_me, "an office of another recovery key");
  return keys;
}

}  // namespace caseload::server
