#pragma once

#include "common/codec/codec.h"
#include "common/time/time.h"

namespace caseload::sync {

// Two fields for `serialize` members, as `listed` is one:
//
//     archive(log, moment(at), count, checked(*this));
constexpr WallTime moment_min = Date(std::chrono::year(year_min) / 1 / 1);
constexpr WallTime moment_max = Date(std::chrono::year(year_max + 1) / 1 / 1) - Duration(1);

// moment: a WallTime, in milliseconds. Errors: bad_value outside the years that our calendar has.
struct MomentField {
  WallTime& value;

  void save(Writer& to) const { to(to_milliseconds(value)); }
  void load(Reader& from) const {
    std::int64_t milliseconds = 0;
    from(milliseconds);
    value = from_milliseconds(milliseconds);
    if (value < moment_min || value > moment_max) throw ReadStop(Fault(Fault::bad_value, "not a moment"));
  }
};
inline MomentField moment(WallTime& value) { return {value}; }

// checked: last of all. What was read must pass its own check(), or it is refused with that Fault; so whatever has been
// decoded is sound.
template <class T>
struct Checked {
  const T& value;

  void save(Writer&) const {}
  void load(Reader&) const {
    const Result<void> sound = value.check();
    if (!sound) throw ReadStop(sound.fault());
  }
};
template <class T>
Checked<T> checked(const T& value) {
  return {value};
}

}  // namespace caseload::sync
