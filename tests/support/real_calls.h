#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>

namespace caseload::faults {

// The C library's own calls, behind those that the shim puts in their place.
int real_open(const char* path, int flags, mode_t mode);
ssize_t real_pwrite(int file, const void* data, std::size_t size, std::int64_t offset);
int real_ftruncate(int file, std::int64_t size);
int real_rename(const char* from, const char* to);
int real_unlink(const char* path);

// The path that an open file was opened under.
std::string path_of(int file);

}  // namespace caseload::faults
