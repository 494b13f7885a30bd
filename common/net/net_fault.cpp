#include "common/net/net_fault.h"

#include <algorithm>
#include <array>
#include <string>

#include <asio/error.hpp>
#include <asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace caseload {
namespace {

// What OpenSSL says when the first bytes are no TLS record.
constexpr std::array not_tls_reasons{SSL_R_WRONG_VERSION_NUMBER,     SSL_R_HTTP_REQUEST,     SSL_R_HTTPS_PROXY_REQUEST,
                                     SSL_R_PACKET_LENGTH_TOO_LONG,   SSL_R_BAD_RECORD_TYPE,  SSL_R_UNEXPECTED_MESSAGE,
                                     SSL_R_RECORD_LENGTH_MISMATCH,   SSL_R_RECORD_TOO_SMALL, SSL_R_BAD_PACKET_LENGTH};

constexpr int alert_reason(int alert) { return SSL_AD_REASON_OFFSET + alert; }

// OpenSSL's first complaint about a certificate is often of the library below; what it found in the end, it keeps here.
bool we_refused_certificate(const SSL* ssl) {
  return ssl != nullptr && SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE && SSL_get_verify_result(ssl) != X509_V_OK;
}

Fault fault_of_tls(unsigned long error, const SSL* ssl) {
  const int reason = ERR_GET_REASON(error);
  if (reason == SSL_R_NO_APPLICATION_PROTOCOL || reason == alert_reason(SSL_AD_NO_APPLICATION_PROTOCOL) ||
      reason == SSL_R_CALLBACK_FAILED) {  // our only callback is that which demands ALPN
    return Fault(Fault::wrong_protocol, "no ALPN protocol in common");
  }
  if (std::find(not_tls_reasons.begin(), not_tls_reasons.end(), reason) != not_tls_reasons.end()) {
    return Fault(Fault::not_tls, "the first bytes are not TLS");
  }
  if (we_refused_certificate(ssl)) {
    const std::string why = X509_verify_cert_error_string(SSL_get_verify_result(ssl));
    return Fault(Fault::tls_refused, "we refused the certificate: " + why);
  }
  const bool alert = ERR_GET_LIB(error) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET;
  const char* words = ERR_reason_error_string(error);
  std::string detail = "we refused: ";
  if (alert) detail = "the peer refused: ";
  return Fault(Fault::tls_refused, detail + (words != nullptr ? words : "no reason given"));
}

}  // namespace

Fault net_fault(const std::error_code& error, const SSL* ssl) {
  if (error == asio::error::operation_aborted) return Fault::cancelled;
  if (error == asio::error::timed_out) return Fault::timed_out;
  if (error == asio::error::eof) return Fault(Fault::closed, "with a goodbye");
  if (error == asio::ssl::error::stream_truncated || error == asio::error::connection_reset ||
      error == asio::error::broken_pipe || error == asio::error::bad_descriptor ||
      error == asio::error::not_connected || error == asio::error::shut_down) {
    return Fault(Fault::closed, "without a goodbye");
  }
  if (error.category() == asio::error::get_ssl_category()) {
    return fault_of_tls(static_cast<unsigned long>(static_cast<unsigned>(error.value())), ssl);
  }
  return Fault(Fault::unreachable, error.message());
}

}  // namespace caseload
