#pragma once

#include "tests/bench/speed/child.h"
#include "tests/end_to_end/running_office.h"
#include "tests/simulation/office.h"

namespace caseload::bench {

// Where an office keeps what it has: in a file, or in a PostgreSQL.
struct OfficePlace {
  std::string path;
  std::string postgres{};  // as libpq takes it; empty: the file
};

// How an office is at a moment.
struct OfficeSaid {
  std::uint64_t commits = 0;
  std::uint64_t operations = 0;
  std::size_t peak_kib = 0;
  double processor = 0;  // seconds, of its own process
};

// OfficeProcess: an office as its program has it, in a process of its own: the service, TLS on loopback, a real
// database where every commit is on the disk before it returns.
class OfficeProcess {
 public:
  OfficeProcess(sync::Office& founded, const Certificates& certificates, const OfficePlace& place);
  ~OfficeProcess();

  OfficeSaid said();
  std::uint16_t port() const { return port_; }

 private:
  Child child_;
  std::uint16_t port_ = 0;
};

}  // namespace caseload::bench
