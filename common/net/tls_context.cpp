#include "common/net/tls_context.h"

#include <array>
#include <span>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "common/base/check.h"

namespace caseload {
namespace {

// A chain is a certificate or two of less than 1 KiB each; the stock limit of 100 KiB would be a gift to strangers.
constexpr int peer_chain_bytes_max = 16 * 1024;
constexpr std::size_t seed_bytes = 32;

constexpr std::string_view session_name = "caseload/1";
constexpr std::string_view enrolment_name = "caseload-enrol/1";

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(PKCS8_PRIV_KEY_INFO* key) const { PKCS8_PRIV_KEY_INFO_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

std::shared_ptr<SSL_CTX> make_context() {
  SSL_CTX* made = SSL_CTX_new(TLS_method());
  if (made == nullptr) throw Breakage(Breakage::What::out_of_memory, "a TLS context");
  std::shared_ptr<SSL_CTX> context(made, SSL_CTX_free);
  const bool set = SSL_CTX_set_min_proto_version(made, TLS1_3_VERSION) == 1 &&
                   SSL_CTX_set_max_proto_version(made, TLS1_3_VERSION) == 1 && SSL_CTX_set_num_tickets(made, 0) == 1 &&
                   SSL_CTX_set_max_early_data(made, 0) == 1;
  CHECK(set, "OpenSSL has TLS 1.3");
  SSL_CTX_set_options(made, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(made, peer_chain_bytes_max);
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(made), X509_V_FLAG_NO_CHECK_TIME);
  return context;
}

Result<Owned<X509>> read_certificate(BytesView der) {
  const std::uint8_t* at = der.data();
  Owned<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != der.data() + der.size()) return Fault(Fault::bad_certificate, "not one certificate in DER");
  return certificate;
}

Result<Owned<EVP_PKEY>> read_key(const Secret& secret) {
  const BytesView bytes = secret.view();
  Owned<EVP_PKEY> key;
  if (bytes.size() == seed_bytes) {
    key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
  } else {
    const std::uint8_t* at = bytes.data();
    const Owned<PKCS8_PRIV_KEY_INFO> info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(bytes.size())));
    if (info) key.reset(EVP_PKCS82PKEY(info.get()));
  }
  if (!key) return Fault(Fault::bad_key, "neither PKCS #8 nor an Ed25519 seed");
  return key;
}

Result<void> believe_only(SSL_CTX* context, BytesView authority) {
  Result<Owned<X509>> certificate = read_certificate(authority);
  if (!certificate) return certificate.fault();
  if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate->get()) != 1) {
    return Fault(Fault::bad_certificate, "not an authority");
  }
  return {};
}

Result<void> present(SSL_CTX* context, const TlsIdentity& identity) {
  if (identity.chain.empty()) return Fault(Fault::bad_certificate, "no certificate of our own");
  Result<Owned<X509>> own = read_certificate(identity.chain.front());
  if (!own) return own.fault();
  if (SSL_CTX_use_certificate(context, own->get()) != 1) return Fault(Fault::bad_certificate, "too weak to use");
  for (const Bytes& der : std::span(identity.chain).subspan(1)) {
    Result<Owned<X509>> between = read_certificate(der);
    if (!between) return between.fault();
    if (SSL_CTX_add1_chain_cert(context, between->get()) != 1) return Fault(Fault::bad_certificate, "too weak to use");
  }
  Result<Owned<EVP_PKEY>> key = read_key(identity.private_key);
  if (!key) return key.fault();
  // Refuses a key that is not the certificate's.
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1) return Fault(Fault::bad_key, "not the certificate's key");
  return {};
}

// OpenSSL takes a certificate that states no purpose for one that serves every purpose. Here that is a refusal.
int demand_purpose(int verified, X509_STORE_CTX* store) {
  if (verified != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return verified;
  if ((X509_get_extension_flags(X509_STORE_CTX_get_current_cert(store)) & EXFLAG_XKUSAGE) != 0) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
  return 0;
}

Bytes alpn_list(std::string_view name) {
  Bytes list{static_cast<std::uint8_t>(name.size())};
  append(list, as_bytes(name));
  return list;
}

bool offers(BytesView list, std::string_view wanted) {
  while (!list.empty()) {
    const std::size_t size = list.front();
    if (size >= list.size()) return false;
    if (as_text(list.subspan(1, size)) == wanted) return true;
    list = list.subspan(1 + size);
  }
  return false;
}

// Runs while the client's hello is read, so before a certificate is asked for: what is asked depends on the protocol.
int select_protocol(SSL* ssl, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  const BytesView list(offered, offered_size);
  std::string_view name;
  if (offers(list, session_name)) {
    name = session_name;
  } else if (offers(list, enrolment_name)) {
    name = enrolment_name;
    SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
  } else {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = reinterpret_cast<const unsigned char*>(name.data());
  *chosen_size = static_cast<unsigned char>(name.size());
  return SSL_TLSEXT_ERR_OK;
}

// OpenSSL does not call select_protocol for a client that offers no protocol at all.
int demand_alpn(SSL* ssl, int* alert, void*) {
  const unsigned char* extension = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &extension, &size) == 1) {
    return SSL_CLIENT_HELLO_SUCCESS;
  }
  *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
  return SSL_CLIENT_HELLO_ERROR;
}

void offer(SSL_CTX* context, TlsProtocol protocol) {
  const Bytes list = alpn_list(alpn_name(protocol));
  const bool refused = SSL_CTX_set_alpn_protos(context, list.data(), static_cast<unsigned>(list.size())) != 0;
  if (refused) throw Breakage(Breakage::What::out_of_memory, "the list of protocols");
}

}  // namespace

std::string_view alpn_name(TlsProtocol protocol) {
  if (protocol == TlsProtocol::session) return session_name;
  return enrolment_name;
}

Result<TlsContext> TlsContext::office(const TlsIdentity& identity) {
  const std::shared_ptr<SSL_CTX> context = make_context();
  if (const Result<void> done = present(context.get(), identity); !done) return done.fault();
  if (const Result<void> done = believe_only(context.get(), identity.authority); !done) return done.fault();
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, demand_purpose);
  SSL_CTX_set_client_hello_cb(context.get(), demand_alpn, nullptr);
  SSL_CTX_set_alpn_select_cb(context.get(), select_protocol, nullptr);
  return TlsContext(context, std::nullopt);
}

Result<TlsContext> TlsContext::device(const TlsIdentity& identity) {
  const std::shared_ptr<SSL_CTX> context = make_context();
  if (const Result<void> done = present(context.get(), identity); !done) return done.fault();
  if (const Result<void> done = believe_only(context.get(), identity.authority); !done) return done.fault();
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, demand_purpose);
  offer(context.get(), TlsProtocol::session);
  return TlsContext(context, TlsProtocol::session);
}

Result<TlsContext> TlsContext::enrolling(BytesView authority) {
  const std::shared_ptr<SSL_CTX> context = make_context();
  if (!authority.empty()) {
    if (const Result<void> done = believe_only(context.get(), authority); !done) return done.fault();
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, demand_purpose);
  }
  offer(context.get(), TlsProtocol::enrolment);
  return TlsContext(context, TlsProtocol::enrolment);
}

}  // namespace caseload
