// Frames from a stranger. The first byte says how the rest is cut into pieces. Whatever the cutting, the same
// messages and the same end; no message beyond the limit; and what was read can be written and read again.

#include "sync/session/frame.h"

namespace {

using namespace caseload;
using namespace caseload::sync;

struct Read {
  std::vector<Frame> frames;
  std::optional<Fault> fault;
};

constexpr std::size_t kept_bytes_max =
    16U << 20;  // of what is compared; a flood of large messages is not what is sought

Read read(BytesView bytes, std::size_t piece_max) {
  Read read;
  FrameReader reader;
  std::size_t kept = 0;
  while (!bytes.empty() && kept < kept_bytes_max) {
    BytesView piece = bytes.first(std::min(piece_max, bytes.size()));
    bytes = bytes.subspan(piece.size());
    for (;;) {
      Result<std::optional<Frame>> frame = reader.next(piece);
      if (!frame) {
        read.fault = frame.fault();
        return read;
      }
      if (!*frame) break;
      CHECK((*frame)->body.size() <= message_bytes_max, "a message beyond its limit");
      kept += (*frame)->body.size();
      read.frames.push_back(**std::move(frame));
      if (kept >= kept_bytes_max) return read;
    }
  }
  if (Result<void> end = reader.end(); !end) read.fault = end.fault();
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView bytes = BytesView(data, size).subspan(1);
  const Read whole = read(bytes, bytes.size() + 1);
  const Read cut = read(bytes, std::size_t{data[0]} + 1);
  CHECK(whole.frames == cut.frames, "the cutting shows in the messages");
  CHECK(whole.fault == cut.fault, "the cutting shows in the end");

  FrameWriter writer;
  Bytes again;
  for (const Frame& frame : whole.frames) writer.write(frame.type, frame.body, again);
  const Read second = read(again, again.size() + 1);
  CHECK(!second.fault.has_value() && second.frames == whole.frames, "what is written is not what is read");
  return 0;
}
