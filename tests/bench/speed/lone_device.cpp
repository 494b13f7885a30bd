#include "tests/bench/speed/lone_device.h"

namespace caseload::bench {
namespace {

void live(Device& device, const Certificates& certificates, Line& line) {
  const std::optional<std::uint16_t> port = line.hear<std::uint16_t>();
  if (!port) return;
  device.open();
  const client::LinkSetting setting{*TlsContext::device(certificates.device(device.id())), {certificates.authority()},
                                    Endpoint("127.0.0.1", *port)};
  FirstSession first;
  client::SyncOutcome outcome;
  first.cost = cost_of([&] { outcome = device.meet(setting); });
  first.received = outcome.report.received;
  first.bytes = outcome.bytes_received;
  first.peak_kib = peak_kib();
  first.file_bytes = device.file_bytes();
  line.say(first);
}

}  // namespace

LoneDevice::LoneDevice(std::unique_ptr<Device> device, const Certificates& certificates)
    : child_([&](Line& line) { live(*device, certificates, line); }) {}

FirstSession LoneDevice::meet(std::uint16_t port) {
  child_.line().say(port);
  const std::optional<FirstSession> first = child_.line().hear<FirstSession>();
  CHECK(first.has_value(), "the device had its session");
  return *first;
}

}  // namespace caseload::bench
