#include "sync/office/held_content.h"

#include <algorithm>

#include "common/codec/codec.h"
#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

constexpr std::size_t number_digits = 6;

std::string numbered_prefix(std::size_t number) {
  const std::string digits = std::to_string(number);
  CHECK(digits.size() <= number_digits, "pieces of a bounded content");
  return std::string(number_digits - digits.size(), '0') + digits + " ";
}

}  // namespace

std::vector<std::string> to_pieces(const std::vector<Bytes>& packed) {
  const Bytes whole = encode(packed);
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < whole.size(); at += piece_bytes) {
    const BytesView slice = BytesView(whole).subspan(at, std::min(piece_bytes, whole.size() - at));
    pieces.push_back(numbered_prefix(pieces.size()) + to_hex(slice));
  }
  return pieces;
}

Result<std::vector<Change>> read_pieces(std::span<const std::string> pieces) {
  std::vector<std::string> ordered(pieces.begin(), pieces.end());
  std::ranges::sort(ordered);
  Bytes whole;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const std::string prefix = numbered_prefix(i);
    if (!ordered[i].starts_with(prefix)) return Fault(Fault::bad_value, "a piece is missing, or there twice");
    const Result<Bytes> slice = from_hex(std::string_view(ordered[i]).substr(prefix.size()));
    if (!slice) return slice.fault();
    append(whole, *slice);
    if (whole.size() > held_content_bytes_max) return Fault(Fault::too_large, "held content");
  }
  const Result<std::vector<Bytes>> packed = decode<std::vector<Bytes>>(whole);
  if (!packed) return packed.fault();
  std::vector<Change> changes;
  for (const Bytes& bytes : *packed) {
    Result<Change> change = unpack(bytes);
    if (!change) return change.fault();
    changes.push_back(std::move(*change));
  }
  return changes;
}

Digest held_digest(std::span<const Digest> changes) {
  Bytes bytes = to_bytes(as_bytes("caseload/held/1"));
  for (const Digest& digest : changes) append(bytes, digest);
  return sha256(bytes);
}

}  // namespace caseload::sync
