#pragma once

#include <string>
#include <string_view>

#include "common/time/time.h"

namespace date {
class time_zone;
}

namespace caseload {

// Zone: the civil time of a place. Moments are kept in UTC; days, due dates and what people type are local.
//
// Promise  date_at and start_of agree: start_of(d) is the first moment of day d there, whatever clocks did that night.
// Errors   bad_name: no such zone; its detail names no list, the database has 600.
// Threads  a value; safe everywhere.
// Source   the machine's time zone database, through date-tz.
class Zone {
 public:
  static Zone utc();
  static Zone of_this_machine();  // UTC where the machine does not say
  static Result<Zone> find(std::string_view name);

  Date date_at(WallTime moment) const;
  WallTime start_of(Date day) const;

  // The moment at which a clock there shows this time. In the hour that clocks skip: the moment they jump to. In the
  // hour they repeat: the first time round.
  WallTime moment_at(Date day, Duration since_midnight) const;

  // What people type: RFC 3339, or YYYY-MM-DD, or YYYY-MM-DD hh:mm (or hh:mm:ss) in this zone. Faults: bad_date.
  Result<WallTime> parse(std::string_view text) const;

  // "2026-11-22 14:05", as a clock there shows it.
  std::string to_local_text(WallTime moment) const;
  std::string name() const;

 private:
  explicit Zone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_;  // lives as long as the program, in date-tz's own database
};

}  // namespace caseload
