#pragma once

#include <optional>
#include <string>

#include "common/base/id.h"
#include "common/crypto/sign.h"

namespace caseload {

inline constexpr std::size_t certificate_bytes_max = 4096;  // ours have some 400; what is longer is not ours
inline constexpr std::string_view device_urn = "urn:caseload:device:";

using CertificateSerial = ByteArray<16>;

// What a certificate says. Only check_certificate() makes it more than a claim.
//
// Shape    times are seconds since 1970 UTC. `device` is there in a device's certificate, and in no other.
struct CertificateFacts {
  CertificateSerial serial;
  PublicKey public_key;
  std::int64_t not_before;
  std::int64_t not_after;
  std::optional<Id> device;
};

enum class CertificateUse { device, server };

// Against what a certificate is checked. Two authorities are trusted while one takes over from the other.
struct CertificateCheck {
  std::span<const Bytes> authorities;  // certificates, DER
  CertificateUse use;
  std::int64_t now;
};

// Certificates are X.509 with Ed25519 keys, DER.
//
// Promise  check_certificate() gives facts only if one of the authorities signed this certificate, for this
//          use, and it is within its dates (an authority lets none outlive its own). A single altered bit is
//          refused.
// Errors   certificate_expired: outside its dates and otherwise good, so that a device that was away for long
//          can be told so, instead of being taken for a stranger. too_large. bad_certificate: everything
//          else, in one word, as a stranger learns nothing from more.
// Absent   the server's name is compared where the connection is made (common/net); who is suspended or lost
//          is known by the office (server/enrolment), not by a list inside certificates.
// Source   RFC 5280, RFC 8410.
Result<CertificateFacts> check_certificate(BytesView der, const CertificateCheck& against);
Result<CertificateFacts> read_certificate(BytesView der);

// The form that people keep in files and other programs read. from_pem() takes the first certificate of a
// text. Faults: too_large, bad_certificate.
std::string certificate_to_pem(BytesView der);
Result<Bytes> certificate_from_pem(std::string_view text);

}  // namespace caseload
