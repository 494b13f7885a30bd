#pragma once

#include <asio/io_context.hpp>

#include "common/net/tls_stream.h"
#include "sync/session/dialogue.h"

namespace caseload {

// RawDevice: the device's end of a connection without its manners: says whatever bytes a test wants said.
class RawDevice {
 public:
  RawDevice(const TlsIdentity& identity, std::uint16_t port);

  bool connected() const { return stream_.ok(); }
  Fault fault() const { return stream_.fault(); }
  // Whether the office still took it.
  bool say(BytesView bytes);
  // A message, as a device says it.
  bool say(const sync::Message& message);
  // All that the office says until it refuses or goes, as messages.
  std::vector<sync::Message> hear_out();
  // The next message; nothing once the office has gone.
  std::optional<sync::Message> hear();
  // The same, from an office of which only a refusal is expected: its code.
  std::optional<Fault::Code> refusal();

 private:
  asio::io_context io_{1};
  Result<TlsStream> stream_;
  Bytes heard_;
  std::size_t taken_ = 0;  // messages of it that were given
  sync::Dialogue dialogue_;
};

}  // namespace caseload
