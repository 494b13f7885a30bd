#pragma once

#include <memory>

#include "common/crypto/sign.h"

namespace caseload::sync {

// The keys of a simulated world: cheap stand-ins in most, real ones in some.
//
// Promise  a stand-in's signature is a digest over key and message, so whatever is altered is found. Whoever knows a public
//          key could sign with it; nobody in the world tries.
std::unique_ptr<Signer> make_signer(std::uint64_t number, bool real);
const SignatureChecker& signature_checker(bool real);

}  // namespace caseload::sync
