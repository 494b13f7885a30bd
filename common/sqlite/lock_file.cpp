#include "common/sqlite/lock_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace caseload {

Result<LockFile> LockFile::take(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return Fault(Fault::absent, "no such folder");
  if (file < 0) throw breakage_from_errno(errno, "opening the lock of a database");
  LockFile lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return Fault::in_use;
  throw breakage_from_errno(errno, "locking a database");
}

LockFile::LockFile(LockFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

LockFile::~LockFile() {
  if (file_ >= 0) static_cast<void>(::close(file_));
}

}  // namespace caseload
