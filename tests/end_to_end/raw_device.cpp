#include "tests/end_to_end/raw_device.h"

#include "sync/session/half.h"
#include "tests/unit/net/tls_peer.h"

namespace caseload {

RawDevice::RawDevice(const TlsIdentity& identity, std::uint16_t port)
    : stream_(run(io_, TlsStream::connect(*TlsContext::device(identity), Endpoint("127.0.0.1", port), plenty))) {}

bool RawDevice::say(BytesView bytes) { return run(io_, stream_->write_all(bytes, plenty)).ok(); }

bool RawDevice::say(const sync::Message& message) {
  const std::vector<Bytes> one{dialogue_.say(sync::write_message(message))};
  return say(sync::to_frames(one));
}

std::vector<sync::Message> RawDevice::hear_out() {
  std::vector<sync::Message> messages;
  while (messages.empty() || !std::holds_alternative<sync::Refused>(messages.back())) {
    std::optional<sync::Message> next = hear();
    if (!next) break;
    messages.push_back(std::move(*next));
  }
  return messages;
}

std::optional<sync::Message> RawDevice::hear() {
  std::array<std::uint8_t, 4096> buffer{};
  for (;;) {
    const Result<std::vector<Bytes>> whole = sync::from_frames(heard_);
    if (whole && whole->size() > taken_) return *sync::read_message(*dialogue_.hear((*whole)[taken_++]));
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
