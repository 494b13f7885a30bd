#include "common/base/check.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace caseload {

void stop_on_mistake(const char* file, int line, std::string_view why) noexcept {
  std::fprintf(stderr, "caseload stopped: %.*s (%s:%d). What was saved before is safe.\n", static_cast<int>(why.size()),
               why.data(), file, line);
  std::abort();
}

Breakage::Breakage(What what, std::string detail) : what_(what), text_(std::string(name()) + ": " + detail) {}

std::string_view Breakage::name() const {
  switch (what_) {
    case What::disk_full: return "disk_full";
    case What::input_output: return "input_output";
    case What::damaged: return "damaged";
    case What::out_of_memory: return "out_of_memory";
    case What::refused: return "refused";
  }
  return "breakage";
}

Breakage breakage_from_errno(int error, std::string_view doing) {
  const std::string detail = std::string(doing) + ": " + std::generic_category().message(error);
  switch (error) {
    case ENOSPC:
    case EDQUOT: return Breakage(Breakage::What::disk_full, detail);
    case ENOMEM: return Breakage(Breakage::What::out_of_memory, detail);
    case EIO: return Breakage(Breakage::What::input_output, detail);
    default: return Breakage(Breakage::What::refused, detail);
  }
}

}  // namespace caseload
