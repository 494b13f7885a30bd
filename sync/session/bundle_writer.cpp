#include <algorithm>
#include <bit>
#include <utility>

#include "sync/session/bundle_form.h"

namespace caseload::sync {

SealingKeyId key_id_of(const SealingPublicKey& key) {
  const Digest digest = sha256(key);
  SealingKeyId id{};
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

std::size_t bundle_padded_bytes(std::size_t needed) {
  return std::bit_ceil(std::max(needed, bundle_padded_bytes_min));
}

BundleWriter::BundleWriter(Bytes statement, HpkeSender sender, Sink sink)
    : statement_(std::move(statement)), sender_(std::move(sender)), sink_(std::move(sink)) {}

Result<BundleWriter> BundleWriter::start(const BundleStatement& statement, Random& random, Sink sink) {
  CHECK(statement.number > 0, "bundles are counted from 1");
  Bytes outer = to_bytes(as_bytes(bundle_magic));
  outer.push_back(bundle_format);
  append(outer, key_id_of(statement.recipient));
  Result<HpkeSender> sender = HpkeSender::to(statement.recipient, bundle_info(outer), random);
  if (!sender) return sender.fault();
  append(outer, sender->encapsulated());

  BundleWriter writer(encode(statement), *std::move(sender), std::move(sink));
  CHECK(writer.statement_.size() <= bundle_statement_bytes_max, "a statement fits into its limit");
  writer.sink_(outer);
  Bytes first;
  append_u16(first, static_cast<std::uint16_t>(writer.statement_.size()));
  append(first, writer.statement_);
  writer.put(first);
  return writer;
}

Result<void> BundleWriter::add(BytesView content) {
  if (content.size() > bundle_padded_bytes_max - bundle_closing_bytes - plain_bytes_) {
    return bundle_too_large();
  }
  content_hash_.update(content);
  content_bytes_ += content.size();
  put(content);
  return {};
}

Digest BundleWriter::finish(const Signer& signer) {
  const Bytes message = bundle_signed(statement_, {content_bytes_, content_hash_.finish()});
  Bytes closing;
  append_u64(closing, content_bytes_);
  append(closing, signer.sign(message));
  const Bytes zeros(4096);
  for (std::size_t left = bundle_padded_bytes(plain_bytes_ + closing.size()) - closing.size();
       plain_bytes_ < left;) {
    put(BytesView(zeros).first(std::min(zeros.size(), left - plain_bytes_)));
  }
  put(closing);
  seal_chunk(true);
  return sha256(message);
}

// A full chunk is sealed when more follows it: only then is it known not to be the last.
void BundleWriter::put(BytesView plain) {
  plain_bytes_ += plain.size();
  while (!plain.empty()) {
    if (chunk_.size() == bundle_chunk_bytes) seal_chunk(false);
    const BytesView part = plain.first(std::min(plain.size(), bundle_chunk_bytes - chunk_.size()));
    append(chunk_, part);
    plain = plain.subspan(part.size());
  }
}

void BundleWriter::seal_chunk(bool final) {
  sink_(sender_.seal({chunk_, bundle_associated(index_++, final)}));
  chunk_.clear();
}

}  // namespace caseload::sync
