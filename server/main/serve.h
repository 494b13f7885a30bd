#pragma once

#include "common/command/run.h"
#include "common/net/tls_stream.h"
#include "server/backup/data_folder.h"

namespace caseload::server {

// Keeps an office open until a signal ends it: sessions and enrolments on one port, commands by the control socket.
//
// Errors   those of opening keys, store and port. Breakage of the store passes: the process ends.
struct ServeWith {
  Endpoint listen;
  std::optional<Endpoint> http;  // health and metrics, on loopback
  std::function<void(std::uint16_t port, std::uint16_t http_port)> listening;  // told once, when devices may come
  std::function<void()> waiting;  // told once, where another server of the same PostgreSQL is at work
};
Result<void> serve(const DataFolder& folder, const ServeWith& with);

Result<Endpoint> read_endpoint(std::string_view typed);  // HOST:PORT, [IPV6]:PORT. Faults: bad_value.

}  // namespace caseload::server
