#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/net/tls_stream.h"

namespace caseload::server {

// HttpDoor: a few pages for whoever watches over this machine, over HTTP without a password, on loopback only.
//
// Shape    GET or HEAD of a path that is in the table; anything else is 404. Its threads are its own.
// Promise  nobody but this machine's programs can ask. A page that a browser was led to under another name is
//          refused, so
//          that no site on the net reads it.
// Errors   open(): bad_value: not a loopback address; in_use: the port.
// Threads  pages are called on the door's threads, one at a time. The destructor waits for those under way.
// Attacker on this machine learns what the pages say, and can ask often.
struct HttpAnswer {
  int status = 200;
  std::string type;
  std::string body;
};
class HttpDoor {
 public:
  using Pages = std::map<std::string, std::function<HttpAnswer()>>;

  static Result<std::unique_ptr<HttpDoor>> open(const Endpoint& where, Pages pages);
  ~HttpDoor();
  HttpDoor(const HttpDoor&) = delete;
  HttpDoor& operator=(const HttpDoor&) = delete;

  std::uint16_t port() const;

 private:
  struct Body;
  explicit HttpDoor(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace caseload::server
