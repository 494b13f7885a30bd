#include "common/net/greeting.h"

#include <algorithm>
#include <array>

namespace caseload {
namespace {

constexpr char tls_handshake_record = 0x16;
constexpr std::array<std::string_view, 9> http_methods{"GET ", "POST", "HEAD", "PUT ", "OPTI",
                                                       "DELE", "CONN", "PATC", "TRAC"};

// An SSH client shows lines that come before the version of the other side (RFC 4253, 4.2).
constexpr std::string_view line =
    "This port speaks TLS for Caseload devices only. Nothing is wrong with it; a browser or SSH has no use for it.\r\n";

constexpr std::string_view http_answer =
    "HTTP/1.1 400 Bad Request\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 111\r\n"
    "Connection: close\r\n"
    "\r\n"
    "This port speaks TLS for Caseload devices only. Nothing is wrong with it; a browser or SSH has no use for it.\r\n";

static_assert(http_answer.ends_with(line) && line.size() == 111, "the length of the answer is that of the line");

}  // namespace

Greeting greeting_of(std::string_view first_bytes) {
  if (first_bytes.starts_with(tls_handshake_record)) return Greeting::tls;
  if (first_bytes.starts_with("SSH-")) return Greeting::ssh;
  const bool http = std::any_of(http_methods.begin(), http_methods.end(),
                                [&](std::string_view method) { return first_bytes.starts_with(method); });
  if (http) return Greeting::http;
  return Greeting::other;
}

std::string_view hint_for(Greeting greeting) {
  switch (greeting) {
    case Greeting::http: return http_answer;
    case Greeting::ssh: return line;
    case Greeting::tls:
    case Greeting::other: break;
  }
  return {};
}

}  // namespace caseload
