#include "server/backup/kept_apart.h"

#include <algorithm>

#include "common/base/durable_file.h"
#include "common/codec/codec.h"
#include "common/crypto/derive.h"
#include "sync/office/erasure.h"

namespace caseload::server {
namespace {

constexpr std::string_view key_label = "caseload/kept_apart/1";
constexpr std::uint64_t any_position = INT64_MAX;

// The same key seals every version of the file, and each has a nonce by chance: a thousand years of hourly ones are far
// below what that allows.
Secret key_of(const Secret& database_key) {
  return hkdf({database_key.view(), {}, as_bytes(key_label)}, seal_key_bytes);
}

bool names(const KeptApart& kept, const sync::ErasedPart& part) {
  return std::ranges::find(kept.erased, part, [](const KeptApart::Erased& e) { return e.part; }) != kept.erased.end();
}

void add_restore(std::vector<sync::Signed<sync::Restore>>& all, const sync::Signed<sync::Restore>& restore) {
  const auto same = [&](const auto& known) { return known.body.restore_epoch == restore.body.restore_epoch; };
  if (std::ranges::none_of(all, same)) all.push_back(restore);
}

}  // namespace

KeptApart keep_apart(const ServerStore& store, const KeptApart& before) {
  KeptApart kept;
  for (const sync::OfficeStore::Erasure& erasure :
       store.erasures_of_scopes(store.scopes(), {0, any_position, SIZE_MAX}))
    kept.erased.push_back({erasure.part, erasure.scope});
  const KeptApart of_store = kept;
  for (const KeptApart::Erased& erased : before.erased) {
    if (!names(of_store, erased.part)) kept.erased.push_back(erased);
  }
  kept.restores = store.restores();
  for (const sync::Signed<sync::Restore>& restore : before.restores) add_restore(kept.restores, restore);
  std::ranges::sort(kept.restores, {}, [](const auto& restore) { return restore.body.restore_epoch; });
  for (const sync::OfficeDevice& device : store.devices()) {
    if (device.standing != Standing::active || device.wipe)
      kept.stopped.push_back({device.device, device.standing, device.wipe});
  }
  return kept;
}

std::string kept_apart_path(const std::string& backups) { return backups + "/kept-apart"; }

Result<KeptApart> read_kept_apart(const std::string& path, const Secret& database_key) {
  const Result<Bytes> file = read_file(path, kept_apart_bytes_max);
  if (!file && file.fault() == Fault::absent) return KeptApart();
  const Fault damaged(Fault::damaged, "the file kept-apart: altered, or another office's");
  Nonce nonce;
  if (!file || file->size() < nonce.size()) return damaged;
  std::ranges::copy(BytesView(*file).first(nonce.size()), nonce.begin());
  const Result<Bytes> plain = unseal({key_of(database_key), nonce}, BytesView(*file).subspan(nonce.size()));
  if (!plain) return damaged;
  Result<KeptApart> kept = decode<KeptApart>(*plain);
  if (!kept) return damaged;
  return kept;
}

void write_kept_apart(const std::string& path, const KeptApart& kept, const Secret& database_key) {
  SystemRandom random;
  const Nonce nonce = random.bytes<std::tuple_size_v<Nonce>>();
  Bytes file = to_bytes(nonce);
  append(file, seal({key_of(database_key), nonce}, encode(kept)));
  replace_file(path, file);
}

std::size_t do_again(ServerStore& store, const KeptApart& kept) {
  const std::vector<sync::OfficeStore::Erasure> known =
      store.erasures_of_scopes(store.scopes(), {0, any_position, SIZE_MAX});
  std::vector<sync::OfficeStore::Erasure> list;
  for (const KeptApart::Erased& erased : kept.erased) {
    if (std::ranges::find(known, erased.part, &sync::OfficeStore::Erasure::part) == known.end())
      list.push_back({erased.part, erased.scope, 0});
  }
  erase_again(store, list);
  std::vector<sync::Signed<sync::Restore>> restores = store.restores();
  for (const sync::Signed<sync::Restore>& restore : kept.restores) {
    const std::size_t before = restores.size();
    add_restore(restores, restore);
    if (restores.size() > before) store.add_restore(restore);
  }
  for (const KeptApart::Stopped& stopped : kept.stopped) {
    std::optional<sync::OfficeDevice> device = store.find_device(stopped.device);
    if (!device) continue;
    device->standing = std::max(device->standing, stopped.standing);
    device->wipe = device->wipe || stopped.wipe;
    store.put_device(*device);
  }
  return list.size();
}

}  // namespace caseload::server
