#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "tests/simulation/laptop.h"
#include "tests/simulation/office.h"

namespace caseload::sync {

// The line between a laptop and its office, and what befalls it.
struct Line {
  static constexpr std::size_t whole = std::numeric_limits<std::size_t>::max();

  std::size_t to_office = whole;  // messages that arrive before the line is cut
  std::size_t to_device = whole;
  bool certificate_expired = false;
  AttachmentStore* of_laptop = nullptr;
  AttachmentStore* of_office = nullptr;
  const Catalogue* laptop_knows = &Catalogue::built_in();
  const Catalogue* office_knows = &Catalogue::built_in();
  std::function<void(Message&)> to_office_altered{};  // what happens to a message on its way
  std::function<void(Message&)> to_device_altered{};
  std::function<void(What)> office_looks{};                   // before the office's desk looks for more to send
  std::function<void(const Message&)> device_took{};  // after the device has stored it
};

// How a session went, as each side and somebody on the line saw it.
struct Ended {
  bool finished = false;             // both sides came to their end
  std::optional<Fault> device;       // why a side ended early
  std::optional<Fault> office;
  bool died = false;                 // the process whose store was told to
  bool disk_full = false;
  SessionReport report;
  std::vector<Message> to_office;    // that arrived
  std::vector<Message> to_device;

  bool well() const { return finished && !device && !office; }
  template <class T>
  std::vector<T> of(const std::vector<Message>& messages) const {
    std::vector<T> found;
    for (const Message& message : messages) {
      if (const T* one = std::get_if<T>(&message)) found.push_back(*one);
    }
    return found;
  }
};

// What a session needs of a device, and of an office, whatever their stores are.
struct DeviceEnd {
  Id device;
  DeviceStore& store;
  DeviceTrust trust;
  const Clock& clock;
};
struct OfficeEnd {
  OfficeStore& store;
  OfficeSelf self;
};

// One whole session, in memory, both machines and both desks. Where a store breaks or dies, the session is over, and the
// store is as a restart would find it.
Ended session(const DeviceEnd& device, const OfficeEnd& office, const Line& line = {});
Ended session(Laptop& laptop, Office& office, const Line& line = {});

}  // namespace caseload::sync
