#pragma once

#include <string>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace caseload::server {

// Files and folders of a backup, of any size.
//
// Promise  what was copied is on the disk when its call returns.
// Errors   Breakage as soon as the disk refuses anything.
// Threads  any; one writer for each path.
struct FileFacts {
  std::uint64_t bytes = 0;
  Digest digest{};

  friend bool operator==(const FileFacts&, const FileFacts&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(bytes, digest);
  }
};

// A new file, readable by its owner only; gives what was copied. Faults: absent; already_there: `to`.
Result<FileFacts> copy_file(const std::string& from, const std::string& to);
Result<FileFacts> facts_of_file(const std::string& path);  // Faults: absent

bool is_folder(const std::string& path);
bool is_empty_or_absent(const std::string& folder);
std::uint64_t bytes_below(const std::string& folder);

// Throws disk_full unless the disk of that folder has room for so many bytes more.
void require_room(const std::string& folder, std::uint64_t bytes);

// ScratchFolder: a new folder of our own, its owner's alone. It goes with this value, unless it was moved into place;
// what a crash left of an earlier one of that name goes first.
class ScratchFolder {
 public:
  explicit ScratchFolder(std::string path);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  // Gives it that name, now and after a crash: all of it or none. Faults: already_there: something stands there, and is
  // not an empty folder.
  Result<void> move_to(const std::string& to);

 private:
  std::string path_;
  bool moved_ = false;
};

}  // namespace caseload::server
