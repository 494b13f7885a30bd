#pragma once

#include <cstdint>
#include <string>

namespace caseload::faults {

// What a power cut would lose: everything done to files and folders since they were last synced.
// Each function is told of one thing done, before it is done. One owner; never gives back its memory or open files,
// because closing a file would drop the locks that the program has on it.
class Unsynced {
 public:
  void write(int file, const void* data, std::size_t size, std::int64_t offset);
  void truncate(int file, std::int64_t size);
  void sync(int file, bool works);  // of a file or a folder
  void create(const std::string& path);
  void rename(const std::string& from, const std::string& to);
  void remove(const std::string& path);

  void lose(std::uint64_t seed);
};

}  // namespace caseload::faults
