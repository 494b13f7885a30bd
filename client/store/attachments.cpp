#include "client/store/attachments.h"

#include <algorithm>

#include "client/store/names.h"
#include "client/store/purge.h"
#include "common/crypto/hash.h"
#include "common/sqlite/transaction.h"

namespace caseload::client {
namespace {

constexpr std::size_t piece_bytes_max = 64 << 10;

}  // namespace

bool SqlAttachmentStore::is_whole(const Digest& content) const {
  Statement find = database_.prepare("SELECT whole FROM attachment WHERE digest = ?");
  find.select(content);
  return find.step() && find.integer(0) == 1;
}

std::uint64_t SqlAttachmentStore::bytes_held(const Digest& content) const {
  Statement find = database_.prepare("SELECT bytes FROM attachment WHERE digest = ?");
  find.select(content);
  return find.step() ? static_cast<std::uint64_t>(find.integer(0)) : 0;
}

// The piece in which the stretch begins is the last that starts at or before it.
Bytes SqlAttachmentStore::read(const Digest& content, std::uint64_t offset, std::size_t bytes_max) const {
  CHECK(offset <= bytes_held(content), "a content is read within its bytes");
  Bytes read;
  Statement pieces = database_.prepare(
      "SELECT start, attachment_piece.bytes FROM attachment_piece JOIN attachment ON n = attachment "
      "WHERE digest = ?1 AND start >= (SELECT max(start) FROM attachment_piece WHERE attachment = n AND start <= ?2) "
      "ORDER BY start");
  for (pieces.select(content, offset); read.size() < bytes_max && pieces.step();) {
    const auto start = static_cast<std::uint64_t>(pieces.integer(0));
    BytesView piece = pieces.blob(1);
    if (start < offset) piece = piece.subspan(std::min<std::size_t>(piece.size(), offset - start));
    caseload::append(read, piece.first(std::min(piece.size(), bytes_max - read.size())));
  }
  return read;
}

void SqlAttachmentStore::append(const Digest& content, BytesView piece) {
  CHECK(!is_whole(content), "nothing is added to a whole content");
  JoinedTransaction act(database_);
  database_.prepare("INSERT INTO attachment (digest, bytes, whole) VALUES (?, 0, 0) ON CONFLICT DO NOTHING")
      .run(content);
  std::uint64_t start = bytes_held(content);
  for (BytesView left = piece; !left.empty();) {
    const BytesView next = left.first(std::min(left.size(), piece_bytes_max));
    database_
        .prepare("INSERT INTO attachment_piece (attachment, start, bytes) "
                 "VALUES ((SELECT n FROM attachment WHERE digest = ?), ?, ?)")
        .run(content, start, next);
    start += next.size();
    left = left.subspan(next.size());
  }
  database_.prepare("UPDATE attachment SET bytes = ? WHERE digest = ?").run(start, content);
  act.commit();
}

void SqlAttachmentStore::close(const Digest& content) {
  Sha256 sum;
  const std::uint64_t size = bytes_held(content);
  for (std::uint64_t at = 0; at < size; at += piece_bytes_max) sum.update(read(content, at, piece_bytes_max));
  if (sum.finish() != content) throw Breakage(Breakage::What::damaged, "an attachment is not what its digest says");
  JoinedTransaction act(database_);
  database_
      .prepare("INSERT INTO attachment (digest, bytes, whole) VALUES (?, 0, 1) "
               "ON CONFLICT (digest) DO UPDATE SET whole = 1")
      .run(content);
  act.commit();
}

void SqlAttachmentStore::erase(const Digest& content) {
  JoinedTransaction act(database_);
  database_.prepare("DELETE FROM attachment_piece WHERE attachment = (SELECT n FROM attachment WHERE digest = ?)")
      .run(content);
  database_.prepare("DELETE FROM attachment WHERE digest = ?").run(content);
  if (database_.changes() > 0) mark_cleaning_due(database_);
  act.commit();
}

std::vector<Digest> SqlAttachmentStore::held() const {
  std::vector<Digest> all;
  Statement contents = database_.prepare("SELECT digest FROM attachment ORDER BY digest");
  for (contents.select(); contents.step();) all.push_back(digest_at(contents, 0));
  return all;
}

}  // namespace caseload::client
