#include "sync/session/frame.h"

#include <zstd.h>

#include <algorithm>
#include <string>

#include "common/base/random.h"
#include "common/codec/codec.h"
#include "tests/unit/sync/memory.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

std::string fault_of(const Result<std::optional<Frame>>& outcome) {
  return outcome ? "none" : std::string(outcome.fault().name());
}

struct Read {
  std::vector<Frame> frames;
  std::string fault = "none";
  std::string end = "none";
};

// Feeds the bytes in pieces, whose sizes `cut` gives.
template <class Cut>
Read read_in_pieces(BytesView bytes, Cut cut) {
  Read read;
  FrameReader reader;
  while (!bytes.empty()) {
    BytesView piece = bytes.first(std::min<std::size_t>(bytes.size(), cut()));
    bytes = bytes.subspan(piece.size());
    for (;;) {
      Result<std::optional<Frame>> frame = reader.next(piece);
      read.fault = fault_of(frame);
      if (!frame) return read;
      if (!*frame) break;
      read.frames.push_back(**std::move(frame));
    }
  }
  Result<void> end = reader.end();
  if (!end) read.end = std::string(end.fault().name());
  return read;
}

Read read_all_of(BytesView bytes) {
  return read_in_pieces(bytes, [&] { return bytes.size(); });
}

// Sentences of casework, all invented, put together by chance: neither noise nor a text that repeats itself.
Bytes note(Random& random, std::size_t bytes) {
  static const std::vector<std::string> words{
      "visited", "at home", "with her sister", "appointment", "kept", "missed", "the tenancy", "is settled", "court date",
      "moved to", "Tuesday", "reports", "no change", "since last week", "medication", "the landlord", "agreed", "plan",
      "reviewed", "and signed", "call back", "employer", "was told", "transport", "arranged", "risk", "unchanged", "drinking"};
  std::string text;
  while (text.size() < bytes) {
    text += words[random.below(words.size())] + (random.chance(1, 9) ? ". " : " ");
    if (random.chance(1, 6)) text += std::to_string(random.below(100'000)) + " ";
  }
  text.resize(bytes);
  return to_bytes(as_bytes(text));
}

std::vector<Frame> messages(std::uint64_t seed, std::size_t count, std::size_t bytes_max) {
  SeededRandom random(seed);
  std::vector<Frame> made;
  for (std::size_t i = 0; i < count; ++i) {
    const auto type = static_cast<std::uint8_t>(1 + random.below(frame_type_max));
    const std::size_t size = static_cast<std::size_t>(random.below(random.chance(1, 3) ? bytes_max : 200));
    if (random.chance(1, 4)) {
      Bytes noise(size);
      random.fill(noise);
      made.push_back({type, noise});
    } else {
      made.push_back({type, note(random, size)});
    }
  }
  return made;
}

Bytes write_all(const std::vector<Frame>& frames) {
  FrameWriter writer;
  Bytes bytes;
  for (const Frame& frame : frames) writer.write(frame.type, frame.body, bytes);
  return bytes;
}

// A frame as somebody else might write it.
Bytes frame_of(std::uint8_t head, BytesView body) {
  Bytes bytes;
  Writer(bytes).varint(1 + body.size());
  bytes.push_back(head);
  append(bytes, body);
  return bytes;
}

// A compressed frame with settings that ours never has.
struct Odd {
  int window_log = 18;
  bool ends = false;
  bool checksum = false;
  bool states_size = false;
  std::size_t size_off_by = 0;
};
Bytes compressed_frame(BytesView message, const Odd& odd) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, odd.window_log);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, odd.checksum ? 1 : 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, odd.states_size ? 1 : 0);
  if (odd.states_size) ZSTD_CCtx_setPledgedSrcSize(context, message.size());
  Bytes blocks(ZSTD_compressBound(message.size()) + 64);
  ZSTD_inBuffer in{message.data(), message.size(), 0};
  ZSTD_outBuffer out{blocks.data(), blocks.size(), 0};
  REQUIRE(ZSTD_compressStream2(context, &out, &in, odd.ends ? ZSTD_e_end : ZSTD_e_flush) == 0);
  ZSTD_freeCCtx(context);
  Bytes body;
  Writer(body).varint(message.size() + odd.size_off_by);
  append(body, BytesView(blocks).first(out.pos));
  return frame_of(0x81, body);
}

