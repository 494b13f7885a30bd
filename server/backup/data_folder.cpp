#include "server/backup/data_folder.h"

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>

#include "common/base/check.h"
#include "common/base/durable_file.h"
#include "server/store/sqlite_store.h"

namespace caseload::server {

constexpr std::size_t place_bytes_max = 4096;

Result<void> DataFolder::make() const {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  struct stat facts {};
  if (::stat(path_.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
    throw breakage_from_errno(errno, "making the data folder");
  if (std::filesystem::is_empty(path_, error) && ::chmod(path_.c_str(), 0700) != 0)
    throw breakage_from_errno(errno, "closing the data folder to others");
  if (::stat(path_.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0)
    return Fault(Fault::exposed, "the data folder is open to others (chmod 700)");
  return {};
}

bool DataFolder::is_founded() const { return file_exists(keys_file()); }

void DataFolder::keep_keys(const OfficeKeys& keys) const { keys.save(keys_file()); }

Result<OfficeKeys> DataFolder::open_keys() const {
  Result<OfficeKeys> keys = OfficeKeys::load(keys_file());
  if (!keys && keys.fault() == Fault::absent)
    return Fault(Fault::absent, "no office is founded in this folder: caseload-server init");
  return keys;
}

void DataFolder::keep_place(const PostgresPlace& place) const { replace_file(place_file(), as_bytes(place.where)); }

Result<std::optional<PostgresPlace>> DataFolder::place() const {
  const Result<Bytes> kept = read_file(place_file(), place_bytes_max);
  if (!kept && kept.fault() == Fault::absent) return std::optional<PostgresPlace>();
  if (!kept) return Fault(Fault::damaged, "the file that says where the store is");
  return std::optional(PostgresPlace{std::string(as_text(*kept))});
}

Result<std::unique_ptr<ServerStore>> DataFolder::open_store(const Secret& key) const {
  const Result<std::optional<PostgresPlace>> elsewhere = place();
  if (!elsewhere) return elsewhere.fault();
  if (!elsewhere->has_value()) return open_sqlite_store(database(), key);
  Result<std::unique_ptr<PostgresStore>> store = open_postgres_store(**elsewhere);
  if (!store) return store.fault();
  return std::unique_ptr<ServerStore>(std::move(*store));
}

Result<std::optional<PostgresPlace>> read_place(const std::string& typed) {
  if (typed.empty() || typed == "sqlite") return std::optional<PostgresPlace>();
  const bool fits = typed.starts_with("postgresql://") || typed.starts_with("postgres://");
  if (!fits || typed.size() > place_bytes_max || typed.find_first_of("\r\n") != std::string::npos)
    return Fault(Fault::bad_value, "sqlite, or postgresql://…");
  return std::optional(PostgresPlace{typed});
}

}  // namespace caseload::server
