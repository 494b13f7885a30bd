#include "server/backup/data_folder.h"

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>

#include "common/base/check.h"
#include "common/base/durable_file.h"
#include "server/store/sqlite_store.h"

namespace caseload::server {

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

Result<std::unique_ptr<ServerStore>> DataFolder::open_store(const Secret& key) const {
  return open_sqlite_store(database(), key);
}

}  // namespace caseload::server
