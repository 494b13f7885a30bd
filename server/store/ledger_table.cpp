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
  if (!latest_ || latest_->first != segment) {
    std::optional<SegmentBody> found =
        find_body<SegmentBody>(sql_, "SELECT body FROM segment WHERE digest = $1", {segment});
    if (!found) return std::nullopt;
    latest_.emplace(segment, OfficeSegment{found->header, std::move(found->changes)});
  }
  return latest_->second;
}

void LedgerTable::put_segment(const OfficeSegment& segment) {
  latest_.reset();
  const Bytes body = encode(SegmentBody{segment.header, segment.changes});
  sql_.write(
      "INSERT INTO segment (digest, device, epoch, number, body) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (digest) DO UPDATE SET body = excluded.body",
      {digest_of(segment.header), segment.header.device, segment.header.epoch, segment.header.number, body});
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
  const std::optional<Acceptance> found =
      find_body<Acceptance>(sql_, "SELECT body FROM acceptance WHERE leaf = $1", {leaf});
  if (!found) throw Breakage(Breakage::What::damaged, "an acceptance that was never appended");
  return *found;
}

std::optional<std::uint64_t> LedgerTable::leaf_of(const Acceptance& acceptance) const {
  std::optional<std::uint64_t> leaf;
  sql_.read("SELECT leaf FROM acceptance WHERE hash = $1", {acceptance.leaf_hash()},
            [&](const SqlRow& row) { leaf = number_at(row, 0); });
  return leaf;
}

void LedgerTable::append(const Acceptance& acceptance) {
  const Digest hash = acceptance.leaf_hash();
  const Bytes body = encode(acceptance);
  std::vector<sync::StoredNode> nodes;
  sql_.write("INSERT INTO acceptance (leaf, hash, body) VALUES ($1, $2, $3)", {size(), hash, body});
  frontier().append(hash, nodes);
  for (const sync::StoredNode& node : nodes) {
    if (node.place.level == 0) continue;
    sql_.write("INSERT INTO node (level, place, digest) VALUES ($1, $2, $3)",
               {node.place.level, node.place.index, node.digest});
  }
}

Digest LedgerTable::node(sync::NodePlace place) const {
  std::optional<Digest> found;
  const auto take = [&](const SqlRow& row) { found = digest_at(row, 0); };
  if (place.level == 0) {
    sql_.read("SELECT hash FROM acceptance WHERE leaf = $1", {place.index}, take);
  } else {
    sql_.read("SELECT digest FROM node WHERE level = $1 AND place = $2", {place.level, place.index}, take);
  }
  if (!found) throw Breakage(Breakage::What::damaged, "a node that was never stored");
  return *found;
}

void LedgerTable::put_receipt(const Signed<Receipt>& receipt) {
  sql_.write(
      "INSERT INTO receipt (segment, body) VALUES ($1, $2) "
      "ON CONFLICT (segment) DO UPDATE SET body = excluded.body",
      {receipt.body.segment.digest, encode(receipt)});
}

std::optional<Signed<Receipt>> LedgerTable::find_receipt(const Digest& segment) const {
  return find_body<Signed<Receipt>>(sql_, "SELECT body FROM receipt WHERE segment = $1", {segment});
}

void LedgerTable::add_restore(const Signed<Restore>& restore) {
  sql_.write(
      "INSERT INTO restore (epoch, body) VALUES ($1, $2) ON CONFLICT (epoch) DO UPDATE SET body = "
      "excluded.body",
      {restore.body.restore_epoch, encode(restore)});
}

std::vector<Signed<Restore>> LedgerTable::restores() const {
  std::vector<Signed<Restore>> found;
  sql_.read("SELECT body FROM restore ORDER BY epoch", {},
            [&](const SqlRow& row) { found.push_back(decode_own<Signed<Restore>>(row.bytes(0))); });
  return found;
}

}  // namespace caseload::server
