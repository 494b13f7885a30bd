#pragma once

#include <memory>

#include "common/base/bytes.h"
#include "sync/session/limits.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace caseload::sync {

// Compressor, Expander: the messages of one direction as one stream, so that a later message refers to
// earlier ones.
//
// Shape    one zstd frame that begins with the first message and never ends; after each message it stands at
//          the border of a block. No size, checksum or dictionary in its header.
// Promise  expand() of what add() appended, in the same order, gives the same messages. Both can begin anew
//          at any message. expand() takes no memory for a message before its form and its stated size were
//          checked.
// Errors   expand(): not_canonical (not our stream: another header, a stream that ends, a skippable frame),
//          too_large (a window beyond window_log_max, more bytes than stated), truncated (fewer), bad_value
//          (damaged). After one, the Expander is of no further use.
// Attacker who writes the stream gets at most 1.5 MB of the reader's memory beside the message itself.
// Threads  one owner.
// Source   RFC 8878. Memory that is not there is std::bad_alloc, as in any container.
class Compressor {
 public:
  bool started() const { return context_ != nullptr; }
  void add(BytesView message, Bytes& to);
  void rest() { context_.reset(); }

 private:
  struct Release {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_CCtx_s, Release> context_;
};

// Expander: the way back; its contract is Compressor's, above.
class Expander {
 public:
  bool started() const { return context_ != nullptr; }
  Result<Bytes> expand(BytesView blocks, std::size_t message_bytes);
  void rest() { context_.reset(); }

 private:
  struct Release {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_DCtx_s, Release> context_;
};

// Expansion: how far the messages of one direction have outgrown the bytes that brought them. Kept by both
// sides alike, so that a writer never sends what its reader must refuse.
//
// Promise  all messages so far have at most expansion_free_bytes + expansion_max x the bytes on the wire.
class Expansion {
 public:
  bool allows(std::size_t wire_bytes, std::size_t message_bytes) const {
    return message_bytes_ + message_bytes <=
           expansion_free_bytes + expansion_max * (wire_bytes_ + wire_bytes);
  }
  void count(std::size_t wire_bytes, std::size_t message_bytes) {
    wire_bytes_ += wire_bytes;
    message_bytes_ += message_bytes;
  }

 private:
  std::uint64_t wire_bytes_ = 0;
  std::uint64_t message_bytes_ = 0;
};

}  // namespace caseload::sync
