#include "tests/unit/net/relay.h"

#include <array>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

namespace caseload {

using asio::ip::tcp;
constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

struct Relay::Line {
  tcp::socket device;
  tcp::socket office;

  void cut() {
    asio::error_code ignored;
    device.close(ignored);
    office.close(ignored);
  }
};

Relay::Relay(std::uint16_t office, RelayManner manner)
    : manner_(std::move(manner)), office_(office), acceptor_(io_, {asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()) {
  asio::co_spawn(io_, accept(), asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

Relay::~Relay() {
  io_.stop();
  thread_.join();
}

asio::awaitable<void> Relay::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(as_result);
    if (error) co_return;
    const std::shared_ptr<Line> line(new Line{std::move(socket), tcp::socket(io_)});
    asio::co_spawn(io_, carry(line), asio::detached);
  }
}

asio::awaitable<void> Relay::carry(std::shared_ptr<Line> line) {
  while (manner_.http_answer && !question().ends_with("\r\n\r\n")) {
    char byte = 0;
    auto [error, size] = co_await line->device.async_read_some(asio::buffer(&byte, 1), as_result);
    if (error) co_return;
    const std::lock_guard<std::mutex> lock(mutex_);
    question_ += byte;
  }
  if (manner_.http_answer) co_await asio::async_write(line->device, asio::buffer(*manner_.http_answer), as_result);
  if (!manner_.relays) {
    asio::error_code ignored;
    line->device.shutdown(tcp::socket::shutdown_send, ignored);
    char byte = 0;
    co_await line->device.async_read_some(asio::buffer(&byte, 1), as_result);
    co_return;
  }
  const tcp::endpoint office(asio::ip::address_v4::loopback(), office_);
  auto [error] = co_await line->office.async_connect(office, as_result);
  if (error) co_return line->cut();
  asio::co_spawn(io_, pump(line, true), asio::detached);
  co_await pump(line, false);
}

asio::awaitable<void> Relay::pump(std::shared_ptr<Line> line, bool up) {
  tcp::socket& from = up ? line->device : line->office;
  tcp::socket& to = up ? line->office : line->device;
  std::atomic<std::size_t>& passed = up ? to_office_ : to_device_;
  const std::size_t all = up ? manner_.to_office : manner_.to_device;
  std::array<char, 4096> bytes;
  for (std::size_t left = all; left > 0;) {
    const std::size_t room = std::min(left, bytes.size());
    auto [error, size] = co_await from.async_read_some(asio::buffer(bytes.data(), room), as_result);
    if (error) break;
    auto [write_error, written] = co_await asio::async_write(to, asio::buffer(bytes.data(), size), as_result);
    passed += written;
    if (write_error) break;
    if (left != RelayManner::whole) left -= size;
  }
  line->cut();
}

}  // namespace caseload
