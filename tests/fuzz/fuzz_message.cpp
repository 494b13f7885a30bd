// Messages from a stranger, as they come out of their frames, one after another as on a line: a byte that says how long the
// first is, and the rest. What is heard has one form: saying it gives the same bytes, and so does writing what was read.

#include "sync/session/dialogue.h"

namespace {

using namespace caseload;
using namespace caseload::sync;

// In full, as in a bundle.
void read_in_full(BytesView bytes) {
  const Result<Message> message = read_message(bytes);
  if (!message) return;
  const Bytes again = write_message(*message);
  CHECK(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "two forms of one message");
}

// Gives whether it was a message.
bool hear(Dialogue& hearer, BytesView said) {
  Dialogue sayer = hearer;
  const Result<Bytes> message = hearer.hear(said);
  if (!message || !read_message(*message)) return false;
  const Bytes again = sayer.say(*message);
  CHECK(std::equal(again.begin(), again.end(), said.begin(), said.end()), "two forms of one message on a line");
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(data, size);
  if (bytes.empty()) return 0;
  const std::size_t first = std::min<std::size_t>(bytes[0], size - 1);
  read_in_full(bytes.subspan(1));
  Dialogue hearer;
  if (first > 0 && !hear(hearer, bytes.subspan(1, first))) return 0;
  static_cast<void>(hear(hearer, bytes.subspan(1 + first)));
  return 0;
}
