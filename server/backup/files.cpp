#include "server/backup/files.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/durable_file.h"
#include "common/crypto/hash.h"

namespace caseload::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 1U << 20;

class Open {
 public:
  Open(const std::string& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Open() {
    if (file_ >= 0) static_cast<void>(::close(file_));
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  int get() const { return file_; }

 private:
  int file_;
};

void write_all(int file, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw breakage_from_errno(errno, "copying a file");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

// Reads all of a file, and writes it to another where there is one.
Result<FileFacts> pass_through(const std::string& from, const Open* to) {
  const Open source(from, O_RDONLY);
  if (source.get() < 0 && (errno == ENOENT || errno == ENOTDIR)) return Fault(Fault::absent, "a file of the backup");
  if (source.get() < 0) throw breakage_from_errno(errno, "opening a file");
  FileFacts facts;
  Sha256 hash;
  Bytes piece(piece_bytes);
  for (;;) {
    const ssize_t got = ::read(source.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw breakage_from_errno(errno, "reading a file");
    if (got == 0) break;
    const BytesView read = BytesView(piece).first(static_cast<std::size_t>(got));
    hash.update(read);
    facts.bytes += read.size();
    if (to != nullptr) write_all(to->get(), read);
  }
  facts.digest = hash.finish();
  return facts;
}

}  // namespace

Result<FileFacts> copy_file(const std::string& from, const std::string& to) {
  const Open target(to, O_WRONLY | O_CREAT | O_EXCL);
  if (target.get() < 0 && errno == EEXIST) return Fault(Fault::already_there, "a file is never written over");
  if (target.get() < 0) throw breakage_from_errno(errno, "creating a file");
  const Result<FileFacts> facts = pass_through(from, &target);
  if (facts && ::fsync(target.get()) != 0) throw breakage_from_errno(errno, "syncing a file");
  return facts;
}

Result<FileFacts> facts_of_file(const std::string& path) { return pass_through(path, nullptr); }

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_empty_or_absent(const std::string& folder) {
  if (!file_exists(folder)) return true;
  std::error_code error;
  const bool empty = is_folder(folder) && fs::is_empty(folder, error);
  if (error) throw Breakage(Breakage::What::refused, "looking into a folder");
  return empty;
}

std::uint64_t bytes_below(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) bytes += at->file_size(ignored);
  }
  return bytes;
}

void require_room(const std::string& folder, std::uint64_t bytes) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (error) throw Breakage(Breakage::What::refused, "asking for free space");
  if (space.available < bytes) throw Breakage(Breakage::What::disk_full, "not enough room, and nothing was begun");
}

ScratchFolder::ScratchFolder(std::string path) : path_(std::move(path)) {
  std::error_code error;
  fs::remove_all(path_, error);
  if (::mkdir(path_.c_str(), 0700) != 0) throw breakage_from_errno(errno, "making a folder");
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!moved_) fs::remove_all(path_, ignored);
}

Result<void> ScratchFolder::move_to(const std::string& to) {
  if (!is_empty_or_absent(to)) return Fault(Fault::already_there, "nothing is written over");
  move_into_place(path_, to);
  moved_ = true;
  return {};
}

}  // namespace caseload::server
