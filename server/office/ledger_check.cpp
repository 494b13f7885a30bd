#include "server/office/ledger_check.h"

#include <algorithm>

namespace caseload::server {
namespace {

constexpr std::size_t changes_at_once = 1'000;

class Checker {
 public:
  explicit Checker(const Office& office) : office_(office), store_(office.store()) {}

  LedgerCheck run() {
    check_leaves();
    check_changes();
    return std::move(check_);
  }

 private:
  void problem(std::uint64_t position, std::string what) {
    if (check_.problems.size() < ledger_problems_max) check_.problems.push_back({position, std::move(what)});
  }

  // The tree rebuilt from its leaves has the root that was signed; positions follow each other.
  void check_leaves() {
    const std::optional<sync::Signed<sync::TreeHead>> head = store_.head();
    check_.leaves = store_.ledger_size();
    sync::Frontier frontier;
    std::vector<sync::StoredNode> unused;
    std::uint64_t position = 1;
    for (std::uint64_t leaf = 0; leaf < check_.leaves; ++leaf) {
      const sync::Acceptance acceptance = store_.acceptance(leaf);
      if (acceptance.first_position != position) problem(position, "an acceptance begins elsewhere");
      position = acceptance.end_position();
      unused.clear();
      frontier.append(acceptance.leaf_hash(), unused);
    }
    if (position != store_.last_position() + 1) problem(position, "the log is longer or shorter than the ledger says");
    if (!head) return problem(0, "no signed head");
    const sync::Expected ours{office_.keys().log, office_.keys().ledger.public_key(), checker_};
    if (!verify(*head, ours)) problem(0, "the head is not signed by our ledger key");
    if (head->body.tree != frontier.root()) problem(0, "the signed head is that of another ledger");
  }

  void check_changes() {
    const std::vector<Id> scopes = store_.scopes();
    std::uint64_t after = 0;
    const std::uint64_t last = store_.last_position();
    while (after < last) {
      const std::vector<sync::OfficeChange> some = store_.changes_of_scopes(scopes, {after, last, changes_at_once});
      if (some.empty()) break;
      for (const sync::OfficeChange& change : some) check(change, ++after);
      after = some.back().position;
    }
    if (after != last) problem(after + 1, "no change stands here");
  }

  void check(const sync::OfficeChange& held, std::uint64_t expected) {
    ++check_.changes;
    if (held.position != expected) problem(expected, "no change stands here");
    const sync::ChangeHeader& header = held.change.header;
    if (digest_of(header) != held.digest) problem(held.position, "its header was altered");
    for (const sync::Part& part : held.change.parts) {
      const sync::SectionDigest* named = header.find(part.section);
      if (named == nullptr || named->digest != digest_of(part)) problem(held.position, "a part was altered");
    }
    check_segment(held);
    if (held.leaf >= check_.leaves) return problem(held.position, "its acceptance is missing");
    const sync::Acceptance acceptance = store_.acceptance(held.leaf);
    const bool accepted = acceptance.segment == held.segment && acceptance.position_of(held.index) == held.position;
    if (!accepted) problem(held.position, "its acceptance is for another change");
    if (acceptance.accepted_at != held.accepted) problem(held.position, "its time of acceptance was altered");
  }

  void check_segment(const sync::OfficeChange& held) {
    if (held.segment != segment_) load_segment(held);
    const bool in_segment = held.index < digests_.size() && digests_[held.index] == held.digest;
    if (!in_segment) problem(held.position, "it is not in the segment that its device signed");
  }

  void load_segment(const sync::OfficeChange& held) {
    segment_ = held.segment;
    digests_.clear();
    const std::optional<sync::OfficeSegment> segment = store_.find_segment(held.segment);
    if (!segment) return problem(held.position, "its segment is missing");
    const std::optional<sync::OfficeDevice> device = store_.find_device(segment->header.device);
    std::vector<sync::Member> members;
    for (const Digest& digest : segment->changes)
      members.push_back({static_cast<std::uint16_t>(members.size()), digest});
    if (digest_of(segment->header) != held.segment || !check_members(segment->header, members, {}))
      problem(held.position, "its segment was altered");
    if (!device || !verify_segment(segment->header, device->key, checker_))
      problem(held.position, "its segment is not signed by its device");
    digests_ = segment->changes;
  }

  const Office& office_;
  const ServerStore& store_;
  Ed25519Checker checker_;
  LedgerCheck check_;
  Digest segment_{};
  std::vector<Digest> digests_;
};

}  // namespace

// Acceptances ascend by their first position.
std::optional<std::uint64_t> leaf_at(const ServerStore& store, std::uint64_t position) {
  if (position == 0 || position > store.last_position()) return std::nullopt;
  std::uint64_t low = 0, high = store.ledger_size();
  while (low + 1 < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (store.acceptance(middle).first_position <= position) low = middle;
    else high = middle;
  }
  return low;
}

LedgerCheck check_ledger(const Office& office) { return Checker(office).run(); }

}  // namespace caseload::server
