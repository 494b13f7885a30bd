#include "common/base/durable_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace caseload {
namespace {

// An open file. Closing is not checked: what had to reach the disk was synced before.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (number_ >= 0) static_cast<void>(::close(number_));
  }
  bool ok() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

void sync(const std::string& path, int flags, std::string_view doing) {
  const OpenFile file(path, flags);
  if (!file.ok() || ::fsync(file.number()) != 0) throw breakage_from_errno(errno, doing);
}

void sync_folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  sync(folder, O_RDONLY | O_DIRECTORY, "syncing a folder");
}

void write_all(int file, BytesView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw breakage_from_errno(errno, "writing a file");
    content = content.subspan(static_cast<std::size_t>(written));
  }
}

void rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) throw breakage_from_errno(errno, "renaming a file");
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::size_t bytes_max) {
  const OpenFile file(path, O_RDONLY | O_NONBLOCK);  // a pipe must not keep us waiting for its other end
  if (!file.ok() && (errno == ENOENT || errno == ENOTDIR)) return Fault::absent;
  struct stat about {};
  if (!file.ok() || ::fstat(file.number(), &about) != 0) throw breakage_from_errno(errno, "opening a file");
  if (!S_ISREG(about.st_mode)) return Fault(Fault::bad_value, "not an ordinary file");
  if (std::cmp_greater(about.st_size, bytes_max)) {
    return Fault(Fault::too_large, "at most " + std::to_string(bytes_max) + " bytes");
  }
  Bytes content(static_cast<std::size_t>(about.st_size));
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = ::read(file.number(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw breakage_from_errno(errno, "reading a file");
    if (got == 0) break;  // it became shorter meanwhile
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return content;
}

Result<void> reserve_file(const std::string& path) {
  const OpenFile file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (file.ok()) return {};
  if (errno == EEXIST) return Fault::already_there;
  if (errno == ENOENT || errno == ENOTDIR) return Fault::absent;
  throw breakage_from_errno(errno, "creating a file");
}

void replace_file(const std::string& path, BytesView content) {
  const std::string part = path + ".part";
  static_cast<void>(::unlink(part.c_str()));
  try {
    const OpenFile file(part, O_WRONLY | O_CREAT | O_EXCL);
    if (!file.ok()) throw breakage_from_errno(errno, "creating a file");
    write_all(file.number(), content);
    if (::fsync(file.number()) != 0) throw breakage_from_errno(errno, "syncing a file");
    rename(part, path);
  } catch (const Breakage&) {
    static_cast<void>(::unlink(part.c_str()));
    throw;
  }
  sync_folder_of(path);
}

void move_into_place(const std::string& from, const std::string& to) {
  sync(from, O_RDONLY, "syncing a file");
  sync_folder_of(from);
  rename(from, to);
  sync_folder_of(to);
}

void rewrite_in_place(const std::string& path) {
  const OpenFile file(path, O_RDWR);
  if (!file.ok() && errno == ENOENT) return;
  if (!file.ok()) throw breakage_from_errno(errno, "opening a file");
  Bytes part(1 << 20);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file.number(), part.data(), part.size(), at);
    if (got < 0) throw breakage_from_errno(errno, "reading a file");
    if (got == 0) break;
    if (::lseek(file.number(), at, SEEK_SET) < 0) throw breakage_from_errno(errno, "writing a file");
    write_all(file.number(), BytesView(part).first(static_cast<std::size_t>(got)));
    at += got;
  }
  if (::fsync(file.number()) != 0) throw breakage_from_errno(errno, "syncing a file");
}

bool file_exists(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw breakage_from_errno(errno, "looking for a file");
}

void remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return;
    throw breakage_from_errno(errno, "removing a file");
  }
  sync_folder_of(path);
}

}  // namespace caseload
