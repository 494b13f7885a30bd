#pragma once

#include <asio/ip/tcp.hpp>

#include "common/net/tls_stream.h"

namespace caseload {

// What an Arrival is made of; for the files of this room.
struct Arrival::Body {
  asio::ip::tcp::socket socket;
};

}  // namespace caseload
