// Messages from a stranger, as they come out of their frames. What is read has one form: writing it gives the same bytes.

#include "sync/session/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace caseload;
  using namespace caseload::sync;
  const BytesView bytes(data, size);
  const Result<Message> message = read_message(bytes);
  if (!message) return 0;
  const Bytes again = write_message(*message);
  CHECK(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "two forms of one message");
  return 0;
}
