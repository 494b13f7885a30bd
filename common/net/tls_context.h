#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/secret.h"

struct ssl_ctx_st;

namespace caseload {

// What is spoken inside, agreed by ALPN. A connection without one of the two is refused.
enum class TlsProtocol {
  session,    // "caseload/1": certificates on both sides
  enrolment,  // "caseload-enrol/1": the device has no certificate yet
};
std::string_view alpn_name(TlsProtocol protocol);

// Who we are, and whose word we take.
struct TlsIdentity {
  std::vector<Bytes> chain;  // DER: our certificate first, then those between it and the authority, if any
  Secret private_key;        // PKCS #8 in DER, or the 32 bytes of an Ed25519 seed
  Bytes authority;           // DER: the office's own authority, the only one believed
};

// TlsContext: the one place where TLS is set up.
//
// Promise  TLS 1.3 only; no tickets, no cache, no early data: every connection proves itself afresh. Only the pinned
//          authority is believed, never the machine's list. A server's certificate must say that it is for servers, a
//          device's that it is for clients: no device can pass itself off as the office. Dates are not judged here: an
//          expired device must still be able to hear that it is expired, so whoever takes a connection judges them.
// Errors   bad_certificate: a certificate that cannot be read, or none. bad_key: a key that cannot be read or is not
//          the certificate's.
// Threads  any, once made. A copy is another handle to the same.
// Attacker can stand between an enrolling device that knows no authority and the office; cannot give the proof of the
//          enrolment code, which is bound to the channel by TlsStream::exporter.
class TlsContext {
 public:
  // For the office: both protocols on one port. A certificate is demanded for a session, and none asked for enrolment.
  static Result<TlsContext> office(const TlsIdentity& identity);
  // For an enrolled device: sessions.
  static Result<TlsContext> device(const TlsIdentity& identity);
  // For a device that is not enrolled yet. An empty authority: not known yet, the enrolment code alone decides.
  static Result<TlsContext> enrolling(BytesView authority);

  // The one protocol that a device offers; the office takes either.
  std::optional<TlsProtocol> offered() const { return offered_; }
  ssl_ctx_st* native() const { return context_.get(); }

 private:
  TlsContext(std::shared_ptr<ssl_ctx_st> context, std::optional<TlsProtocol> offered)
      : context_(std::move(context)), offered_(offered) {}

  std::shared_ptr<ssl_ctx_st> context_;
  std::optional<TlsProtocol> offered_;
};

}  // namespace caseload
