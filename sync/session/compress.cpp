#include "sync/session/compress.h"

#include <zstd.h>

#include <algorithm>
#include <new>

namespace caseload::sync {
namespace {

// RFC 8878, 3.1.1: the magic number, and the one frame header descriptor we write: nothing optional. The byte
// that follows is the window's size.
constexpr ByteArray<5> preamble{0x28, 0xb5, 0x2f, 0xfd, 0x00};
constexpr std::size_t preamble_bytes = preamble.size() + 1;
constexpr std::size_t block_header_bytes = 3;
enum class Block : std::uint8_t { raw = 0, repeated = 1, compressed = 2, reserved = 3 };

Result<void> check_preamble(BytesView stream) {
  if (stream.size() < preamble_bytes) return Fault(Fault::truncated, "the start of a compressed stream");
  if (!std::equal(preamble.begin(), preamble.end(), stream.begin())) {
    return Fault(Fault::not_canonical, "the start of a compressed stream");
  }
  // Five bits of exponent over 2^10, three of mantissa.
  const unsigned window = stream[preamble.size()];
  if (window > (window_log_max - 10) << 3)
    return Fault(Fault::too_large, "the window of a compressed stream");
  return {};
}

// Walks over the blocks without looking into them: they must end where the message ends, and none may be the
// last.
Result<void> check_blocks(BytesView blocks) {
  while (!blocks.empty()) {
    if (blocks.size() < block_header_bytes) return Fault(Fault::truncated, "a compressed block");
    const std::uint32_t header = blocks[0] + blocks[1] * 0x100U + blocks[2] * 0x10000U;
    const Block type = static_cast<Block>(header >> 1 & 3);
    const std::size_t size = type == Block::repeated ? 1 : header >> 3;
    if ((header & 1) != 0) return Fault(Fault::not_canonical, "a compressed stream that ends");
    if (type == Block::reserved) return Fault(Fault::bad_value, "a compressed block");
    if (size > blocks.size() - block_header_bytes) return Fault(Fault::truncated, "a compressed block");
    blocks = blocks.subspan(block_header_bytes + size);
  }
  return {};
}

void must_set(std::size_t outcome) {
  CHECK(ZSTD_isError(outcome) == 0, "zstd knows the settings we give it");
}

}  // namespace

void Compressor::Release::operator()(ZSTD_CCtx_s* context) const noexcept { ZSTD_freeCCtx(context); }
void Expander::Release::operator()(ZSTD_DCtx_s* context) const noexcept { ZSTD_freeDCtx(context); }

void Compressor::add(BytesView message, Bytes& to) {
  if (!context_) {
    context_.reset(ZSTD_createCCtx());
    if (!context_) throw std::bad_alloc();
    must_set(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, compression_level));
    must_set(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_windowLog, window_log));
    must_set(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_contentSizeFlag, 0));
  }
  const std::size_t before = to.size();
  to.resize(before + preamble_bytes + ZSTD_compressBound(message.size()));
  ZSTD_inBuffer in{message.data(), message.size(), 0};
  ZSTD_outBuffer out{to.data() + before, to.size() - before, 0};
  const std::size_t left = ZSTD_compressStream2(context_.get(), &out, &in, ZSTD_e_flush);
  if (ZSTD_isError(left) != 0)
    throw std::bad_alloc();  // nothing else can fail with room enough and settings that fit
  CHECK(left == 0 && in.pos == in.size, "zstd writes all of a message where there is room for it");
  to.resize(before + out.pos);
}

Result<Bytes> Expander::expand(BytesView blocks, std::size_t message_bytes) {
  const bool first = !context_;
  if (first) {
    if (Result<void> checked = check_preamble(blocks); !checked) return checked.fault();
    context_.reset(ZSTD_createDCtx());
    if (!context_) throw std::bad_alloc();
    must_set(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, static_cast<int>(window_log_max)));
  }
  if (Result<void> checked = check_blocks(blocks.subspan(first ? preamble_bytes : 0)); !checked)
    return checked.fault();
  Bytes message(message_bytes + 1);  // one byte more than stated shows that there is more
  ZSTD_inBuffer in{blocks.data(), blocks.size(), 0};
  ZSTD_outBuffer out{message.data(), message.size(), 0};
  while (in.pos < in.size && out.pos < out.size) {
    const std::size_t next = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(next) != 0) return Fault(Fault::bad_value, "a compressed block");
  }
  if (out.pos > message_bytes) return Fault(Fault::too_large, "a compressed message, longer than it says");
  if (out.pos < message_bytes) return Fault(Fault::truncated, "a compressed message, shorter than it says");
  message.resize(message_bytes);
  return message;
}

}  // namespace caseload::sync
