#pragma once

#include "tests/bench/speed/child.h"
#include "tests/bench/speed/device.h"
#include "tests/bench/speed/machine.h"

namespace caseload::bench {

// What a first session of a device was.
struct FirstSession {
  Cost cost;
  std::uint64_t received = 0;
  std::uint64_t bytes = 0;
  std::uint64_t file_bytes = 0;
  std::size_t peak_kib = 0;
};

// LoneDevice: a device in a process of its own, where its memory is not mixed with anybody's. It waits for its first
// session, and is gone after it.
//
// Requires to be made while this process is small: what the two share counts as the device's.
class LoneDevice {
 public:
  LoneDevice(std::unique_ptr<Device> device, const Certificates& certificates);

  FirstSession meet(std::uint16_t port);

 private:
  Child child_;
};

}  // namespace caseload::bench
