// Bundles from a stranger. The first byte says whether the rest is a file as it is found, or what somebody
// sealed to us who has our public key: the second goes past the seal and tries the form inside. Only what our
// sender signed comes out.

#include <algorithm>

#include "tests/fuzz/bundle_world.h"

namespace {

using namespace caseload;
using namespace caseload::sync;

const BundleWorld& world() {
  static const BundleWorld the_world;
  return the_world;
}

constexpr std::size_t closing_bytes = 72;  // length and signature

// Seals one chunk as a BundleWriter does, filled up to the smallest size between its first bytes and the
// closing ones.
Bytes seal_padded(BytesView plain) {
  const std::size_t closing = std::min(plain.size(), closing_bytes);
  const std::size_t front = std::min(plain.size() - closing, bundle_padded_bytes_min - closing);
  Bytes padded = to_bytes(plain.first(front));
  padded.resize(bundle_padded_bytes_min - closing);
  append(padded, plain.last(closing));

  SeededRandom random(1);
  Bytes outer = to_bytes(as_bytes("caseload\x01"));
  append(outer, key_id_of(world().recipient.public_key()));
  Bytes info = to_bytes(as_bytes("caseload/bundle/1"));
  append(info, outer);
  Result<HpkeSender> sender = HpkeSender::to(world().recipient.public_key(), info, random);
  CHECK(sender.ok(), "a good key");
  append(outer, sender->encapsulated());
  append(outer, sender->seal({padded, *from_hex("0000000001")}));
  return outer;
}

// The signature is taken as good, so that what follows it is tried as well.
class AnySignature : public SignatureChecker {
 public:
  Result<void> verify(const PublicKey&, BytesView, const Signature&) const override { return {}; }
};

Result<Bundle> read(BytesView file, std::size_t piece_max, const SignatureChecker& checker) {
  BundleReader reader({world().recipient, world().office, BundleKind::device_half});
  while (!file.empty()) {
    const BytesView piece = file.first(std::min(piece_max, file.size()));
    if (Result<void> fed = reader.feed(piece); !fed) return fed.fault();
    file = file.subspan(piece.size());
  }
  if (Result<BundleStatement> claimed = reader.end(); !claimed) return claimed.fault();
  return std::move(reader).verify(world().sender.public_key(), checker);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView rest = BytesView(data, size).subspan(1);
  const Bytes file = data[0] % 2 == 1 ? seal_padded(rest) : to_bytes(rest);
  const Result<Bundle> whole = read(file, file.size() + 1, AnySignature());
  const Result<Bundle> cut = read(file, 1 + std::size_t{data[0]} * 16, AnySignature());
  CHECK(whole.ok() == cut.ok(), "the cutting shows in the outcome");
  if (!whole) {
    CHECK(whole.fault() == cut.fault(), "the cutting shows in the fault");
    return 0;
  }
  CHECK(whole->content == cut->content, "the cutting shows in the content");
  CHECK(whole->statement.number > 0 && whole->statement.kind == BundleKind::device_half,
        "a statement out of place");
  CHECK(whole->statement.recipient == world().recipient.public_key(), "a bundle that is for somebody else");
  return 0;
}
