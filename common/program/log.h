#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>

#include "common/program/log_value.h"

namespace caseload {

// Both clocks, in milliseconds: UTC for whoever reads, the steady one for order when the other is set back.
struct LogTime {
  std::int64_t utc_ms = 0;
  std::int64_t steady_ms = 0;
};

enum class LogLevel { error, warning, info, debug };

constexpr std::uint32_t log_lines_per_second_max = 20;  // of one event: a flood of one must not hide the others

// Log: lines that cannot carry personal data, because the types that make them up cannot.
//
// Shape    one JSON object a line: time, steady_ms, level, event, then the fields in their order.
//            log.event("session_ended", {{"device", LogTag::device(id)}, {"ms", 12}, {"fault", fault}});
// Promise  a line is written whole or not at all. Beyond lines_per_second_max, lines of an event are counted rather
//          than written, and the count is written with the first line of a later second, and at the end.
// Errors   none: a line that cannot be written is dropped, and the work goes on.
// Threads  any.
// Attacker who has the log learns when what happened, between which devices; no name, no note, no case.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;  // the line ends in a newline
  using Now = std::function<LogTime()>;
  using Fields = std::initializer_list<LogField>;

  Log(Sink sink, Now now, LogLevel upto = LogLevel::info, std::uint32_t lines_per_second = log_lines_per_second_max);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void error(LogWord event, Fields fields = {}) { write(LogLevel::error, event, fields); }
  void warning(LogWord event, Fields fields = {}) { write(LogLevel::warning, event, fields); }
  void event(LogWord event, Fields fields = {}) { write(LogLevel::info, event, fields); }
  void debug(LogWord event, Fields fields = {}) { write(LogLevel::debug, event, fields); }

 private:
  struct Count {
    std::uint32_t written = 0;
    std::uint64_t dropped = 0;
  };

  void write(LogLevel level, LogWord event, Fields fields);
  void begin_second(const LogTime& now);
  void report_dropped(const LogTime& now);
  void put(std::string_view line);

  const Sink sink_;
  const Now now_;
  const LogLevel upto_;
  const std::uint32_t lines_per_second_;
  std::mutex mutex_;
  std::int64_t second_ = 0;
  std::map<std::string_view, Count> counts_;  // by event; the words live as long as the program
};

// Lines to a file descriptor, which stays the caller's.
Log::Sink log_to(int file_descriptor);

}  // namespace caseload
