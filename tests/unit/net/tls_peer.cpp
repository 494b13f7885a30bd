#include "tests/unit/net/tls_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <thread>

#include <openssl/ssl.h>

namespace caseload {
namespace {

class LoopbackSocket {
 public:
  explicit LoopbackSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "a listening port on loopback");
  }
  ~LoopbackSocket() { ::close(fd_); }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

void present(SSL_CTX* context, const TlsIdentity& identity) {
  const unsigned char* at = identity.chain.front().data();
  X509* certificate = d2i_X509(nullptr, &at, static_cast<long>(identity.chain.front().size()));
  const BytesView seed = identity.private_key.view();
  EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size());
  CHECK(SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1,
        "a certificate and its key");
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

TestOffice::TestOffice(const TlsIdentity& identity)
    : context_(*TlsContext::office(identity)),
      acceptor_(*TlsAcceptor::listen(io_.get_executor(), Endpoint("127.0.0.1", 0))) {}

asio::awaitable<Result<TlsStream>> TestOffice::welcome(TimeLimit limit) {
  Result<Arrival> arrival = co_await acceptor_.accept();
  if (!arrival) co_return arrival.fault();
  co_return co_await TlsStream::welcome(context_, *std::move(arrival), limit);
}

asio::awaitable<Result<TlsStream>> TestOffice::call(const Result<TlsContext>& context, TimeLimit limit) const {
  return TlsStream::connect(*context, Endpoint("127.0.0.1", port()), limit);
}

std::pair<Result<TlsStream>, Result<TlsStream>> TestOffice::meet(const Result<TlsContext>& device) {
  return together(io_, welcome(), call(device));
}

Result<TlsStream> TestOffice::while_there_is(const std::function<void()>& stranger) {
  std::thread thread(stranger);
  Result<TlsStream> stream = run(io_, welcome());
  thread.join();
  return stream;
}

ForeignOutcome foreign_device(std::uint16_t port, const ForeignHello& hello) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), hello.version);
  SSL_CTX_set_max_proto_version(context.get(), hello.version);
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(hello.alpn.data()),
                          static_cast<unsigned>(hello.alpn.size()));
  if (hello.identity != nullptr) present(context.get(), *hello.identity);
  const LoopbackSocket socket(port);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
  SSL_set_fd(ssl.get(), socket.fd());
  ForeignOutcome outcome;
  outcome.handshake = SSL_connect(ssl.get()) == 1;
  if (!outcome.handshake) return outcome;
  char byte = 0;
  outcome.answered = SSL_read(ssl.get(), &byte, 1) == 1;
  outcome.session_can_resume = SSL_SESSION_is_resumable(SSL_get0_session(ssl.get())) == 1;
  return outcome;
}

std::string speak_in_clear(std::uint16_t port, std::string_view words) {
  const LoopbackSocket socket(port);
  CHECK(::send(socket.fd(), words.data(), words.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(words.size()),
        "words that fit the socket's buffer");
  std::string heard;
  std::array<char, 512> buffer{};
  for (;;) {
    const ssize_t size = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
    if (size < 0) return "the connection was reset";
    if (size == 0) return heard;
    heard.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace caseload
