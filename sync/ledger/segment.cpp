#include "sync/ledger/segment.h"

#include <algorithm>

#include "common/crypto/hash.h"
#include "sync/ledger/proof.h"

namespace caseload::sync {
namespace {

Bytes signed_bytes(const SegmentHeader& segment) {
  SegmentHeader unsigned_part = segment;
  unsigned_part.signature = {};
  Bytes bytes = to_bytes(as_bytes("caseload/segment/1"));
  append(bytes, encode(unsigned_part));
  return bytes;
}

std::vector<Digest> leaves_of(std::span<const Digest> changes) {
  std::vector<Digest> leaves;
  leaves.reserve(changes.size());
  for (const Digest& change : changes) leaves.push_back(merkle_leaf(change));
  return leaves;
}

}  // namespace

Digest digest_of(const SegmentHeader& segment) {
  Bytes bytes = to_bytes(as_bytes("caseload/segment_digest/1"));
  append(bytes, encode(segment));
  return sha256(bytes);
}

std::size_t segment_cut(std::span<const std::size_t> parts_bytes) {
  std::size_t taken = 0;
  std::size_t bytes = 0;
  while (taken < parts_bytes.size() && taken < segment_changes_max) {
    bytes += parts_bytes[taken];
    if (taken > 0 && bytes > segment_parts_bytes_max) break;
    ++taken;
  }
  return taken;
}

void close_segment(SegmentHeader& segment, std::span<const Digest> changes, const Signer& signer) {
  CHECK(!changes.empty() && changes.size() <= segment_changes_max, "a segment has 1 to 256 changes");
  segment.count = static_cast<std::uint16_t>(changes.size());
  segment.root = merkle_root(leaves_of(changes));
  segment.signature = signer.sign(signed_bytes(segment));
}

Result<void> verify_segment(const SegmentHeader& segment, const PublicKey& device_key,
                            const SignatureChecker& checker) {
  if (segment.format != segment_format) return Fault(Fault::upgrade_needed, "a segment of a later format");
  if (segment.device.is_none() || segment.epoch == 0 || segment.number == 0 || segment.first_seq == 0) {
    return Fault(Fault::bad_segment, "a segment names its device, epoch, number and first change");
  }
  if (segment.count == 0 || segment.count > segment_changes_max) return Fault(Fault::bad_segment, "1 to 256 changes");
  return checker.verify(device_key, signed_bytes(segment), segment.signature);
}

std::vector<Digest> prove_members(std::span<const Digest> all_changes, std::span<const std::uint16_t> indexes) {
  const TreeNodes tree(leaves_of(all_changes));
  const std::vector<std::uint64_t> wide(indexes.begin(), indexes.end());
  return multi_proof(tree, all_changes.size(), wide);
}

Result<void> check_members(const SegmentHeader& segment, std::span<const Member> members,
                           std::span<const Digest> proof) {
  std::vector<ProvedLeaf> leaves;
  leaves.reserve(members.size());
  for (const Member& member : members) leaves.push_back({member.index, merkle_leaf(member.change)});
  return verify_multi_proof(TreeRoot{segment.count, segment.root}, leaves, proof);
}

}  // namespace caseload::sync
