#pragma once

#include <optional>

#include "sync/session/compress.h"

namespace caseload::sync {

// Frame: one message of a session as it came out of the bytes. What type and body mean is for messages.h.
struct Frame {
  std::uint8_t type = 0;
  Bytes body;
  friend bool operator==(const Frame&, const Frame&) = default;
};

constexpr std::uint8_t frame_type_max = 0x7f;

// FrameWriter: messages to bytes, one direction of one session.
//
// Shape    PROTOCOL.md. A message is sent as it is until the first of compress_bytes_min; from then on all are
//          compressed as one stream. A message that the reader's limits would refuse when compressed is sent
//          as it is, and ends the stream; so does rest().
// Promise  a FrameReader at the other end accepts every frame, and gives the same messages in the same order.
//          While a stream is open it holds 1.3 MB; before and at rest some bytes.
// Requires a type of 1 to frame_type_max; a message of at most message_bytes_max.
// Threads  one owner.
class FrameWriter {
 public:
  void write(std::uint8_t type, BytesView message, Bytes& to);  // appends the frame
  void rest();  // gives back the memory; the next large message begins a new stream. For sessions that wait.

 private:
  bool write_compressed(std::uint8_t type, BytesView message, Bytes& to);

  Compressor compressor_;
  Expansion expansion_;
};

// FrameReader: bytes as they arrive, in whatever pieces, to messages.
//
// Promise  next() takes bytes off the front of `bytes` until a message is whole or none are left, and gives
//          the message or nothing. However the same bytes are cut, the same messages come out. A length is
//          judged before memory is taken for it. Holds at most one frame, one message and, while a stream is
//          open, 0.7 MB for it (1.5 MB for a writer other than ours): below 10 MiB in all.
// Errors   frame_size: a length of 0 or beyond frame_bytes_max. not_canonical: a length longer than it needs
//          to be, or a small first message compressed. unknown_type: type 0. too_large: a message beyond
//          message_bytes_max, or beyond what Expansion allows; and those of Expander. After a Fault every
//          call gives the same Fault. end(): truncated, if the bytes stop inside a frame.
// Threads  one owner.
class FrameReader {
 public:
  Result<std::optional<Frame>> next(BytesView& bytes);
  Result<void> end() const;
  void rest();  // gives back what is not needed between frames. Requires a writer that rests here too.

 private:
  Result<std::optional<Frame>> read(BytesView& bytes);
  Result<void> read_length(std::uint8_t byte);
  Result<Frame> open(BytesView content);
  Result<Frame> open_compressed(std::uint8_t type, BytesView body);
  bool inside_frame() const { return length_digits_ > 0; }
  void hold(BytesView more);

  std::uint32_t length_ = 0;  // of head and body
  unsigned length_digits_ = 0;
  bool length_known_ = false;
  Bytes held_;  // what came of them
  Expander expander_;
  Expansion expansion_;
  std::optional<Fault> fault_;
};

}  // namespace caseload::sync
