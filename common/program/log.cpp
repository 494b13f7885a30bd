#include "common/program/log.h"

#include <cerrno>
#include <iterator>
#include <unistd.h>

#include <fmt/format.h>

namespace caseload {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::error: return "error";
    case LogLevel::warning: return "warning";
    case LogLevel::info: return "info";
    case LogLevel::debug: return "debug";
  }
  return "error";
}

std::string utc(std::int64_t milliseconds) {
  const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds(milliseconds)};
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::string line_of(LogLevel level, std::string_view event, const LogTime& now, Log::Fields fields) {
  std::string line = fmt::format(R"({{"time":"{}","steady_ms":{},"level":"{}","event":"{}")", utc(now.utc_ms),
                                 now.steady_ms, name_of(level), event);
  for (const LogField& field : fields) {
    fmt::format_to(std::back_inserter(line), R"(,"{}":{})", field.name.text(), field.value.json());
  }
  line += "}\n";
  return line;
}

}  // namespace

Log::Log(Sink sink, Now now, LogLevel upto, std::uint32_t lines_per_second)
    : sink_(std::move(sink)), now_(std::move(now)), upto_(upto), lines_per_second_(lines_per_second) {}

Log::~Log() { report_dropped(now_()); }

void Log::write(LogLevel level, LogWord event, Fields fields) {
  if (level > upto_) return;
  const LogTime now = now_();
  const std::lock_guard<std::mutex> lock(mutex_);
  begin_second(now);
  Count& count = counts_[event.text()];
  if (count.written == lines_per_second_) {
    ++count.dropped;
    return;
  }
  ++count.written;
  put(line_of(level, event.text(), now, fields));
}

void Log::begin_second(const LogTime& now) {
  const std::int64_t second = now.steady_ms / 1000;
  if (second == second_) return;
  report_dropped(now);
  counts_.clear();
  second_ = second;
}

void Log::report_dropped(const LogTime& now) {
  for (const auto& [event, count] : counts_) {
    if (count.dropped == 0) continue;
    put(fmt::format(R"({{"time":"{}","steady_ms":{},"level":"warning","event":"dropped","of":"{}","lines":{}}})"
                    "\n",
                    utc(now.utc_ms), now.steady_ms, event, count.dropped));
  }
}

// A log is the least of the things that may fail: whatever the sink does, the work goes on.
void Log::put(std::string_view line) {
  try {
    sink_(line);
  } catch (const std::exception&) {
    return;
  }
}

Log::Sink log_to(int file_descriptor) {
  return [file_descriptor](std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = ::write(file_descriptor, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  };
}

}  // namespace caseload
