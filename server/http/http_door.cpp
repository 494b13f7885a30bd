#include "server/http/http_door.h"

#include <atomic>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <httplib.h>

namespace caseload::server {
namespace {

constexpr std::size_t threads = 2;
constexpr time_t seconds_max = 5;             // for a request to arrive, and for an answer to be taken
constexpr std::size_t request_bytes_max = 4'096;

// The address itself: a name could be made to mean another machine.
std::string loopback(const std::string& host) {
  if (host == "localhost") return "127.0.0.1";
  in_addr four{};
  in6_addr six{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1 && (ntohl(four.s_addr) >> 24) == 127) return host;
  if (::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six)) return host;
  return "";
}

// Without the port: a name in brackets, or up to the colon.
std::string host_of(const std::string& header) {
  if (header.starts_with('[')) return header.substr(1, header.find(']') - 1);
  return header.substr(0, header.find(':'));
}

}  // namespace

struct HttpDoor::Body {
  httplib::Server server;
  Pages pages;
  std::mutex mutex;
  std::uint16_t port = 0;
  std::atomic<bool> ended = false;
  std::thread thread;
};

HttpDoor::HttpDoor(std::unique_ptr<Body> body) : body_(std::move(body)) {}

HttpDoor::~HttpDoor() {
  body_->server.stop();
  body_->thread.join();
}

std::uint16_t HttpDoor::port() const { return body_->port; }

Result<std::unique_ptr<HttpDoor>> HttpDoor::open(const Endpoint& where, Pages pages) {
  const std::string host = loopback(where.host);
  if (host.empty()) return Fault(Fault::bad_value, "--http: a loopback address, such as 127.0.0.1:9464");
  auto body = std::make_unique<Body>();
  Body* const held = body.get();
  held->pages = std::move(pages);
  held->server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  held->server.set_read_timeout(seconds_max);
  held->server.set_write_timeout(seconds_max);
  held->server.set_payload_max_length(request_bytes_max);
  held->server.set_keep_alive_max_count(1);
  held->server.set_socket_options([](socket_t) {});  // the port is ours alone: the package would share it
  held->server.Get(".*", [held](const httplib::Request& request, httplib::Response& response) {
    const auto page = held->pages.find(request.path);
    if (loopback(host_of(request.get_header_value("Host"))).empty()) {
      response.status = 421;
    } else if (page == held->pages.end()) {
      response.status = 404;
    } else {
      const std::lock_guard<std::mutex> lock(held->mutex);
      const HttpAnswer answer = page->second();
      response.status = answer.status;
      response.set_header("Cache-Control", "no-store");
      response.set_content(answer.body, answer.type);
    }
  });
  const int port = where.port == 0 ? held->server.bind_to_any_port(host)
                                   : held->server.bind_to_port(host, where.port) ? where.port : -1;
  if (port <= 0) return Fault(Fault::in_use, "the port for --http");
  held->port = static_cast<std::uint16_t>(port);
  held->thread = std::thread([held] {
    static_cast<void>(held->server.listen_after_bind());
    held->ended = true;
  });
  // The package cannot be stopped before it runs, and has no way to be waited for.
  while (!held->server.is_running() && !held->ended) std::this_thread::yield();
  return std::unique_ptr<HttpDoor>(new HttpDoor(std::move(body)));
}

}  // namespace caseload::server
