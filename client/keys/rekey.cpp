#include "client/keys/rekey.h"

#include "client/keys/identity.h"
#include "common/base/durable_file.h"
#include "common/sqlite/rekey.h"

namespace caseload::client {
namespace {

Result<void> carry_identity(const std::string& path, const Unlocked& held, Random& random) {
  const Result<Identity> carried = load_identity(path, held.key);
  if (carried) return {};
  if (carried.fault() != Fault::wrong_key) return carried.fault();
  const Result<Identity> former = load_identity(path, held.former);
  if (!former) return former.fault();
  save_identity(path, *former, held.key, random);
  return {};
}

}  // namespace

Result<void> carry_over(KeyFile& file, const Unlocked& held, const UnderTheKey& files, Random& random) {
  if (held.former.empty()) return {};
  if (file_exists(files.database)) {
    if (Result<void> moved = rekey(files.database, {.from = held.former, .to = held.key}); !moved) return moved;
  }
  if (file_exists(files.identity)) {
    if (Result<void> moved = carry_identity(files.identity, held, random); !moved) return moved;
  }
  return file.finish_rekey(held);
}

}  // namespace caseload::client
