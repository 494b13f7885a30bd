#include "sync/session/attachments.h"

#include <algorithm>

#include "common/crypto/hash.h"
#include "common/record/kinds.h"
#include "sync/session/limits.h"

namespace caseload::sync {
namespace {

bool digest_holds(const AttachmentStore& store, const Digest& content) {
  Sha256 sum;
  const std::uint64_t size = store.bytes_held(content);
  for (std::uint64_t at = 0; at < size; at += attachment_piece_bytes) {
    sum.update(store.read(content, at, attachment_piece_bytes));
  }
  return sum.finish() == content;
}

}  // namespace

std::optional<ContentName> content_of(const RecordState& document, const Catalogue& catalogue) {
  const FieldView named = document.view(catalogue, document_content::digest);
  const FieldView sized = document.view(catalogue, document_content::bytes);
  if (named.in_force.empty() || named.in_force.front().type() != ValueType::text) return std::nullopt;
  const Result<Bytes> digest = from_hex(named.in_force.front().text());
  if (!digest || digest->size() != Digest{}.size()) return std::nullopt;
  ContentName name{*take_exactly<32>(*digest), 0};
  if (name.digest == sha256({})) return std::nullopt;  // whoever has the name has all of it
  const bool has_size = !sized.in_force.empty() && sized.in_force.front().type() == ValueType::integer;
  if (has_size) name.bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, sized.in_force.front().integer()));
  return name;
}

AttachmentChunk piece_of(const AttachmentStore& store, const WantAttachment& want) {
  AttachmentChunk piece{want.content, want.offset, 0, {}};
  if (!store.is_whole(want.content) || want.offset >= store.bytes_held(want.content)) return piece;
  piece.size = store.bytes_held(want.content);
  piece.bytes = store.read(want.content, want.offset, attachment_piece_bytes);
  return piece;
}

Result<void> take_piece(AttachmentStore& store, const AttachmentChunk& piece) {
  if (piece.size == 0) return {};
  if (piece.size > attachment_bytes_max) return Fault(Fault::too_large, "an attachment of at most 256 MiB");
  if (store.is_whole(piece.content)) return Fault(Fault::out_of_order, "the attachment is here");
  const std::uint64_t held = store.bytes_held(piece.content);
  if (piece.offset != held) return Fault(Fault::out_of_order, "another piece of the attachment");
  if (piece.bytes.empty() || piece.bytes.size() > piece.size - held)
    return Fault(Fault::too_large, "more than it said");
  store.append(piece.content, piece.bytes);
  if (held + piece.bytes.size() < piece.size) return {};
  if (digest_holds(store, piece.content)) store.close(piece.content);
  else store.erase(piece.content);
  return {};
}

}  // namespace caseload::sync
