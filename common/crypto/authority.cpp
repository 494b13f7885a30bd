#include "common/crypto/authority.h"

#include <algorithm>

#include "common/crypto/openssl_handle.h"

namespace caseload {
namespace {

using NameHandle = Handle<X509_NAME, X509_NAME_free>;
using ExtensionHandle = Handle<X509_EXTENSION, X509_EXTENSION_free>;

constexpr std::size_t request_bytes_max = 2048;  // ours have some 140
constexpr long version_3 = 2;
// A server's names are its alternative names: a subject has no room for them.
constexpr std::string_view server_subject = "caseload-server";

// What the two ends of a signature on a certificate are: who signs, and for whom.
struct Ends {
  X509* issuer;
  EVP_PKEY* issuer_key;
  EVP_PKEY* subject_key;
};

Result<NameHandle> make_name(std::string_view text) {
  NameHandle name(X509_NAME_new());
  must(name != nullptr, "memory for a name");
  const auto* bytes = as_bytes(text).data();
  const int size = static_cast<int>(std::min(text.size(), certificate_bytes_max));
  if (size == 0 ||
      X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8, bytes, size, -1, 0) != 1) {
    return Fault(Fault::bad_name, "a name of 1 to 64 characters");
  }
  return name;
}

// Positive and of 16 bytes exactly, whatever chance gives: the highest bit clear, the one below it set.
void set_serial(X509* certificate, Random& random) {
  CertificateSerial serial = random.bytes<16>();
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7f) | 0x40);
  const NumberHandle number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  must(number != nullptr, "memory for a serial number");
  must(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
       "setting a serial number");
}

// Everything but the extensions and the signature.
CertificateHandle begin(const Ends& ends, const X509_NAME* subject, std::int64_t from, std::int64_t until) {
  CertificateHandle made(X509_new());
  must(made != nullptr && X509_set_version(made.get(), version_3) == 1, "beginning a certificate");
  must(ASN1_TIME_set(X509_getm_notBefore(made.get()), from) != nullptr, "setting a first moment");
  must(ASN1_TIME_set(X509_getm_notAfter(made.get()), until) != nullptr, "setting a last moment");
  must(X509_set_subject_name(made.get(), subject) == 1, "setting a subject");
  const X509_NAME* issuer = ends.issuer == nullptr ? subject : X509_get_subject_name(ends.issuer);
  must(X509_set_issuer_name(made.get(), issuer) == 1, "setting an issuer");
  must(X509_set_pubkey(made.get(), ends.subject_key) == 1, "setting a public key");
  return made;
}

// `text` is always written here, never anybody's input: OpenSSL reads it as a small language.
void extend(X509* made, const Ends& ends, int kind, const char* text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, ends.issuer == nullptr ? made : ends.issuer, made, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, text));
  must(extension != nullptr && X509_add_ext(made, extension.get(), -1) == 1, "adding an extension");
}

Bytes finish(X509* made, const Ends& ends) {
  must(X509_sign(made, ends.issuer_key, nullptr) > 0, "signing a certificate");
  return write_certificate(made);
}

void add_name(GENERAL_NAMES* names, int kind, ASN1_STRING* value) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  must(name != nullptr && value != nullptr, "memory for a name");
  GENERAL_NAME_set0_value(name, kind, value);
  must(sk_GENERAL_NAME_push(names, name) > 0, "memory for a name");
}

ASN1_STRING* make_ascii(std::string_view text) {
  ASN1_STRING* made = ASN1_IA5STRING_new();
  must(made != nullptr, "memory for a name");
  must(ASN1_STRING_set(made, text.data(), static_cast<int>(text.size())) == 1, "memory for a name");
  return made;
}

bool is_label(std::string_view label) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), allowed);
}

// Whole names only: no wildcard, no dot at the end, and nothing that ends in a number, which would be a
// broken address.
bool is_dns_name(std::string_view name) {
  if (name.size() > 253) return false;
  for (;;) {
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return label.find_first_not_of("0123456789") != std::string_view::npos;
    name.remove_prefix(dot + 1);
  }
}

