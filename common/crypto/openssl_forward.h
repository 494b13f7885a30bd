#pragma once

#include <memory>

struct evp_pkey_st;
struct evp_md_ctx_st;

namespace caseload {

// What the classes of this room hold of OpenSSL, without its headers: owned, released at death, and nothing
// more. The package cleanses private keys and hash states when it frees them.
struct ReleaseKey {
  void operator()(evp_pkey_st* key) const noexcept;
};
struct ReleaseHash {
  void operator()(evp_md_ctx_st* context) const noexcept;
};
using KeyHandle = std::unique_ptr<evp_pkey_st, ReleaseKey>;
using HashHandle = std::unique_ptr<evp_md_ctx_st, ReleaseHash>;

}  // namespace caseload
