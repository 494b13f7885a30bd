#pragma once

#include <memory>

#include "common/net/tls_context.h"

struct evp_pkey_st;

namespace caseload {

enum class Usage { office, device, any };

// From and until which day, counted from today, a certificate holds.
struct Days {
  int from = -1;
  int until = 30;
};

// An office's authority with Ed25519 keys of its own, for tests that need real certificates.
class TestAuthority {
 public:
  TestAuthority();

  const Bytes& certificate() const { return certificate_; }
  TlsIdentity issue(Usage usage, Days days = Days()) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  Bytes certificate_;
};

}  // namespace caseload
