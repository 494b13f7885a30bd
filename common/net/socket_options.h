#pragma once

#include <asio/ip/tcp.hpp>
#include <netinet/tcp.h>

namespace caseload {

// What every connection of ours is set to, connected or accepted. For the files of this room.
//
// Promise  small writes leave at once. A connection on which nothing is said stays known to routers on its way, and a
//          peer that is gone without a word is noticed within six minutes: asked after 240 s, then four times in 120 s.
inline void set_options(asio::ip::tcp::socket& socket) {
  asio::error_code ignored;  // the peer may be gone already, which the next word will notice
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>(240), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>(30), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>(4), ignored);
}

}  // namespace caseload
