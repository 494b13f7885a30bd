#include "sync/session/frame.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/codec/codec.h"

namespace caseload::sync {
namespace {

constexpr std::uint8_t compressed_bit = 0x80;
constexpr unsigned length_digits_max = 4;  // of seven bits each: 256 MiB, beyond any frame
static_assert(frame_bytes_max < 1U << (7 * length_digits_max));
constexpr std::size_t size_digits_max = 4;  // of a message's own length, before its blocks
constexpr std::size_t head_bytes = 1;

void append_frame(std::uint8_t head, BytesView body, Bytes& to) {
  Writer writer(to);
  writer.varint(head_bytes + body.size());
  to.push_back(head);
  append(to, body);
}

Fault frame_too_long() {
  return Fault(Fault::frame_size, "a frame of at most " + std::to_string(frame_bytes_max) + " bytes");
}
Fault message_too_long() {
  return Fault(Fault::too_large, "a message of at most " + std::to_string(message_bytes_max) + " bytes");
}

}  // namespace

void FrameWriter::write(std::uint8_t type, BytesView message, Bytes& to) {
  CHECK(type > 0 && type <= frame_type_max, "a type that fits into a frame");
  CHECK(message.size() <= message_bytes_max, "a message that fits into a frame");
  const bool compress = compressor_.started() || message.size() >= compress_bytes_min;
  if (compress && write_compressed(type, message, to)) return;
  rest();
  append_frame(type, message, to);
  expansion_.count(message.size(), message.size());
}

bool FrameWriter::write_compressed(std::uint8_t type, BytesView message, Bytes& to) {
  Bytes body;
  Writer(body).varint(message.size());
  compressor_.add(message, body);
  if (head_bytes + body.size() > frame_bytes_max || !expansion_.allows(body.size(), message.size()))
    return false;
  append_frame(static_cast<std::uint8_t>(type | compressed_bit), body, to);
  expansion_.count(body.size(), message.size());
  return true;
}

void FrameWriter::rest() { compressor_.rest(); }

Result<std::optional<Frame>> FrameReader::next(BytesView& bytes) {
  if (fault_) return *fault_;
  Result<std::optional<Frame>> frame = read(bytes);
  if (!frame) {
    fault_ = frame.fault();
    expander_.rest();
    held_ = Bytes();
  }
  return frame;
}

Result<void> FrameReader::end() const {
  if (fault_) return *fault_;
  if (inside_frame()) return Fault(Fault::truncated, "a frame");
  return {};
}

void FrameReader::rest() {
  if (!inside_frame()) held_ = Bytes();
  expander_.rest();
}

Result<std::optional<Frame>> FrameReader::read(BytesView& bytes) {
  while (!length_known_) {
    if (bytes.empty()) return std::optional<Frame>();
    if (Result<void> read = read_length(bytes.front()); !read) return read.fault();
    bytes = bytes.subspan(1);
  }
  const BytesView more = bytes.first(std::min<std::size_t>(bytes.size(), length_ - held_.size()));
  bytes = bytes.subspan(more.size());
  if (held_.size() + more.size() < length_) {
    hold(more);
    return std::optional<Frame>();
  }
  // A frame that came in one piece is read where it lies.
  if (!held_.empty()) hold(more);
  Result<Frame> frame = open(held_.empty() ? more : BytesView(held_));
  held_.clear();
  length_ = 0;
  length_digits_ = 0;
  length_known_ = false;
  if (!frame) return frame.fault();
  return std::optional<Frame>(*std::move(frame));
}

Result<void> FrameReader::read_length(std::uint8_t byte) {
  length_ |= (byte & 0x7fU) << (7 * length_digits_++);
  if (byte >= 0x80) {
    if (length_digits_ < length_digits_max) return {};
    return frame_too_long();
  }
  if (byte == 0 && length_digits_ > 1) return Fault(Fault::not_canonical, "the length of a frame");
  if (length_ == 0) return Fault(Fault::frame_size, "a frame of no bytes");
  if (length_ > frame_bytes_max) return frame_too_long();
  length_known_ = true;
  return {};
}

// Memory follows the bytes that really came, doubling, and never beyond the frame's own length.
void FrameReader::hold(BytesView more) {
  const std::size_t needed = held_.size() + more.size();
  if (needed > held_.capacity())
    held_.reserve(std::min<std::size_t>(length_, std::max(needed, 2 * held_.capacity())));
  append(held_, more);
}

Result<Frame> FrameReader::open(BytesView content) {
  const std::uint8_t head = content.front();
  const std::uint8_t type = head & frame_type_max;
  const BytesView body = content.subspan(head_bytes);
  if (type == 0) return Fault(Fault::unknown_type, "a frame of type 0");
  if ((head & compressed_bit) != 0) return open_compressed(type, body);
  if (body.size() > message_bytes_max) return message_too_long();
  expander_.rest();
  expansion_.count(body.size(), body.size());
  return Frame{type, to_bytes(body)};
}

Result<Frame> FrameReader::open_compressed(std::uint8_t type, BytesView body) {
  std::size_t digits = 0;
  while (digits < body.size() && digits < size_digits_max && body[digits] >= 0x80) ++digits;
  const std::size_t size_end = std::min(digits + 1, body.size());
  Result<std::uint32_t> size = decode<std::uint32_t>(body.first(size_end));
  if (!size) return size.fault();
  if (*size > message_bytes_max) return message_too_long();
  if (!expansion_.allows(body.size(), *size))
    return Fault(Fault::too_large, "messages far larger than the bytes that brought them");
  if (!expander_.started() && *size < compress_bytes_min) {
    return Fault(Fault::not_canonical, "a small message compressed before any large one");
  }
  Result<Bytes> message = expander_.expand(body.subspan(size_end), *size);
  if (!message) return message.fault();
  expansion_.count(body.size(), *size);
  return Frame{type, *std::move(message)};
}

}  // namespace caseload::sync
