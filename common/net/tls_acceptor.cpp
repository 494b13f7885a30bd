#include "common/net/tls_acceptor.h"

#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "common/net/arrival.h"
#include "common/net/net_fault.h"
#include "common/net/socket_options.h"

namespace caseload {
namespace {

using asio::ip::tcp;
constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

Fault listen_fault(const asio::error_code& error) {
  if (error == asio::error::address_in_use) return Fault(Fault::in_use, "the port is taken");
  if (error == asio::error::access_denied) return Fault(Fault::not_allowed, "the port needs more rights");
  return Fault(Fault::bad_value, "not an address of this machine");
}

bool out_of_means(const asio::error_code& error) {
  return error == asio::error::no_descriptors || error == std::errc::too_many_files_open_in_system ||
         error == asio::error::no_buffer_space || error == asio::error::no_memory;
}

// The peer was gone before we came to it, or his network was; the next one may be well (accept(2)).
bool only_this_one(const asio::error_code& error) {
  return error == asio::error::connection_aborted || error == std::errc::protocol_error ||
         error == asio::error::network_down || error == asio::error::host_unreachable ||
         error == asio::error::network_unreachable;
}

}  // namespace

struct TlsAcceptor::Body {
  tcp::acceptor acceptor;
};

TlsAcceptor::TlsAcceptor(std::unique_ptr<Body> body) : body_(std::move(body)) {}
TlsAcceptor::TlsAcceptor(TlsAcceptor&&) noexcept = default;
TlsAcceptor& TlsAcceptor::operator=(TlsAcceptor&&) noexcept = default;
TlsAcceptor::~TlsAcceptor() = default;

Result<TlsAcceptor> TlsAcceptor::listen(asio::any_io_executor executor, const Endpoint& local) {
  asio::error_code error;
  const asio::ip::address address = asio::ip::make_address(local.host, error);
  if (error) return listen_fault(error);
  const tcp::endpoint endpoint(address, local.port);
  tcp::acceptor acceptor(executor);
  acceptor.open(endpoint.protocol(), error);
  // A restart must not wait for the kernel to forget the connections of the last run.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_fault(error);
  return TlsAcceptor(std::unique_ptr<Body>(new Body{std::move(acceptor)}));
}

std::uint16_t TlsAcceptor::port() const {
  asio::error_code error;
  return body_->acceptor.local_endpoint(error).port();
}

// Asio throws at a co_await of a coroutine that was cancelled before.
asio::awaitable<Result<Arrival>> TlsAcceptor::accept() try {
  for (;;) {
    auto [error, socket] = co_await body_->acceptor.async_accept(as_result);
    if (!error) {
      set_options(socket);
      std::unique_ptr<Arrival::Body> body(new Arrival::Body{std::move(socket)});
      co_return Arrival(std::move(body));
    }
    if (!body_->acceptor.is_open()) co_return Fault::closed;
    if (error == asio::error::operation_aborted) co_return Fault::cancelled;
    if (out_of_means(error)) co_return Fault(Fault::try_later, "out of file descriptors or memory");
    if (!only_this_one(error)) co_return net_fault(error);
  }
} catch (const asio::system_error& error) {
  co_return net_fault(error.code());
}

void TlsAcceptor::close() {
  asio::error_code ignored;
  body_->acceptor.close(ignored);
}

}  // namespace caseload
