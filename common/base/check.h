#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace caseload {

// CHECK(condition, "why"): stops the program where our own reasoning was wrong, in every build. Never used on input.
// What it prints is ours: the place and the reason, never a value.
[[noreturn]] void stop_on_mistake(const char* file, int line, std::string_view why) noexcept;

// Breakage: the world broke under us. Thrown where it happens, caught at few, named edges.
//
// Shape    what broke, and a text for the log. The text holds no personal data.
class Breakage : public std::exception {
 public:
  enum class What { disk_full, input_output, damaged, out_of_memory, refused };

  Breakage(What what, std::string detail);

  What kind() const { return what_; }
  std::string_view name() const;
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  What what_;
  std::string text_;
};

// The Breakage for a failed system call: `what` was being done and errno was `error`.
[[nodiscard]] Breakage breakage_from_errno(int error, std::string_view doing);

}  // namespace caseload

#define CHECK(condition, why) \
  ((condition) ? static_cast<void>(0) : ::caseload::stop_on_mistake(__FILE__, __LINE__, (why)))
