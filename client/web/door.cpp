#include "client/web/door.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include <httplib.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/web/form.h"

namespace caseload::client {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t threads = 8;  // a browser asks for six things at once
constexpr std::chrono::seconds seconds_max{
    10};  // this machine talks to itself: what takes longer is no browser
constexpr std::size_t target_bytes_max = 2'000;
constexpr std::size_t header_count_max = 64;
constexpr std::size_t drained_bytes_max = form_bytes_max;

// One connection, with a time by which all of a request must have come, and all of its answer have gone.
class Peer : public httplib::Stream {
 public:
  Peer(socket_t socket, Duration patience) : socket_(socket), patience_(patience), until_(Steady::now() + patience) {}

  bool is_readable() const override { return at_ < held_ || is_ready(POLLIN); }
  bool is_writable() const override { return is_ready(POLLOUT); }
  ssize_t read(char* to, size_t size) override {
    if (at_ == held_) {
      const ssize_t got = is_ready(POLLIN) ? ::recv(socket_, buffer_.data(), buffer_.size(), 0) : -1;
      if (got <= 0) return got;
      at_ = 0;
      held_ = static_cast<std::size_t>(got);
    }
    const std::size_t given = std::min(size, held_ - at_);
    std::copy_n(buffer_.data() + at_, given, to);
    at_ += given;
    return static_cast<ssize_t>(given);
  }
  ssize_t write(const char* from, size_t size) override {
    if (!answering_) until_ = Steady::now() + patience_;
    answering_ = true;
    return is_ready(POLLOUT) ? ::send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

  // An answer given before all of the request was read would be lost to a peer that is still sending.
  void part() {
    static_cast<void>(::shutdown(socket_, SHUT_WR));
    for (std::size_t drained = 0; drained < drained_bytes_max && is_ready(POLLIN);) {
      const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (got <= 0) break;
      drained += static_cast<std::size_t>(got);
    }
    static_cast<void>(::close(socket_));
  }

 private:
  bool is_ready(short for_what) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - Steady::now());
    if (left.count() <= 0) return false;
    pollfd wait{socket_, for_what, 0};
    return ::poll(&wait, 1, static_cast<int>(left.count())) > 0;
  }

  socket_t socket_;
  Duration patience_;
  Steady::time_point until_;
  std::array<char, 8192> buffer_{};
  std::size_t at_ = 0;
  std::size_t held_ = 0;
  bool answering_ = false;
};

// The package's own reading of a connection has limits between two bytes only.
class PatientServer : public httplib::Server {
 public:
  Duration patience{0};

 private:
  bool process_and_close_socket(socket_t socket) override {
    Peer peer(socket, patience);
    bool closed = false;
    const bool done = process_request(peer, true, closed, nullptr);
    peer.part();
    return done;
  }
};

std::string small(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

HttpRequest taken(const httplib::Request& from) {
  HttpRequest request{from.method, from.target, {}, {}};
  for (const auto& [name, value] : from.headers) {
    // The package adds two of its own, and a peer may not pretend them.
    if (name != "REMOTE_ADDR" && name != "REMOTE_PORT" && name != "LOCAL_ADDR" && name != "LOCAL_PORT")
      request.headers.emplace_back(small(name), value);
  }
  return request;
}

// What no browser sends to a form: ways to say where a request ends that two readers may understand
// differently.
int refused(const httplib::Request& from) {
  if (from.target.size() > target_bytes_max) return 414;
  if (from.headers.size() > header_count_max) return 431;
  if (from.has_header("Transfer-Encoding") || from.has_header("Content-Encoding")) return 400;
  if (from.get_header_value_count("Content-Length") > 1) return 400;
  const std::string length = from.get_header_value("Content-Length");
  const bool number = std::ranges::all_of(length, [](char c) { return c >= '0' && c <= '9'; });
  if (!number || length.size() > 9) return 400;
  if (from.method != "GET" && from.method != "HEAD" && from.method != "POST") return 405;
  if (from.method != "POST") return length.empty() || length == "0" ? 0 : 400;
  return from.has_header("Content-Length") ? 0 : 411;
}

void give(const HttpResponse& answer, httplib::Response& response) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.set_header(name, value);
  if (!answer.type.empty()) response.set_content(answer.body, answer.type);
}

}  // namespace

std::string HttpRequest::header(std::string_view name) const {
  if (count(name) != 1) return {};
  return std::ranges::find(headers, name, &std::pair<std::string, std::string>::first)->second;
}

std::size_t HttpRequest::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count(headers, name, &std::pair<std::string, std::string>::first));
}

struct Door::Body {
  PatientServer server;
  Handler handler;
  std::uint16_t port = 0;
  std::atomic<bool> ended = false;
  std::thread thread;
};

Door::Door(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Door::~Door() {
  body_->server.stop();
  body_->thread.join();
}

std::uint16_t Door::port() const { return body_->port; }

Result<std::unique_ptr<Door>> Door::open(std::uint16_t port, Handler handler, Duration patience) {
  auto body = std::make_unique<Body>();
  Body* const held = body.get();
  held->handler = std::move(handler);
  held->server.patience = patience;
  held->server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  held->server.set_payload_max_length(form_bytes_max);
  held->server.set_socket_options([](socket_t socket) {
    const int yes = 1;  // a port that was ours a moment ago; shared with nobody, as the package would have it
    static_cast<void>(::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes));
  });
  held->server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    const int status = refused(request);
    if (status == 0) return httplib::Server::HandlerResponse::Unhandled;
    response.status = status;
    return httplib::Server::HandlerResponse::Handled;
  });
  held->server.Get(".*", [held](const httplib::Request& request, httplib::Response& response) {
    give(held->handler(taken(request)), response);
  });
  held->server.Post(".*", [held](const httplib::Request& from, httplib::Response& response,
                                 const httplib::ContentReader& read) {
    HttpRequest request = taken(from);
    const bool whole = read([&](const char* piece, size_t size) {
      request.body.append(piece, size);
      return request.body.size() <= form_bytes_max;
    });
    if (whole) give(held->handler(request), response);
    if (!whole && response.status < 400) response.status = 400;
  });
  const int bound = port == 0 ? held->server.bind_to_any_port("127.0.0.1")
                    : held->server.bind_to_port("127.0.0.1", port) ? port
                                                                   : -1;
  if (bound <= 0) return Fault(Fault::in_use, "the port");
  held->port = static_cast<std::uint16_t>(bound);
  held->thread = std::thread([held] {
    static_cast<void>(held->server.listen_after_bind());
    held->ended = true;
  });
  // The package cannot be stopped before it runs, and has no way to be waited for.
  while (!held->server.is_running() && !held->ended) std::this_thread::yield();
  return std::unique_ptr<Door>(new Door(std::move(body)));
}

}  // namespace caseload::client