Result<NamesHandle> make_server_names(const std::vector<std::string>& texts) {
  if (texts.empty()) return Fault(Fault::bad_name, "a server without a name");
  if (texts.size() > server_names_max) return Fault(Fault::too_many, "at most 16 names of a server");
  NamesHandle names(sk_GENERAL_NAME_new_null());
  must(names != nullptr, "memory for names");
  for (const std::string& text : texts) {
    ASN1_OCTET_STRING* address = text.find('\0') == std::string::npos ? a2i_IPADDRESS(text.c_str()) : nullptr;
    if (address != nullptr) {
      add_name(names.get(), GEN_IPADD, address);
    } else if (is_dns_name(text)) {
      add_name(names.get(), GEN_DNS, make_ascii(text));
    } else {
      return Fault(Fault::bad_name, "a server's name is a DNS name or an IP address");
    }
  }
  return names;
}

NamesHandle make_device_names(const Id& device) {
  NamesHandle names(sk_GENERAL_NAME_new_null());
  must(names != nullptr, "memory for names");
  add_name(names.get(), GEN_URI, make_ascii(std::string(device_urn) + device.to_string()));
  return names;
}

Result<RequestHandle> parse_request(BytesView der) {
  if (der.size() > request_bytes_max) return Fault(Fault::too_large, "a request of at most 2048 bytes");
  const std::uint8_t* at = der.data();
  RequestHandle request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
  if (request == nullptr || at != der.data() + der.size())
    return Fault(Fault::bad_certificate, "not a request");
  return request;
}

// The public key in a request whose sender holds the private one.
Result<KeyHandle> requested_key(BytesView der) {
  const Result<RequestHandle> request = parse_request(der);
  if (!request) return request.fault();
  EVP_PKEY* held = X509_REQ_get0_pubkey(request->get());
  PublicKey key;
  std::size_t size = key.size();
  if (held == nullptr || EVP_PKEY_get_id(held) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(held, key.data(), &size) != 1 || !check_public_key(key)) {
    return Fault(Fault::bad_certificate, "a request for a key of another kind");
  }
  if (X509_REQ_verify(request->get(), held) != 1)
    return Fault(Fault::bad_certificate, "a request that is not signed by its key");
  return KeyHandle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
}

// What is asked for; usage, subject and names tell a device's certificate from a server's.
struct Order {
  Result<KeyHandle> key;
  Validity validity;
  const char* usage;
  std::string_view subject;
  const GENERAL_NAMES* names;
};

Result<Bytes> issue(const Authority& authority, const Order& order, Random& random) {
  const Validity& validity = order.validity;
  CHECK(validity.seconds > 0, "a certificate is good for some time");
  const Result<CertificateHandle> own = parse_certificate(authority.certificate());
  const Result<CertificateFacts> facts = read_certificate(authority.certificate());
  CHECK(own && facts, "the authority's certificate was read before");
  if (validity.now > facts->not_after)
    return Fault(Fault::certificate_expired, "the authority itself has ended");
  const Result<KeyHandle>& key = order.key;
  if (!key) return key.fault();
  const Result<NameHandle> subject = make_name(order.subject);
  if (!subject) return subject.fault();
  const Ends ends{own->get(), authority.key().handle(), key->get()};
  const std::int64_t until = std::min(validity.now + validity.seconds, facts->not_after);
  const CertificateHandle made = begin(ends, subject->get(), validity.now - certificate_early_s, until);
  set_serial(made.get(), random);
  extend(made.get(), ends, NID_basic_constraints, "critical,CA:FALSE");
  extend(made.get(), ends, NID_key_usage, "critical,digitalSignature");
  extend(made.get(), ends, NID_ext_key_usage, order.usage);
  extend(made.get(), ends, NID_subject_key_identifier, "hash");
  extend(made.get(), ends, NID_authority_key_identifier, "keyid:always");
  auto* names = const_cast<GENERAL_NAMES*>(order.names);  // only written from
  must(X509_add1_ext_i2d(made.get(), NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1,
       "adding names");
  return finish(made.get(), ends);
}

}  // namespace

