#include "common/crypto/certificate.h"

#include <ctime>

#include <openssl/pem.h>

#include "common/crypto/openssl_handle.h"

namespace caseload {
namespace {

using StoreHandle = Handle<X509_STORE, X509_STORE_free>;
using StoreContext = Handle<X509_STORE_CTX, X509_STORE_CTX_free>;

// With whatever an operator's tools wrote around it.
constexpr std::size_t pem_bytes_max = 4 * certificate_bytes_max;

Fault bad(const char* what) { return Fault(Fault::bad_certificate, what); }

Result<std::int64_t> read_time(const ASN1_TIME* time) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return bad("a date that is none");
  return static_cast<std::int64_t>(timegm(&fields));
}

Result<CertificateSerial> read_serial(const X509* certificate) {
  CertificateSerial serial;
  const NumberHandle number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  if (number == nullptr || BN_is_negative(number.get()) ||
      BN_num_bytes(number.get()) != static_cast<int>(serial.size())) {
    return bad("a serial number that is not ours");
  }
  BN_bn2bin(number.get(), serial.data());
  return serial;
}

Result<PublicKey> read_public_key(const X509* certificate) {
  PublicKey key;
  std::size_t size = key.size();
  const EVP_PKEY* held = X509_get0_pubkey(certificate);
  if (held == nullptr || EVP_PKEY_get_id(held) != EVP_PKEY_ED25519) return bad("a key of another kind");
  if (EVP_PKEY_get_raw_public_key(held, key.data(), &size) != 1 || size != key.size())
    return bad("a key of another kind");
  if (!check_public_key(key)) return bad("a key that nobody can have");
  return key;
}

// At most one device is named. A name of ours that does not hold an id spoils the certificate.
Result<std::optional<Id>> read_device(const X509* certificate) {
  int found = 0;
  const NamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, &found, nullptr)));
  if (names == nullptr && found != -1) return bad("alternative names that cannot be read");
  std::optional<Id> device;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    const std::string_view text =
        as_text({ASN1_STRING_get0_data(uri), static_cast<std::size_t>(ASN1_STRING_length(uri))});
    if (!text.starts_with(device_urn) || device) return bad("a name that is not ours");
    const Result<Id> id = Id::parse(text.substr(device_urn.size()));
    if (!id || id->to_string() != text.substr(device_urn.size())) return bad("a device without an id");
    device = *id;
  }
  return device;
}

Result<CertificateFacts> read_facts(const X509* certificate) {
  const Result<CertificateSerial> serial = read_serial(certificate);
  if (!serial) return serial.fault();
  const Result<PublicKey> key = read_public_key(certificate);
  if (!key) return key.fault();
  const Result<std::int64_t> from = read_time(X509_get0_notBefore(certificate));
  if (!from) return from.fault();
  const Result<std::int64_t> until = read_time(X509_get0_notAfter(certificate));
  if (!until) return until.fault();
  const Result<std::optional<Id>> device = read_device(certificate);
  if (!device) return device.fault();
  return CertificateFacts{*serial, *key, *from, *until, *device};
}

// Whether one of the authorities signed this certificate for this use. Dates are left out: OpenSSL would stop
// at the first error, and an expired certificate could not be told from a forged one.
Result<void> check_issuer(X509* certificate, const CertificateCheck& against) {
  for (const Bytes& der : against.authorities) {
    const Result<CertificateHandle> authority = parse_certificate(der);
    if (!authority) return authority.fault();
    const StoreHandle store(X509_STORE_new());
    const StoreContext context(X509_STORE_CTX_new());
    must(store != nullptr && context != nullptr, "memory for checking a certificate");
    must(X509_STORE_add_cert(store.get(), authority->get()) == 1, "trusting an authority");
    must(X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1,
         "ready to check a certificate");
    const bool device = against.use == CertificateUse::device;
    X509_STORE_CTX_set_purpose(context.get(), device ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
    if (X509_verify_cert(context.get()) == 1) return {};
  }
  return bad("not signed, for this use, by an authority that is trusted here");
}

}  // namespace

// Written again and compared: of the many ways in which lax readers accept the frame around the signed part,
// one is left.
Result<CertificateHandle> parse_certificate(BytesView der) {
  if (der.size() > certificate_bytes_max)
    return Fault(Fault::too_large, "a certificate of at most 4096 bytes");
  const std::uint8_t* at = der.data();
  CertificateHandle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate == nullptr || write_certificate(certificate.get()) != to_bytes(der))
    return bad("not a certificate");
  return certificate;
}

Bytes write_certificate(const X509* certificate) {
  std::uint8_t* written = nullptr;
  const int size = i2d_X509(certificate, &written);
  must(size > 0, "writing a certificate");
  Bytes der(written, written + size);
  OPENSSL_free(written);
  return der;
}

Result<CertificateFacts> read_certificate(BytesView der) {
  const ErrorMark mark;
  const Result<CertificateHandle> certificate = parse_certificate(der);
  if (!certificate) return certificate.fault();
  return read_facts(certificate->get());
}

Result<CertificateFacts> check_certificate(BytesView der, const CertificateCheck& against) {
  const ErrorMark mark;
  const Result<CertificateHandle> certificate = parse_certificate(der);
  if (!certificate) return certificate.fault();
  if (const Result<void> issued = check_issuer(certificate->get(), against); !issued) return issued.fault();
  Result<CertificateFacts> facts = read_facts(certificate->get());
  if (!facts) return facts.fault();
  if (facts->device.has_value() != (against.use == CertificateUse::device))
    return bad("not the certificate of a device");
  if (against.now < facts->not_before || against.now > facts->not_after) return Fault::certificate_expired;
  return facts;
}

std::string certificate_to_pem(BytesView der) {
  const BioHandle memory(BIO_new(BIO_s_mem()));
  must(memory != nullptr, "memory for a text");
  must(PEM_write_bio(memory.get(), PEM_STRING_X509, "", der.data(), static_cast<long>(der.size())) > 0,
       "writing PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<Bytes> certificate_from_pem(std::string_view text) {
  if (text.size() > pem_bytes_max)
    return Fault(Fault::too_large, "a certificate file of at most 16384 bytes");
  const ErrorMark mark;
  const BioHandle memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  must(memory != nullptr, "memory for a text");
  const CertificateHandle certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return bad("no certificate in this text");
  Bytes der = write_certificate(certificate.get());
  if (const Result<CertificateHandle> parsed = parse_certificate(der); !parsed) return parsed.fault();
  return der;
}

}  // namespace caseload
