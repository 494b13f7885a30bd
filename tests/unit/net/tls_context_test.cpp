#include "common/net/tls_context.h"

#include "common/base/random.h"
#include "tests/unit/net/test_certificates.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

TlsIdentity copy_of(const TlsIdentity& identity) {
  TlsIdentity copy;
  copy.chain = identity.chain;
  copy.private_key = identity.private_key.clone();
  copy.authority = identity.authority;
  return copy;
}

}  // namespace

TEST_CASE("an identity that fits makes a context for either side") {
  const TestAuthority authority;
  CHECK(TlsContext::office(authority.issue(Usage::office)).ok());
  CHECK(TlsContext::device(authority.issue(Usage::device)).ok());
  CHECK(TlsContext::enrolling(authority.certificate()).ok());
  CHECK(TlsContext::enrolling({}).ok());
}

TEST_CASE("an identity that does not fit is refused before the first connection, and says which part") {
  const TestAuthority authority;
  const TlsIdentity good = authority.issue(Usage::device);
  struct Row {
    const char* what;
    void (*spoil)(TlsIdentity&);
    Fault::Code fault;
  };
  const Row rows[] = {
      {"no certificate", [](TlsIdentity& i) { i.chain.clear(); }, Fault::bad_certificate},
      {"an empty certificate", [](TlsIdentity& i) { i.chain.front().clear(); }, Fault::bad_certificate},
      {"a certificate cut short", [](TlsIdentity& i) { i.chain.front().pop_back(); }, Fault::bad_certificate},
      {"bytes after the certificate", [](TlsIdentity& i) { i.chain.front().push_back(0); }, Fault::bad_certificate},
      {"nonsense up the chain", [](TlsIdentity& i) { i.chain.push_back(Bytes(40, 1)); }, Fault::bad_certificate},
      {"no authority", [](TlsIdentity& i) { i.authority.clear(); }, Fault::bad_certificate},
      {"nonsense for an authority", [](TlsIdentity& i) { i.authority = Bytes(40, 1); }, Fault::bad_certificate},
      {"no key", [](TlsIdentity& i) { i.private_key = Secret(); }, Fault::bad_key},
      {"another key", [](TlsIdentity& i) { i.private_key = Secret(32); }, Fault::bad_key},
      {"a key of a wrong length", [](TlsIdentity& i) { i.private_key = Secret(31); }, Fault::bad_key},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    TlsIdentity spoilt = copy_of(good);
    row.spoil(spoilt);
    const Result<TlsContext> device = TlsContext::device(spoilt);
    REQUIRE(!device);
    CHECK(device.fault() == row.fault);
    CHECK(!TlsContext::office(spoilt));
  }
}

TEST_CASE("a key may also come as PKCS #8") {
  const TestAuthority authority;
  TlsIdentity identity = authority.issue(Usage::device);
  Bytes pkcs8 = *from_hex("302e020100300506032b657004220420");  // RFC 8410, 7: what stands before the seed
  append(pkcs8, identity.private_key.view());
  identity.private_key = Secret::copy_of(pkcs8);
  CHECK(TlsContext::device(identity).ok());
}
