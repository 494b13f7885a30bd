#pragma once

#include <string>

#include "common/base/result.h"

namespace caseload {

// LockFile: the right to be the only program that has a database open.
//
// Shape    a lock of the kernel on an empty file beside the database. The file stays; the lock goes with its holder,
//          however that dies.
// Errors   in_use: somebody holds it, in this program or another.
class LockFile {
 public:
  static Result<LockFile> take(const std::string& path);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int file) : file_(file) {}

  int file_;
};

}  // namespace caseload
