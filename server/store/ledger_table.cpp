#include "server/store/ledger_table.h"

namespace caseload::server {

using sync::Acceptance;
using sync::OfficeSegment;
using sync::Receipt;
using sync::Restore;
using sync::Signed;

namespace {

struct SegmentBody {
  sync::SegmentHeader header;
  std::vector<Digest> changes;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(header, changes);
  }
};

template <class T>
std::optional<T> find_body(Sql& sql, std::string_view text, SqlValues values) {
  std::optional<T> found;
  sql.read(text, values, [&](const SqlRow& row) { found = decode_own<T>(row.bytes(0)); });
  return found;
}

}  // namespace

std::optional<OfficeSegment> LedgerTable::find_segment(const Digest& segment) const {
  if (const OfficeSegment* known = segments_.find(segment)) return *known;
  std::optional<SegmentBody> found =
      find_body<SegmentBody>(sql_, "SELECT body FROM segment WHERE digest = $1", {segment});
  if (!found) return std::nullopt;
  return segments_.keep(segment, {found->header, std::move(found->changes)});
}

void LedgerTable::put_segment(const OfficeSegment& segment) {
  const Digest digest = digest_of(segment.header);
  segments_.keep(digest, segment);
  const Bytes body = encode(SegmentBody{segment.header, segment.changes});
  sql_.write(
      "INSERT INTO segment (digest, device, epoch, number, body) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (digest) DO UPDATE SET body = excluded.body",
      {digest, segment.header.device, segment.header.epoch, segment.header.number, body});
}

std::optional<Digest> LedgerTable::segment_by_number(const Id& device, std::uint32_t epoch,
                                                     std::uint64_t number) const {
  std::optional<Digest> found;
  sql_.read("SELECT digest FROM segment WHERE device = $1 AND epoch = $2 AND number = $3",
            {device, epoch, number}, [&](const SqlRow& row) { found = digest_at(row, 0); });
  return found;
}

sync::Frontier& LedgerTable::frontier() const {
  if (!frontier_) {
    std::uint64_t size = 0;
    sql_.read("SELECT leaf FROM acceptance ORDER BY leaf DESC LIMIT 1", {},
              [&](const SqlRow& row) { size = number_at(row, 0) + 1; });
    frontier_.emplace(nodes(), size);
  }
  return *frontier_;
}

Acceptance LedgerTable::acceptance(std::uint64_t leaf) const {
  if (const Acceptance* known = acceptances_.find(leaf)) return *known;
  std::optional<Acceptance> found;
  sql_.read("SELECT hash, body FROM acceptance WHERE leaf = $1", {leaf}, [&](const SqlRow& row) {
    nodes_.keep({0, leaf}, digest_at(row, 0));
    found = decode_own<Acceptance>(row.bytes(1));
  });
  if (!found) throw Breakage(Breakage::What::damaged, "an acceptance that was never appended");
  return acceptances_.keep(leaf, std::move(*found));
}

std::optional<std::uint64_t> LedgerTable::leaf_of(const Acceptance& acceptance) const {
  const Digest hash = acceptance.leaf_hash();
  if (const std::uint64_t* known = leaves_.find(hash)) return *known;
  std::optional<std::uint64_t> leaf;
  sql_.read("SELECT leaf FROM acceptance WHERE hash = $1", {hash},
            [&](const SqlRow& row) { leaf = number_at(row, 0); });
  if (leaf) leaves_.keep(hash, *leaf);
  return leaf;
}

void LedgerTable::append(const Acceptance& acceptance) {
  const Digest hash = acceptance.leaf_hash();
  const Bytes body = encode(acceptance);
  std::vector<sync::StoredNode> nodes;
  sql_.write("INSERT INTO acceptance (leaf, hash, body) VALUES ($1, $2, $3)", {size(), hash, body});
  acceptances_.keep(size(), acceptance);
  leaves_.keep(hash, size());
  frontier().append(hash, nodes);
  for (const sync::StoredNode& node : nodes) {
    nodes_.keep(node.place, node.digest);
    if (node.place.level == 0) continue;
    sql_.write("INSERT INTO node (level, place, digest) VALUES ($1, $2, $3)",
               {node.place.level, node.place.index, node.digest});
  }
}

Digest LedgerTable::node(sync::NodePlace place) const {
  if (const Digest* known = nodes_.find(place)) return *known;
  std::optional<Digest> found;
  const auto take = [&](const SqlRow& row) { found = digest_at(row, 0); };
  if (place.level == 0) {
    sql_.read("SELECT hash FROM acceptance WHERE leaf = $1", {place.index}, take);
  } else {
    sql_.read("SELECT digest FROM node WHERE level = $1 AND place = $2", {place.level, place.index}, take);
  }
  if (!found) throw Breakage(Breakage::What::damaged, "a node that was never stored");
  return nodes_.keep(place, *found);
}

void LedgerTable::put_receipt(const Signed<Receipt>& receipt) {
  receipts_.keep(receipt.body.segment.digest, receipt);
  sql_.write(
      "INSERT INTO receipt (segment, body) VALUES ($1, $2) "
      "ON CONFLICT (segment) DO UPDATE SET body = excluded.body",
      {receipt.body.segment.digest, encode(receipt)});
}

std::optional<Signed<Receipt>> LedgerTable::find_receipt(const Digest& segment) const {
  if (const std::optional<Signed<Receipt>>* known = receipts_.find(segment)) return *known;
  return receipts_.keep(
      segment, find_body<Signed<Receipt>>(sql_, "SELECT body FROM receipt WHERE segment = $1", {segment}));
}

void LedgerTable::add_restore(const Signed<Restore>& restore) {
  restores_.reset();
  sql_.write(
      "INSERT INTO restore (epoch, body) VALUES ($1, $2) ON CONFLICT (epoch) DO UPDATE SET body = "
      "excluded.body",
      {restore.body.restore_epoch, encode(restore)});
}

std::vector<Signed<Restore>> LedgerTable::restores() const {
  if (restores_) return *restores_;
  std::vector<Signed<Restore>> found;
  sql_.read("SELECT body FROM restore ORDER BY epoch", {},
            [&](const SqlRow& row) { found.push_back(decode_own<Signed<Restore>>(row.bytes(0))); });
  return restores_.emplace(std::move(found));
}

}  // namespace caseload::server
