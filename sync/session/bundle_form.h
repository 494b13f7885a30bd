#pragma once

#include <string>
#include <string_view>

#include "sync/session/bundle.h"

// What writer and reader of a bundle must see alike; PROTOCOL.md is the same in words. For the sources of this
// folder only.
namespace caseload::sync {

inline constexpr std::string_view bundle_magic = "caseload";
inline constexpr std::size_t bundle_key_id_at = bundle_magic.size() + 1;
inline constexpr std::size_t bundle_encapsulated_at = bundle_key_id_at + sizeof(SealingKeyId);
inline constexpr std::size_t bundle_header_bytes = bundle_encapsulated_at + sizeof(Encapsulated);
inline constexpr std::size_t bundle_statement_at = 2;  // after its length
inline constexpr std::size_t bundle_closing_bytes = 8 + sizeof(Signature);
inline constexpr std::size_t bundle_sealed_chunk_bytes = bundle_chunk_bytes + seal_tag_bytes;

static_assert(bundle_bytes_max >=
              bundle_header_bytes + bundle_padded_bytes_max + bundle_chunks_max * seal_tag_bytes);
static_assert(bundle_padded_bytes_min >=
              bundle_statement_at + bundle_statement_bytes_max + bundle_closing_bytes);

// What is sealed in with every chunk: the label and header of the bundle.
inline Bytes bundle_info(BytesView outer) {
  Bytes info = to_bytes(as_bytes("caseload/bundle/1"));
  append(info, outer);
  return info;
}

// What is sealed in with one chunk: its place, and whether it is the last.
inline Bytes bundle_associated(std::uint32_t index, bool final) {
  Bytes associated;
  append_u32(associated, index);
  associated.push_back(final ? 1 : 0);
  return associated;
}

inline Fault bundle_too_large() {
  return Fault(Fault::too_large, "a bundle of at most " + std::to_string(bundle_padded_bytes_max) + " bytes");
}

// What the sender signs.
struct BundleContent {
  std::uint64_t bytes;
  Digest digest;
};
inline Bytes bundle_signed(BytesView statement, const BundleContent& content) {
  Bytes message = to_bytes(as_bytes("caseload/bundle/1"));
  append(message, statement);
  append_u64(message, content.bytes);
  append(message, content.digest);
  return message;
}

}  // namespace caseload::sync
