#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace caseload::tests {

inline std::string path_of(const std::string& in_repository) {
  return std::string(CASELOAD_ROOT) + "/" + in_repository;
}

inline std::string read_text(const std::string& in_repository) {
  std::ifstream file(path_of(in_repository), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::string& in_repository, const std::string& text) {
  std::ofstream(path_of(in_repository), std::ios::binary) << text;
}

// Whether the person running the tests wants the files written that follow from the catalogue.
inline bool may_write() { return std::getenv("CASELOAD_WRITE") != nullptr; }

}  // namespace caseload::tests
