#include "tests/end_to_end/raw_device.h"

#include "sync/session/half.h"
#include "tests/unit/net/tls_peer.h"

namespace caseload {

RawDevice::RawDevice(const TlsIdentity& identity, std::uint16_t port)
    : stream_(run(io_, TlsStream::connect(*TlsContext::device(identity), Endpoint("127.0.0.1", port), plenty))) {}

bool RawDevice::say(BytesView bytes) { return run(io_, stream_->write_all(bytes, plenty)).ok(); }

std::vector<sync::Message> RawDevice::hear_out() {
  Bytes heard;
  std::vector<sync::Message> messages;
  std::array<std::uint8_t, 4096> buffer{};
  while (messages.empty() || !std::holds_alternative<sync::Refused>(messages.back())) {
    const Result<std::size_t> size = run(io_, stream_->read_some(buffer, plenty));
    if (!size) break;
    append(heard, BytesView(buffer).first(*size));
    const Result<std::vector<Bytes>> whole = sync::from_frames(heard);
    if (!whole) continue;
    messages.clear();
    for (const Bytes& bytes : *whole) messages.push_back(*sync::read_message(bytes));
  }
  return messages;
}

std::optional<sync::Message> RawDevice::hear() {
  std::array<std::uint8_t, 4096> buffer{};
  for (;;) {
    const Result<std::vector<Bytes>> whole = sync::from_frames(heard_);
    if (whole && whole->size() > taken_) return *sync::read_message((*whole)[taken_++]);
    const Result<std::size_t> size = run(io_, stream_->read_some(buffer, plenty));
    if (!size) return std::nullopt;
    append(heard_, BytesView(buffer).first(*size));
  }
}

std::optional<Fault::Code> RawDevice::refusal() {
  const std::vector<sync::Message> messages = hear_out();
  const auto* refused = messages.empty() ? nullptr : std::get_if<sync::Refused>(&messages.back());
  const FaultEntry* entry = refused == nullptr ? nullptr : find_fault(refused->fault);
  return entry == nullptr ? std::nullopt : std::optional<Fault::Code>(entry->code);
}

}  // namespace caseload
