#pragma once

#include <string>
#include <vector>

#include "server/office/office_keys.h"
#include "server/store/store.h"

namespace caseload::server {

// KeptApart: what an older backup must not undo, in a file beside the backups, made anew with each.
//
// Shape    parts erased by law; statements of earlier restores, without which devices do not follow a later one;
//          devices
//          that were lost, suspended or to be wiped. Identifiers only, sealed under a key made from the database's.
// Errors   read_kept_apart(): damaged: altered, or another office's. None there: an empty one.
struct KeptApart {
  struct Erased {
    sync::ErasedPart part;
    Id scope;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(part, scope);
    }
  };
  struct Stopped {
    Id device;
    Standing standing = Standing::suspended;
    bool wipe = false;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(device, listed(standing), wipe);
    }
  };
  std::vector<Erased> erased;
  std::vector<sync::Signed<sync::Restore>> restores;  // by epoch
  std::vector<Stopped> stopped;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(erased, restores, stopped);
  }
};
constexpr std::size_t kept_apart_bytes_max = 64U << 20;

// What the office's store says now, and what was kept before of erasures and restores.
KeptApart keep_apart(const ServerStore& store, const KeptApart& before);

std::string kept_apart_path(const std::string& backups);
Result<KeptApart> read_kept_apart(const std::string& path, const Secret& database_key);
void write_kept_apart(const std::string& path, const KeptApart& kept, const Secret& database_key);

// Does again to a restored store what it names, and adds the statements that it lacks. Gives how many parts were erased
// again. Requires an open transaction.
std::size_t do_again(ServerStore& store, const KeptApart& kept);

}  // namespace caseload::server
