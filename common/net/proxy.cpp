#include "common/net/proxy.h"

#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "common/net/net_fault.h"

namespace caseload {
namespace {

constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

constexpr std::size_t status_at = std::string_view("HTTP/1.1 ").size();
constexpr std::size_t status_digits = 3;

// A name or an IPv4 address as it is, an IPv6 address in brackets.
std::string authority_of(const Endpoint& to) {
  const bool is_v6 = to.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + to.host + "]" : to.host) + ":" + std::to_string(to.port);
}

}  // namespace

Result<void> verdict_of_proxy(std::string_view line) {
  const bool is_http = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
  const std::string_view status = is_http ? line.substr(status_at, status_digits) : std::string_view();
  const bool is_number = status.size() == status_digits && status.find_first_not_of("0123456789") == status.npos &&
                         (line.size() == status_at + status_digits || line[status_at + status_digits] == ' ');
  if (!is_number) return Fault(Fault::not_tls, "the proxy does not speak HTTP");
  const std::string detail = "the proxy answered " + std::string(status);
  if (status.front() == '2') return {};
  if (status.front() == '5' || status == "404") return Fault(Fault::unreachable, detail);
  return Fault(Fault::not_allowed, detail);
}

// Byte by byte: what comes after the empty line is the office's, and must stay for TLS. An answer is short.
asio::awaitable<Result<void>> ask_proxy(asio::ip::tcp::socket& socket, const Endpoint& to) {
  const std::string authority = authority_of(to);
  const std::string question = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
  auto [write_error, written] = co_await asio::async_write(socket, asio::buffer(question), as_result);
  if (write_error) co_return net_fault(write_error);
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    if (answer.size() >= proxy_answer_bytes_max) co_return Fault(Fault::too_large, "the proxy's answer");
    char byte = 0;
    auto [error, size] = co_await socket.async_read_some(asio::buffer(&byte, 1), as_result);
    if (error) co_return net_fault(error);
    answer += byte;
  }
  co_return verdict_of_proxy(std::string_view(answer).substr(0, answer.find('\r')));
}

}  // namespace caseload
