#pragma once

#include "common/base/check.h"
#include "common/codec/codec.h"

namespace caseload::server {

// Our own canonical bytes, read again. Errors: Breakage: the database is damaged in a way that its pages do not show.
[[noreturn]] void throw_damaged(const Fault& fault);

template <class T>
T decode_own(BytesView bytes) {
  Result<T> value = decode<T>(bytes);
  if (!value) throw_damaged(value.fault());
  return std::move(*value);
}

}  // namespace caseload::server
