#pragma once

#include <string>
#include <vector>

#include "common/crypto/certificate.h"

namespace caseload {

// A request for a certificate (PKCS #10, DER): "I hold the private key of this public key", and nothing else.
Bytes request_certificate(const SigningKey& key);

// Since when and for how long, in seconds; `now` since 1970 UTC. A certificate is good from now less
// certificate_early_s, so that a machine whose clock is a little late takes it too.
struct Validity {
  std::int64_t now;
  std::int64_t seconds;
};
inline constexpr std::int64_t certificate_early_s = 300;
inline constexpr std::size_t server_names_max = 16;  // as many as an office server is known by

// Authority: the office's own certificate authority.
//
// Shape    a self-signed certificate that may sign certificates but no further authority, and its key.
// Promise  of a request, only the public key is used, and only if the requester proves to hold its private
//          half. Names, use, dates and serial number are ours. No certificate outlives the authority's own.
// Errors   create(): bad_name (empty, more than 64 characters, not UTF-8). load(): bad_certificate,
//          too_large, wrong_key. issue…(): bad_certificate for a request that does not hold, too_large,
//          bad_name for a server's name that is neither a DNS name nor an IP address, too_many,
//          certificate_expired when the authority itself has ended.
// Attacker with the key can be anyone to everyone: it is used at enrolment and renewal alone.
// Threads  one owner.
class Authority {
 public:
  static Result<Authority> create(SigningKey key, std::string_view name, const Validity& validity,
                                  Random& random);
  static Result<Authority> load(SigningKey key, BytesView certificate);

  const Bytes& certificate() const { return certificate_; }
  const SigningKey& key() const { return key_; }

  Result<Bytes> issue_device(BytesView request, const Id& device, const Validity& validity,
                             Random& random) const;
  // Another certificate for a device that has one of ours, run out or not: for the same device and the same key. That
  // the device still holds the key, the handshake in which it showed the former one has proved.
  Result<Bytes> renew_device(BytesView former, const Validity& validity, Random& random) const;
  Result<Bytes> issue_server(BytesView request, const std::vector<std::string>& names,
                             const Validity& validity, Random& random) const;

 private:
  Authority(SigningKey key, Bytes certificate);

  SigningKey key_;
  Bytes certificate_;
};

}  // namespace caseload
