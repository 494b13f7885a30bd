#include "client/keys/private_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caseload::client {
namespace {

std::string folder_above(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

void sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  const int error = errno;
  if (folder >= 0) static_cast<void>(::close(folder));
  if (!synced) throw breakage_from_errno(error, "syncing a folder");
}

void make_with_those_above(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return;
    if (errno != ENOENT || folder_above(path) == path) throw breakage_from_errno(errno, "making a folder");
    make_with_those_above(folder_above(path));
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) throw breakage_from_errno(errno, "making a folder");
  }
  sync_folder(folder_above(path));
}

}  // namespace

Result<void> require_private_folder(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return Fault(Fault::absent, "no such folder");
    throw breakage_from_errno(errno, "looking at a folder");
  }
  if (!S_ISDIR(about.st_mode)) return Fault(Fault::exposed, "a private folder is a folder, not a link or a file");
  if (about.st_uid != ::geteuid()) return Fault(Fault::exposed, "a private folder belongs to somebody else");
  if ((about.st_mode & 077) != 0) {
    return Fault(Fault::exposed, "a private folder is open to others: chmod 700, and think who may have looked");
  }
  return {};
}

Result<void> make_private_folder(const std::string& path) {
  make_with_those_above(path);
  return require_private_folder(path);
}

}  // namespace caseload::client
