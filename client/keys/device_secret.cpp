#include "client/keys/device_secret.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/keys/private_folder.h"
#include "common/base/durable_file.h"

namespace caseload::client {
namespace {

Fault missing() {
  return {Fault::device_factor,
          "the device secret is not there: these data come from another machine, or its state folder was cleared; "
          "recover with the organisation's answer"};
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  CHECK(slash != std::string::npos && slash > 0, "the device secret has a folder of its own");
  return path.substr(0, slash);
}

Result<void> check_file(const struct stat& about) {
  if (!S_ISREG(about.st_mode)) return Fault(Fault::exposed, "the device secret is not an ordinary file");
  if (about.st_uid != ::geteuid()) return Fault(Fault::exposed, "the device secret belongs to somebody else");
  if ((about.st_mode & 077) != 0) {
    return Fault(Fault::exposed, "the device secret is open to others: chmod 600, and think who may have looked");
  }
  if (about.st_size != device_secret_bytes) return Fault(Fault::device_factor, "the device secret is not 32 bytes");
  return {};
}

// An open file, closed at the end.
struct OpenFile {
  int number;
  explicit OpenFile(const std::string& path)
      : number(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (number >= 0) static_cast<void>(::close(number));
  }
};

}  // namespace

Result<Secret> load_device_secret(const std::string& path) {
  const Result<void> folder = require_private_folder(folder_of(path));
  if (!folder && folder.fault() == Fault::absent) return missing();
  if (!folder) return folder.fault();
  const OpenFile file(path);
  if (file.number < 0 && errno == ENOENT) return missing();
  if (file.number < 0 && errno == ELOOP) return Fault(Fault::exposed, "the device secret is a link");
  struct stat about {};
  if (file.number < 0 || ::fstat(file.number, &about) != 0) {
    throw breakage_from_errno(errno, "opening the device secret");
  }
  const Result<void> sound = check_file(about);
  if (!sound) return sound.fault();
  Secret secret(device_secret_bytes);
  const ssize_t got = ::read(file.number, secret.writable().data(), device_secret_bytes);
  if (got < 0) throw breakage_from_errno(errno, "reading the device secret");
  if (got != device_secret_bytes) return missing();
  return secret;
}

Result<Secret> make_device_secret(const std::string& path, Random& random) {
  const Result<void> folder = make_private_folder(folder_of(path));
  if (!folder) return folder.fault();
  if (file_exists(path)) return Fault::already_there;
  Secret secret(device_secret_bytes);
  random.fill(secret.writable());
  replace_file(path, secret.view());
  return secret;
}

}  // namespace caseload::client
