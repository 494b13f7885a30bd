#include <algorithm>
#include <utility>

#include "sync/session/bundle_form.h"

namespace caseload::sync {
namespace {

// As much of the header as is there; a file that is no bundle is told from one that is cut short.
Result<void> check_outer(BytesView outer, const SealingPublicKey& mine) {
  const BytesView magic = as_bytes(bundle_magic);
  const std::size_t seen = std::min(outer.size(), magic.size());
  if (!std::equal(outer.begin(), outer.begin() + static_cast<std::ptrdiff_t>(seen), magic.begin())) {
    return Fault(Fault::wrong_protocol, "not a bundle");
  }
  if (outer.size() > magic.size()) {
    const std::uint8_t format = outer[magic.size()];
    if (format == 0) return Fault(Fault::wrong_protocol, "not a bundle");
    if (format > bundle_format)
      return Fault(Fault::upgrade_needed, "a bundle of format " + std::to_string(format));
  }
  if (outer.size() >= bundle_encapsulated_at) {
    const BytesView id = outer.subspan(bundle_key_id_at, sizeof(SealingKeyId));
    if (!std::ranges::equal(id, key_id_of(mine)))
      return Fault(Fault::not_for_me, "sealed to key " + to_hex(id));
  }
  return {};
}

bool all_zero(BytesView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Result<void> BundleReader::feed(BytesView piece) {
  CHECK(!ended_, "a bundle is fed before its end");
  if (fault_) return *fault_;
  Result<void> taken = take(piece);
  if (!taken) fault_ = taken.fault();
  return taken;
}

Result<BundleStatement> BundleReader::end() {
  CHECK(!ended_, "a bundle ends once");
  if (fault_) return *fault_;
  ended_ = true;
  Result<BundleStatement> statement = close();
  if (!statement) fault_ = statement.fault();
  return statement;
}

Result<Bundle> BundleReader::verify(const PublicKey& sender, const SignatureChecker& checker) && {
  if (fault_) return *fault_;
  CHECK(ended_, "a bundle is verified after its end");
  if (Result<void> verified = checker.verify(sender, signed_, signature_); !verified) return verified.fault();
  bundle_.digest = sha256(signed_);
  return std::move(bundle_);
}

Result<void> BundleReader::take(BytesView piece) {
  if (piece.size() > bundle_bytes_max - fed_bytes_) return bundle_too_large();
  fed_bytes_ += piece.size();
  while (!piece.empty()) {
    const std::size_t whole = opener_ ? bundle_sealed_chunk_bytes : bundle_header_bytes;
    // As in the writer: a full chunk with more behind it is not the last.
    if (opener_ && held_.size() == whole) {
      if (Result<void> opened = open_chunk(false); !opened) return opened;
    }
    const BytesView part = piece.first(std::min(piece.size(), whole - held_.size()));
    append(held_, part);
    piece = piece.subspan(part.size());
    if (!opener_ && held_.size() == whole) {
      if (Result<void> opened = open_header(); !opened) return opened;
    }
  }
  return {};
}

Result<BundleStatement> BundleReader::close() {
  if (!opener_) {
    if (Result<void> checked = check_outer(held_, me_.key.public_key()); !checked) return checked.fault();
    return Fault(Fault::truncated, "the header of a bundle");
  }
  // A bundle of one chunk may be smaller than a chunk; all others consist of full ones.
  const std::size_t plain = held_.size() < seal_tag_bytes ? 0 : held_.size() - seal_tag_bytes;
  const bool has_size = index_ == 0 ? plain == bundle_padded_bytes(plain) : plain == bundle_chunk_bytes;
  if (!has_size) return Fault(Fault::truncated, "a length that no bundle has");
  if (Result<void> opened = open_chunk(true); !opened) return opened.fault();
  if (Result<void> opened = open_closing(); !opened) return opened.fault();
  return bundle_.statement;
}

Result<void> BundleReader::open_header() {
  if (Result<void> checked = check_outer(held_, me_.key.public_key()); !checked) return checked;
  Encapsulated encapsulated{};
  std::copy(held_.begin() + bundle_encapsulated_at, held_.end(), encapsulated.begin());
  const Bytes info = bundle_info(BytesView(held_).first(bundle_encapsulated_at));
  Result<HpkeRecipient> opener = HpkeRecipient::from(encapsulated, info, me_.key);
  if (!opener) return opener.fault();
  opener_ = *std::move(opener);
  held_.clear();
  return {};
}

Result<void> BundleReader::open_chunk(bool final) {
  Result<Bytes> plain = opener_->open({held_, bundle_associated(index_, final)});
  if (!plain) {
    // An authentic chunk that is the last where more follows, or not the last where nothing does, says what
    // happened.
    if (!opener_->open({held_, bundle_associated(index_, !final)})) return plain.fault();
    return final ? Fault(Fault::truncated, "a bundle without its end")
                 : Fault(Fault::trailing_bytes, "after a bundle's end");
  }
  plain_bytes_ += plain->size();
  held_.clear();
  if (index_++ == 0) {
    if (Result<void> opened = open_statement(*plain); !opened) return opened;
  }
  bundle_.content.push_back(*std::move(plain));
  return {};
}

// Takes the statement off the front of the first chunk.
Result<void> BundleReader::open_statement(Bytes& plain) {
  const BytesView all = plain;
  const std::size_t size = static_cast<std::size_t>(read_big_endian(all.first(bundle_statement_at)));
  if (size > bundle_statement_bytes_max)
    return Fault(Fault::too_large, "the statement of a bundle, at most 256 bytes");
  const BytesView encoded = all.subspan(bundle_statement_at, size);
  Result<BundleStatement> statement = decode<BundleStatement>(encoded);
  if (!statement) return statement.fault();
  // The seal alone does not say it: whoever received a bundle could seal it again, to somebody else.
  if (statement->recipient != me_.key.public_key()) {
    return Fault(Fault::not_for_me, "signed for key " + to_hex(key_id_of(statement->recipient)));
  }
  if (statement->number == 0) return Fault(Fault::bad_value, "the number of a bundle, counted from 1");
  if (statement->sender == me_.device)
    return Fault(Fault::unexpected_message, "a bundle of this device's own");
  if (statement->kind != me_.expects)
    return Fault(Fault::unexpected_message, "a bundle that goes the other way");
  signed_ = to_bytes(encoded);
  bundle_.statement = *std::move(statement);
  plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(bundle_statement_at + size));
  return {};
}

// Takes length and signature off the end of the last chunk, and the padding before them off the content.
Result<void> BundleReader::open_closing() {
  std::vector<Bytes>& content = bundle_.content;
  const std::size_t keep = content.back().size() - bundle_closing_bytes;
  const BytesView closing = BytesView(content.back()).subspan(keep);
  const std::uint64_t content_bytes = read_big_endian(closing.first(8));
  std::ranges::copy(closing.subspan(8), signature_.begin());
  content.back().resize(keep);

  const std::size_t before = bundle_statement_at + signed_.size() + bundle_closing_bytes;
  if (content_bytes > plain_bytes_ - before)
    return Fault(Fault::bad_value, "the length of a bundle's content");
  if (bundle_padded_bytes(before + static_cast<std::size_t>(content_bytes)) != plain_bytes_) {
    return Fault(Fault::not_canonical, "the padding of a bundle");
  }
  Sha256 hash;
  std::size_t left = static_cast<std::size_t>(content_bytes);
  for (Bytes& piece : content) {
    const std::size_t used = std::min(left, piece.size());
    if (!all_zero(BytesView(piece).subspan(used)))
      return Fault(Fault::not_canonical, "the padding of a bundle");
    piece.resize(used);
    hash.update(piece);
    left -= used;
  }
  std::erase_if(content, [](const Bytes& piece) { return piece.empty(); });
  signed_ = bundle_signed(signed_, {content_bytes, hash.finish()});
  return {};
}

}  // namespace caseload::sync