TEST_CASE("what is written is read, whatever the sizes") {
  for (const std::size_t size : {0UL, 1UL, 126UL, 127UL, 128UL, 1023UL, 1024UL, 1025UL, 65536UL, 300000UL, message_bytes_max}) {
    SeededRandom random(size);
    const std::vector<Frame> frames{{1, note(random, size)}, {frame_type_max, {}}, {2, note(random, size)}, {3, note(random, 20)}};
    const Read read = read_all_of(write_all(frames));
    CHECK_MESSAGE(read.fault == "none", size);
    CHECK_MESSAGE(read.frames == frames, size);
    CHECK(read.end == "none");
  }
}

TEST_CASE("a small message before any large one travels as it is, in two bytes more") {
  FrameWriter writer;
  Bytes bytes;
  writer.write(5, as_bytes("hello"), bytes);
  CHECK(to_hex(bytes) == "060568656c6c6f");
  writer.write(7, {}, bytes);
  CHECK(to_hex(bytes) == "060568656c6c6f0107");
}

TEST_CASE("after the first large message, a small one that resembles it takes few bytes") {
  SeededRandom random(1);
  const Bytes large = note(random, 20'000);
  const BytesView again = BytesView(large).subspan(7'000, 600);
  FrameWriter writer;
  Bytes bytes;
  writer.write(1, large, bytes);
  const std::size_t before = bytes.size();
  writer.write(1, again, bytes);
  CHECK(bytes.size() - before < 40);
  CHECK(read_all_of(bytes).frames == std::vector<Frame>{{1, large}, {1, to_bytes(again)}});
}

TEST_CASE("any cutting of the bytes into pieces gives the same messages") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<Frame> frames = messages(seed, 12, 9'000);
    const Bytes bytes = write_all(frames);
    SeededRandom random(seed);
    const std::size_t piece_max = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 17 : 5'000;
    const Read read = read_in_pieces(bytes, [&] { return 1 + random.below(piece_max); });
    CHECK_MESSAGE(read.frames == frames, "seed " << seed);
    CHECK(read.end == "none");
  }
}

TEST_CASE("bytes that stop anywhere give the messages before, and no other") {
  const std::vector<Frame> frames = messages(7, 6, 4'000);
  const Bytes bytes = write_all(frames);
  std::vector<std::size_t> ends{0};
  {
    FrameWriter writer;
    Bytes sofar;
    for (const Frame& frame : frames) {
      writer.write(frame.type, frame.body, sofar);
      ends.push_back(sofar.size());
    }
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Read read = read_all_of(BytesView(bytes).first(size));
    const auto whole = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), size) - ends.begin()) - 1;
    REQUIRE(read.frames.size() == whole);
    REQUIRE(std::equal(read.frames.begin(), read.frames.end(), frames.begin()));
    REQUIRE(read.end == (ends[whole] == size ? "none" : "truncated"));
  }
}

