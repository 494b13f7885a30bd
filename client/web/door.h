#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/time/time.h"

namespace caseload::client {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// A request as it came, and its answer. Names of headers in small letters; the target as it was sent,
// undecoded.
struct HttpRequest {
  std::string method;
  std::string target;
  HttpHeaders headers;
  std::string body;

  // The value, where the header came once; nothing where it did not, or came twice.
  std::string header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};
struct HttpResponse {
  int status = 200;
  std::string type;
  std::string body;
  HttpHeaders headers;
};

constexpr Duration patience_usual = std::chrono::seconds(10);  // this machine talks to itself: a browser takes less

// Door: HTTP/1.1 on 127.0.0.1, one request a connection, so that no two requests can be taken for one.
//
// Promise  a peer that is slow, or says more than a form may hold, is let go of: seconds_max for a whole request and
//          as long for its answer, whatever trickles in. Nothing that a peer sends reaches the handler but as a
//          request.
// Errors   open(): in_use: the port.
// Threads  the handler is called on several threads at once. The destructor waits for requests under way.
// Attacker any program of this machine may connect; whom to answer is the handler's part (guard.h).
class Door {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  static Result<std::unique_ptr<Door>> open(std::uint16_t port, Handler handler, Duration patience = patience_usual);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  std::uint16_t port() const;

 private:
  struct Body;
  explicit Door(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace caseload::client
