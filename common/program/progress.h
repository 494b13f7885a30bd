#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "common/program/terminal.h"

namespace caseload {

constexpr std::chrono::milliseconds progress_redraw_min{100};  // ten pictures a second; more is flicker and load

// Progress: one line that shows how far a long task is, and how long it will still take.
//
// Promise  drawn on a terminal only; elsewhere not a byte. Redrawn at most every progress_redraw_min. Never more than
//          100 %, never less than before. The line is taken away at the end.
// Threads  one owner.
class Progress {
 public:
  using Now = std::function<std::chrono::milliseconds()>;  // a steady clock's

  Progress(Terminal on, std::string what, std::uint64_t total, Now now);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::uint64_t done);

 private:
  void draw(std::chrono::milliseconds now);

  const Terminal on_;
  const std::string what_;
  const std::uint64_t total_;
  const Now now_;
  std::chrono::milliseconds started_{};
  std::chrono::milliseconds drawn_{};
  std::uint64_t done_ = 0;
  bool visible_ = false;
};

}  // namespace caseload