TEST_CASE("altered bytes never give a message beyond the limit, and a reader that refused stays with it") {
  SeededRandom random(3);
  std::vector<Frame> frames;
  for (std::uint8_t type = 1; type < 8; ++type) frames.push_back({type, note(random, type % 2 == 0 ? 90 : 2'000)});
  const Bytes bytes = write_all(frames);
  std::size_t refused = 0;
  for (int run = 0; run < 3'000; ++run) {
    Bytes altered = bytes;
    for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips) {
      altered[random.below(altered.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
    }
    FrameReader reader;
    BytesView left = altered;
    for (;;) {
      const Result<std::optional<Frame>> frame = reader.next(left);
      if (frame && *frame) {
        REQUIRE((*frame)->body.size() <= message_bytes_max);
        continue;
      }
      if (!frame) {
        ++refused;
        BytesView good = bytes;
        REQUIRE(fault_of(reader.next(good)) == frame.fault().name());
        REQUIRE(good.size() == bytes.size());
        REQUIRE(reader.end().fault() == frame.fault());
      }
      break;
    }
  }
  CHECK(refused > 500);
}

TEST_CASE("frames that nobody of ours writes are refused by name") {
  SeededRandom random(5);
  const Bytes text = note(random, 4'000);
  const Bytes good = compressed_frame(text, {});
  const auto with = [](Bytes bytes, std::size_t at, std::uint8_t value) {
    bytes.at(at) = value;
    return bytes;
  };
  const auto longer = [](BytesView frame, const std::string& hex) {  // the same frame with bytes added to its body
    std::size_t digits = 1;
    while (frame[digits - 1] >= 0x80) ++digits;
    Bytes body = to_bytes(frame.subspan(digits + 1));
    append(body, *from_hex(hex));
    return frame_of(frame[digits], body);
  };
  struct Row {
    std::string what;
    Bytes bytes;
    std::string fault;
  };
  const std::vector<Row> rows{
      {"a good compressed frame", good, "none"},
      {"empty blocks after it", longer(good, "000000"), "none"},
      {"length 0", {0x00}, "frame_size"},
      {"length 0 in two digits", {0x80, 0x00}, "not_canonical"},
      {"length 5 in two digits", {0x85, 0x00, 1, 1, 1, 1, 1}, "not_canonical"},
      {"length 2^32 - 1", {0xff, 0xff, 0xff, 0xff, 0x0f}, "frame_size"},
      {"length one beyond the limit", *from_hex("81808002"), "frame_size"},
      {"a length that goes on for ever", *from_hex("808080808080"), "frame_size"},
      {"a length at the limit, waiting for more", *from_hex("80808002"), "none"},
      {"type 0", {0x01, 0x00}, "unknown_type"},
      {"type 0, compressed", {0x01, 0x80}, "unknown_type"},
      {"a message beyond the limit, as it is", frame_of(1, Bytes(message_bytes_max + 1)), "too_large"},
      {"compressed, and nothing", frame_of(0x81, {}), "truncated"},
      {"compressed, a size and no more", frame_of(0x81, *from_hex("8008")), "truncated"},
      {"compressed, a size longer than it needs to be", frame_of(0x81, *from_hex("80888000")), "not_canonical"},
      {"compressed, a size without end", frame_of(0x81, *from_hex("ffffffffffff")), "truncated"},
      {"compressed, 16 EiB", frame_of(0x81, *from_hex("ffffffffffffffffff01")), "truncated"},
      {"compressed, a size beyond the limit", frame_of(0x81, *from_hex("81808002")), "too_large"},
      {"compressed before the first large message", compressed_frame(BytesView(text).first(1023), {}), "not_canonical"},
      {"1 KB that claims 4 MiB", frame_of(0x81, [] { Bytes b = *from_hex("80f8ff01"); b.resize(1024); return b; }()), "too_large"},
      {"plain zstd: it ends", compressed_frame(text, {.ends = true}), "not_canonical"},
      {"zstd with a checksum", compressed_frame(text, {.checksum = true}), "not_canonical"},
      {"zstd that states its size", compressed_frame(text, {.states_size = true}), "not_canonical"},
      {"a window of 2^20", compressed_frame(text, {.window_log = 20}), "none"},
      {"a window of 2^21", compressed_frame(text, {.window_log = 21}), "too_large"},
      {"a window of 2^27", compressed_frame(text, {.window_log = 27}), "too_large"},
      {"a window of 2^41", with(good, 10, 0xff), "too_large"},
      {"a dictionary", with(good, 9, 0x01), "not_canonical"},
      {"a skippable frame", frame_of(0x81, *from_hex("8008502a4d1800000000")), "not_canonical"},
      {"one byte after the blocks", longer(good, "00"), "truncated"},
      {"a second zstd frame after the blocks", longer(good, "28b52ffd0040"), "truncated"},
      {"a last block after the blocks", longer(good, "010000"), "not_canonical"},
      {"a reserved block after the blocks", longer(good, "060000"), "bad_value"},
      {"one byte more than stated", longer(good, "08000041"), "too_large"},
      {"one byte less than stated", compressed_frame(text, {.size_off_by = 1}), "truncated"},
      {"more than stated by a repeated byte", longer(good, "0200104141"), "truncated"},
  };
  for (const Row& row : rows) {
    CHECK_MESSAGE(read_all_of(row.bytes).fault == row.fault, row.what);
    const Read dripped = read_in_pieces(row.bytes, [] { return 1U; });
    CHECK_MESSAGE(dripped.fault == row.fault, row.what);
  }
}

TEST_CASE("no frame makes the reader take memory for bytes that are not there") {
  SeededRandom random(6);
  const Bytes text = note(random, 4'000);
  Bytes claims_four_mib = *from_hex("80f8ff01");
  claims_four_mib.resize(1'000);
  const std::vector<Bytes> hostile{
      {0xff, 0xff, 0xff, 0xff, 0x0f},
      *from_hex("8080800201"),  // the largest frame there may be, of which one byte comes
      frame_of(0x81, claims_four_mib),
      compressed_frame(text, {.window_log = 27}),
      compressed_frame(text, {.size_off_by = 2U << 20}),
  };
  for (const Bytes& bytes : hostile) {
    forget_memory_taken();
    const Read read = read_all_of(bytes);
    CHECK(memory_taken_at_once() < 4'096);
    CHECK(read.frames.empty());
  }
  Bytes largest;
  Writer(largest).varint(frame_bytes_max);
  largest.resize(600'000, 1);
  forget_memory_taken();
  CHECK(read_in_pieces(largest, [] { return 1'000U; }).end == "truncated");
  CHECK(memory_taken_at_once() <= 1'200'000);
}

TEST_CASE("text that compresses beyond every limit still arrives") {
  const Bytes spaces(message_bytes_max, ' ');
  std::vector<Frame> frames;
  for (std::uint8_t i = 1; i < 9; ++i) frames.push_back({i, i % 3 == 0 ? Bytes(500, ' ') : spaces});
  const Bytes bytes = write_all(frames);
  const Read read = read_all_of(bytes);
  CHECK(read.fault == "none");
  CHECK(read.frames == frames);
  CHECK(bytes.size() * expansion_max + expansion_free_bytes >= 6 * message_bytes_max);
}

TEST_CASE("small frames that each grow a thousandfold are refused once they have grown too much together") {
  FrameWriter writer;
  Bytes first;
  writer.write(1, Bytes(1 << 19, 'x'), first);
  CHECK(first.size() < 200);
  // The same blocks over and over: a writer that does not keep count.
  Compressor compressor;
  Bytes bytes;
  for (int i = 0; i < 10; ++i) {
    Bytes body;
    Writer(body).varint(1 << 19);
    compressor.add(Bytes(1 << 19, 'x'), body);
    append(bytes, frame_of(0x81, body));
  }
  const Read read = read_all_of(bytes);
  CHECK(read.fault == "too_large");
  CHECK(read.frames.size() == 2);
}

TEST_CASE("a session that waits gives its memory back, and goes on where it was") {
  SeededRandom random(9);
  FrameWriter writer;
  FrameReader reader;
  for (int round = 0; round < 4; ++round) {
    for (const std::size_t size : {50UL, 5'000UL, 70UL}) {
      const Bytes message = note(random, size);
      Bytes bytes;
      writer.write(3, message, bytes);
      BytesView left = bytes;
      const Result<std::optional<Frame>> frame = reader.next(left);
      REQUIRE(frame.ok());
      REQUIRE(frame->has_value());
      CHECK((*frame)->body == message);
    }
    writer.rest();
    if (round % 2 == 1) reader.rest();  // whether or not the other side rests too
  }
}

}  // namespace
}  // namespace caseload::sync
