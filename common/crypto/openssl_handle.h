#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "common/base/bytes.h"
#include "common/crypto/openssl_forward.h"

// For the sources of this room only.
namespace caseload {

// Release, Handle: what OpenSSL gave is given back by the function made for it, on every way out.
template <auto release>
struct Release {
  template <class T>
  void operator()(T* held) const noexcept {
    release(held);
  }
};
template <class T, auto release>
using Handle = std::unique_ptr<T, Release<release>>;

using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using CipherContext = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using CertificateHandle = Handle<X509, X509_free>;
using RequestHandle = Handle<X509_REQ, X509_REQ_free>;
using NumberHandle = Handle<BIGNUM, BN_free>;
using NamesHandle = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using BioHandle = Handle<BIO, BIO_free_all>;

// Leaves OpenSSL's queue of errors as it was: an error left there would be taken for its own by the next TLS
// call.
class ErrorMark {
 public:
  ErrorMark() { ERR_set_mark(); }
  ~ErrorMark() { ERR_pop_to_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
};

// For calls that no input can make fail: what is left is a package that is not whole, or memory at its end.
inline void must(bool succeeded, const char* doing) {
  if (!succeeded) throw Breakage(Breakage::What::refused, std::string("OpenSSL: ") + doing);
}

// DER in and out, defined in certificate.cpp. Faults: too_large, bad_certificate.
Result<CertificateHandle> parse_certificate(BytesView der);
Bytes write_certificate(const X509* certificate);

}  // namespace caseload
