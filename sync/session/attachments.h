#pragma once

#include <optional>
#include <vector>

#include "sync/merge/merge.h"
#include "sync/session/carry.h"

namespace caseload::sync {

// AttachmentStore: contents of documents, by the digest of the whole. Both sides have one.
//
// Promise  what is_whole() says is whole has its digest. A piece that was appended is on stable storage; after a death
//          a content goes on where it stopped.
// Errors   Breakage.
// Threads  one owner.
class AttachmentStore {
 public:
  virtual ~AttachmentStore() = default;
  virtual bool is_whole(const Digest& content) const = 0;
  virtual std::uint64_t bytes_held(const Digest& content) const = 0;  // 0 where nothing is
  virtual Bytes read(const Digest& content, std::uint64_t offset, std::size_t bytes_max) const = 0;
  virtual void append(const Digest& content, BytesView piece) = 0;
  virtual void close(const Digest& content) = 0;  // its last piece is in, and its digest holds
  virtual void erase(const Digest& content) = 0;
  virtual std::vector<Digest> held() const = 0;
};

// What a document names as its content; nothing if the content is not to be seen here, was never given, or is empty.
struct ContentName {
  Digest digest{};
  std::uint64_t bytes = 0;
};
std::optional<ContentName> content_of(const RecordState& document, const Catalogue& catalogue);

// The next piece for somebody who holds so much; of size 0 where we cannot give it.
AttachmentChunk piece_of(const AttachmentStore& store, const WantAttachment& want);

// Takes a piece that was asked for. A content whose digest does not hold when its last piece is in is dropped, and
// asked for again another day. Faults: out_of_order (a whole one too), too_large (a limit of limits.h, or more than it
// said).
Result<void> take_piece(AttachmentStore& store, const AttachmentChunk& piece);

}  // namespace caseload::sync
