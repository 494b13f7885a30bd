#pragma once

#include <asio/ip/tcp.hpp>

#include "common/net/tls_stream.h"

namespace caseload {

constexpr std::size_t proxy_answer_bytes_max = 8192;  // its status line and headers; what is longer is no answer to us

// Asks an HTTP proxy, to which the socket is connected, for a way to the office: CONNECT (RFC 9110, 9.3.6). Afterwards
// the socket speaks with the office. For the files of this room.
//
// Promise  not a byte of what follows the proxy's answer is taken. Nothing of the answer is repeated in a Fault but its
//          three digits.
// Errors   not_allowed: the proxy wants a name and a password, or refuses; unreachable: it cannot reach the office;
//          too_large: an answer without end; not_tls: something that is no answer of a proxy; closed.
// Absent   names and passwords for the proxy; proxies that are spoken to over TLS.
asio::awaitable<Result<void>> ask_proxy(asio::ip::tcp::socket& socket, const Endpoint& to);

// What a proxy's first line means. Of its own for the tests.
Result<void> verdict_of_proxy(std::string_view status_line);

}  // namespace caseload