Bytes request_certificate(const SigningKey& key) {
  const RequestHandle request(X509_REQ_new());
  must(request != nullptr && X509_REQ_set_version(request.get(), 0) == 1, "beginning a request");
  must(X509_REQ_set_pubkey(request.get(), key.handle()) == 1, "setting a public key");
  must(X509_REQ_sign(request.get(), key.handle(), nullptr) > 0, "signing a request");
  std::uint8_t* written = nullptr;
  const int size = i2d_X509_REQ(request.get(), &written);
  must(size > 0, "writing a request");
  Bytes der(written, written + size);
  OPENSSL_free(written);
  return der;
}

Authority::Authority(SigningKey key, Bytes certificate)
    : key_(std::move(key)), certificate_(std::move(certificate)) {}

Result<Authority> Authority::create(SigningKey key, std::string_view name, const Validity& validity,
                                    Random& random) {
  CHECK(validity.seconds > 0, "a certificate is good for some time");
  const ErrorMark mark;
  const Result<NameHandle> subject = make_name(name);
  if (!subject) return subject.fault();
  const Ends ends{nullptr, key.handle(), key.handle()};
  const std::int64_t from = validity.now - certificate_early_s;
  const CertificateHandle made = begin(ends, subject->get(), from, validity.now + validity.seconds);
  set_serial(made.get(), random);
  extend(made.get(), ends, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(made.get(), ends, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(made.get(), ends, NID_subject_key_identifier, "hash");
  Bytes der = finish(made.get(), ends);
  return Authority(std::move(key), std::move(der));
}

Result<Authority> Authority::load(SigningKey key, BytesView certificate) {
  const ErrorMark mark;
  const Result<CertificateFacts> facts = read_certificate(certificate);
  if (!facts) return facts.fault();
  const Result<CertificateHandle> parsed = parse_certificate(certificate);
  if (!parsed || X509_check_ca(parsed->get()) != 1 || X509_self_signed(parsed->get(), 1) != 1) {
    return Fault(Fault::bad_certificate, "not the certificate of an authority");
  }
  if (facts->public_key != key.public_key()) return Fault(Fault::wrong_key, "the certificate of another key");
  return Authority(std::move(key), to_bytes(certificate));
}

Result<Bytes> Authority::issue_device(BytesView request, const Id& device, const Validity& validity,
                                      Random& random) const {
  const ErrorMark mark;
  const NamesHandle names = make_device_names(device);
  const std::string subject = device.to_string();
  return issue(*this, {requested_key(request), validity, "clientAuth", subject, names.get()}, random);
}

Result<Bytes> Authority::renew_device(BytesView former, const Validity& validity, Random& random) const {
  const ErrorMark mark;
  const Result<CertificateFacts> facts = read_certificate(former);
  if (!facts) return facts.fault();
  const Bytes own[] = {certificate_};
  const Result<CertificateFacts> ours = check_certificate(former, {own, CertificateUse::device, facts->not_after});
  if (!ours) return ours.fault();
  const NamesHandle names = make_device_names(*ours->device);
  const std::string subject = ours->device->to_string();
  const PublicKey& key = ours->public_key;
  Result<KeyHandle> held = KeyHandle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  return issue(*this, {std::move(held), validity, "clientAuth", subject, names.get()}, random);
}

Result<Bytes> Authority::issue_server(BytesView request, const std::vector<std::string>& names,
                                      const Validity& validity, Random& random) const {
  const ErrorMark mark;
  const Result<NamesHandle> made = make_server_names(names);
  if (!made) return made.fault();
  return issue(*this, {requested_key(request), validity, "serverAuth", server_subject, made->get()}, random);
}

}  // namespace caseload
