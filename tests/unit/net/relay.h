#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

namespace caseload {

// What befalls a connection that goes through a relay.
struct RelayManner {
  static constexpr std::size_t whole = std::numeric_limits<std::size_t>::max();
  std::size_t to_office = whole;  // bytes that pass; then both ends are cut
  std::size_t to_device = whole;
  // As an HTTP proxy: it reads a question up to its empty line, and says this. Then it relays, if `relays`.
  std::optional<std::string> http_answer{};
  bool relays = true;
};

// Relay: somebody between a device and its office, on loopback, on a thread of its own.
class Relay {
 public:
  explicit Relay(std::uint16_t office, RelayManner manner = {});
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::uint16_t port() const { return port_; }
  std::size_t passed_to_office() const { return to_office_; }
  std::size_t passed_to_device() const { return to_device_; }
  std::string question() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return question_;
  }

 private:
  struct Line;
  asio::awaitable<void> accept();
  asio::awaitable<void> carry(std::shared_ptr<Line> line);
  asio::awaitable<void> pump(std::shared_ptr<Line> line, bool up);

  asio::io_context io_{1};
  RelayManner manner_;
  std::uint16_t office_;
  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::atomic<std::size_t> to_office_ = 0;
  std::atomic<std::size_t> to_device_ = 0;
  mutable std::mutex mutex_;
  std::string question_;
  std::thread thread_;
};

}  // namespace caseload
