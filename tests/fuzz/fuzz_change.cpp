// Changes from a stranger. What unpack accepts has one form: packing it gives the same bytes.

#include "sync/ledger/change.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace caseload;
  using namespace caseload::sync;
  const BytesView bytes(data, size);
  const Result<Change> change = unpack(bytes);
  if (!change) return 0;
  const Bytes packed = pack(*change);
  CHECK(std::equal(packed.begin(), packed.end(), bytes.begin(), bytes.end()), "two forms of one change");
  for (const Part& part : change->parts) {
    const SectionDigest* named = change->header.find(part.section);
    CHECK(named != nullptr && named->digest == digest_of(part), "a part that its header does not name");
  }
  return 0;
}
