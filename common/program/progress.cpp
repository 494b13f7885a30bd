#include "common/program/progress.h"

#include <algorithm>

#include <fmt/format.h>

namespace caseload {
namespace {

constexpr std::size_t bar_columns = 24;
constexpr std::chrono::milliseconds estimate_after{2'000};  // before that an estimate is a guess
constexpr std::string_view erase_line = "\r\x1b[K";

std::string left(std::chrono::milliseconds time) {
  const std::int64_t seconds = (time.count() + 999) / 1000;
  if (seconds < 60) return fmt::format(", {} s left", seconds);
  return fmt::format(", {} min left", (seconds + 59) / 60);
}

}  // namespace

Progress::Progress(Terminal on, std::string what, std::uint64_t total, Now now)
    : on_(on), what_(std::move(what)), total_(total), now_(std::move(now)) {
  if (on_.is_terminal()) started_ = now_();
}

Progress::~Progress() {
  if (visible_) on_.write(erase_line);
}

void Progress::at(std::uint64_t done) {
  if (!on_.is_terminal()) return;
  done_ = std::max(done_, std::min(done, total_));
  const std::chrono::milliseconds now = now_();
  if (visible_ && now - drawn_ < progress_redraw_min) return;
  draw(now);
}

void Progress::draw(std::chrono::milliseconds now) {
  const double part = total_ == 0 ? 1.0 : static_cast<double>(done_) / static_cast<double>(total_);
  const std::size_t full = static_cast<std::size_t>(part * static_cast<double>(bar_columns));
  std::string line = fmt::format("{} [{}{}] {:3} %", what_, std::string(full, '#'),
                                 std::string(bar_columns - full, '.'), static_cast<int>(part * 100.0));
  const std::chrono::milliseconds elapsed = now - started_;
  if (done_ > 0 && elapsed >= estimate_after) {
    const double rest = static_cast<double>(elapsed.count()) * (1.0 - part) / part;
    line += left(std::chrono::milliseconds(static_cast<std::int64_t>(rest)));
  }
  // A line that wraps could not be taken away again.
  if (line.size() < on_.columns()) on_.write(std::string(erase_line) + line);
  visible_ = true;
  drawn_ = now;
}

}  // namespace caseload
