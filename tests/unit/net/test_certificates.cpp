#include "tests/unit/net/test_certificates.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "common/base/check.h"

namespace caseload {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

Key make_key() { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free); }

void put_name(X509_NAME* name, const char* text) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text), -1, -1, 0);
}

Certificate draft(const Key& key, const char* subject, const char* issuer, Days days) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  std::uint32_t serial = 0;
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "chance for a serial number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  put_name(X509_get_subject_name(certificate.get()), subject);
  put_name(X509_get_issuer_name(certificate.get()), issuer);
  X509_time_adj_ex(X509_getm_notBefore(certificate.get()), days.from, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), days.until, 0, nullptr);
  X509_set_pubkey(certificate.get(), key.get());
  return certificate;
}

void extend(const Certificate& certificate, int kind, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
  CHECK(extension != nullptr && X509_add_ext(certificate.get(), extension, -1) == 1, "an extension of a certificate");
  X509_EXTENSION_free(extension);
}

Bytes signed_by(const Key& key, const Certificate& certificate) {
  CHECK(X509_sign(certificate.get(), key.get(), nullptr) > 0, "an authority that can sign");
  Bytes der(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)));
  unsigned char* to = der.data();
  i2d_X509(certificate.get(), &to);
  return der;
}

Secret seed_of(const Key& key) {
  Secret seed(32);
  std::size_t size = seed.size();
  CHECK(EVP_PKEY_get_raw_private_key(key.get(), seed.writable().data(), &size) == 1, "the seed of a key");
  return seed;
}

}  // namespace

TestAuthority::TestAuthority() : key_(make_key()) {
  const Certificate certificate = draft(key_, "Authority", "Authority", Days());
  extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  certificate_ = signed_by(key_, certificate);
}

TlsIdentity TestAuthority::issue(Usage usage, Days days) const {
  const Key key = make_key();
  const Certificate certificate = draft(key, "Holder", "Authority", days);
  extend(certificate, NID_basic_constraints, "critical,CA:FALSE");
  extend(certificate, NID_key_usage, "critical,digitalSignature");
  if (usage == Usage::office) extend(certificate, NID_ext_key_usage, "serverAuth");
  if (usage == Usage::device) extend(certificate, NID_ext_key_usage, "clientAuth");
  TlsIdentity identity;
  identity.chain.push_back(signed_by(key_, certificate));
  identity.private_key = seed_of(key);
  identity.authority = certificate_;
  return identity;
}

}  // namespace caseload
