#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/base/id.h"
#include "common/codec/codec.h"
#include "common/crypto/hash.h"
#include "common/crypto/hpke.h"
#include "common/crypto/sign.h"
#include "sync/session/limits.h"

namespace caseload::sync {

constexpr std::uint8_t bundle_format = 1;

// Whose half of a session a bundle holds.
enum class BundleKind : std::uint8_t { device_half = 1, server_half = 2 };
constexpr bool is_listed(BundleKind kind) {
  return kind == BundleKind::device_half || kind == BundleKind::server_half;
}

// BundleStatement: what the sender of a bundle signs about it, beside its content. It lies inside the seal.
struct BundleStatement {
  Id sender;  // a device, the office's own among them
  SealingPublicKey recipient{};
  std::uint64_t number = 0;  // this sender's bundles to this recipient, counted from 1
  BundleKind kind = BundleKind::device_half;
  Digest in_answer_to{};  // the digest of the other side's bundle; zero for none
  std::uint64_t created_ms = 0;  // since 1970 UTC, by the sender's clock; its age is for the caller to judge

  template <class Archive>
  void serialize(Archive& archive) {
    archive(sender, recipient, number, listed(kind), in_answer_to, created_ms);
  }
  friend bool operator==(const BundleStatement&, const BundleStatement&) = default;
};

// Bundle: one half of a session that came in a file, whole, and signed by its sender.
struct Bundle {
  BundleStatement statement;
  std::vector<Bytes> content;  // to be read one after the other
  Digest digest{};             // names the bundle; an answer refers to it
};

// What stands outside the seal: the first bytes of the digest of the key that opens it.
using SealingKeyId = ByteArray<8>;
SealingKeyId key_id_of(const SealingPublicKey& key);

// How much is sealed, in all, for so many bytes: the next power of two, at least bundle_padded_bytes_min.
std::size_t bundle_padded_bytes(std::size_t needed);

// BundleWriter: one half of a session into a sealed file.
//
// Shape    PROTOCOL.md. The file goes to `sink`, in order, in pieces of at most bundle_chunk_bytes + 16 bytes.
// Promise  whoever finds the file learns for whom it is and its length up to the next power of two; not from
//          whom, about whom, or when. Holds one chunk in memory. finish() gives the digest that names the
//          bundle.
// Errors   start(): bad_key for a recipient's key of small order. add(): too_large beyond
//          bundle_padded_bytes_max, counting what is added by us; nothing of the piece is taken. What `sink`
//          throws passes through.
// Attacker who later takes the sender's keys cannot open it; who takes the recipient's can.
// Requires add() only before finish(); finish() once; a statement with a number from 1.
// Threads  one owner.
class BundleWriter {
 public:
  using Sink = std::function<void(BytesView)>;
  static Result<BundleWriter> start(const BundleStatement& statement, Random& random, Sink sink);

  Result<void> add(BytesView content);
  Digest finish(const Signer& signer);

 private:
  BundleWriter(Bytes statement, HpkeSender sender, Sink sink);
  void put(BytesView plain);
  void seal_chunk(bool final);

  Bytes statement_;  // encoded
  HpkeSender sender_;
  Sink sink_;
  Sha256 content_hash_;
  std::uint64_t content_bytes_ = 0;
  std::size_t plain_bytes_ = 0;
  Bytes chunk_;
  std::uint32_t index_ = 0;
};

// Who reads, and what may reach him.
struct BundleRecipient {
  const SealingKey& key;  // outlives the reader
  Id device;
  BundleKind expects = BundleKind::device_half;
};

// BundleReader: a sealed file, in whatever pieces it is read, into a Bundle. First feed() all of it, then
// end(), which says who claims to have sent it; then verify() with the key that this device is known by.
//
// Promise  gives nothing of the content before the last chunk is there, every chunk is authentic and in its
//          place, and the sender's signature holds: what is applied is applied whole. One bit altered
//          anywhere is refused. Holds at most bundle_padded_bytes_max and one chunk.
// Errors   wrong_protocol: no bundle. upgrade_needed: a later format. not_for_me: sealed to another key; the
//          detail names it. truncated, trailing_bytes: cut short, added to. bad_seal: altered, or chunks
//          dropped, repeated, swapped. bad_key: an encapsulated key of small order. too_large: beyond
//          bundle_bytes_max, before more is taken. unexpected_message: our own bundle, or the wrong half.
//          not_canonical, bad_value: a sender that does not keep the form. verify(): bad_signature, bad_key.
//          After a Fault every call gives the same Fault.
// Attacker with our public key can seal to us; without the sender's signing key nothing of it is handed on.
// Requires feed() only before end(); end() and verify() once.
// Threads  one owner.
class BundleReader {
 public:
  explicit BundleReader(const BundleRecipient& me) : me_(me) {}

  Result<void> feed(BytesView piece);
  Result<BundleStatement> end();
  Result<Bundle> verify(const PublicKey& sender, const SignatureChecker& checker) &&;

 private:
  Result<void> take(BytesView piece);
  Result<void> open_header();
  Result<void> open_chunk(bool final);
  Result<void> open_statement(Bytes& plain);
  Result<void> open_closing();
  Result<BundleStatement> close();

  BundleRecipient me_;
  std::size_t fed_bytes_ = 0;
  Bytes held_;  // of the header, then of one chunk
  std::optional<HpkeRecipient> opener_;
  std::uint32_t index_ = 0;
  std::size_t plain_bytes_ = 0;
  Bundle bundle_;
  Signature signature_{};
  Bytes signed_;
  bool ended_ = false;
  std::optional<Fault> fault_;
};

}  // namespace caseload::sync
