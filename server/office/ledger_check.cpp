#include "server/office/ledger_check.h"

#include <algorithm>
#include <map>
#include <set>

#include "sync/office/ledger_witness.h"

namespace caseload::server {
namespace {

constexpr std::size_t changes_at_once = 1'000;

class Checker {
 public:
  Checker(const ServerStore& store, const LedgerKeys& keys) : store_(store), keys_(keys), witness_(store) {}

  LedgerCheck run() {
    check_leaves();
    check_changes();
    check_late_work();
    return std::move(check_);
  }

 private:
  void problem(std::uint64_t position, std::string what) {
    if (check_.problems.size() < ledger_problems_max) check_.problems.push_back({position, std::move(what)});
  }
  sync::Expected ours() const { return {keys_.log, keys_.ledger, keys_.checker}; }

  // The tree rebuilt from its leaves has the nodes that are stored and the root that was signed; positions follow each
  // other.
  void check_leaves() {
    const std::optional<sync::Signed<sync::TreeHead>> head = store_.head();
    check_.leaves = store_.ledger_size();
    sync::Frontier frontier;
    std::vector<sync::StoredNode> made;
    std::uint64_t position = 1;
    for (std::uint64_t leaf = 0; leaf < check_.leaves; ++leaf) {
      const sync::Acceptance acceptance = store_.acceptance(leaf);
      if (acceptance.first_position != position) problem(position, "an acceptance begins elsewhere");
      made.clear();
      frontier.append(acceptance.leaf_hash(), made);
      for (const sync::StoredNode& node : made) {
        if (store_.nodes().node(node.place) != node.digest) problem(position, "a node of the ledger was altered");
      }
      position = acceptance.end_position();
    }
    if (position != store_.last_position() + 1) problem(position, "the log is longer or shorter than the ledger says");
    if (!head) return problem(0, "no signed head");
    if (!verify(*head, ours())) problem(0, "the head is not signed by our ledger key");
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
    check_content(held);
    if (const char* what = witness_.problem_of(held)) problem(held.position, what);
    check_places(held);
  }

  void check_content(const sync::OfficeChange& held) {
    const sync::ChangeHeader& header = held.change.header;
    if (digest_of(header) != held.digest) problem(held.position, "its header was altered");
    for (const sync::Part& part : held.change.parts) {
      const sync::SectionDigest* named = header.find(part.section);
      if (named == nullptr || named->digest != digest_of(part)) problem(held.position, "a part was altered");
    }
    if (segment_ != held.segment) check_segment(held);
  }

  // Where the store looks it up is where it says that it belongs.
  void check_places(const sync::OfficeChange& held) {
    const sync::ChangeHeader& header = held.change.header;
    const std::optional<sync::OfficeChange> by_id = store_.find(header.id);
    if (!by_id || by_id->position != held.position) problem(held.position, "it is not found by its name");
    const auto is_this = [&](const sync::OfficeChange& other) { return other.position == held.position; };
    if (std::ranges::none_of(store_.changes_of_record(header.record), is_this))
      problem(held.position, "it is not found by its record");
    const Id only[] = {header.scope};
    if (std::ranges::none_of(store_.changes_of_scopes(only, {held.position - 1, held.position, 1}), is_this))
      problem(held.position, "it is not found by its scope");
    if (!header.creates()) return;
    const auto [known, is_new] = records_.try_emplace({header.scope, header.kind});
    if (is_new) {
      const std::vector<Id> found = store_.records_of(header.scope, header.kind);
      known->second = {found.begin(), found.end()};
    }
    if (!known->second.contains(header.record)) problem(held.position, "its record is not found by its kind");
  }

  // Signed by its device, in its place among that device's, with the receipt that the device was given.
  void check_segment(const sync::OfficeChange& held) {
    segment_ = held.segment;
    const std::optional<sync::OfficeSegment> segment = store_.find_segment(held.segment);
    if (!segment) return problem(held.position, "its segment is missing");
    const sync::SegmentHeader& header = segment->header;
    const std::optional<sync::OfficeDevice> device = store_.find_device(header.device);
    if (!device || !verify_segment(header, device->key, keys_.checker))
      problem(held.position, "its segment is not signed by its device");
    if (store_.segment_by_number(header.device, header.epoch, header.number) != held.segment)
      problem(held.position, "its segment is not found by its number");
    check_receipt(held, header);
  }

  void check_receipt(const sync::OfficeChange& held, const sync::SegmentHeader& header) {
    const std::optional<sync::Signed<sync::Receipt>> receipt = store_.find_receipt(held.segment);
    if (!receipt) return problem(held.position, "the receipt for its segment is missing");
    const sync::Receipt& says = receipt->body;
    const bool fits = says.segment.digest == held.segment && says.segment.count == header.count;
    if (!fits || !verify(*receipt, ours())) problem(held.position, "the receipt for its segment was altered");
    const std::optional<sync::Acceptance> acceptance = says.acceptance();
    if (acceptance && !store_.leaf_of(*acceptance))
      problem(held.position, "the ledger does not have what its receipt says");
  }

  // It stands in no acceptance; its device signed it all the same.
  void check_late_work() {
    for (const Id& id : store_.held()) {
      const std::optional<sync::OfficeChange> held = store_.find(id);
      if (!held) {
        problem(0, "late work is not found by its name");
        continue;
      }
      check_content(*held);
      const std::optional<sync::OfficeSegment> segment = store_.find_segment(held->segment);
      const bool in_segment = segment && held->index < segment->changes.size() &&
                              segment->changes[held->index] == held->digest;
      if (!in_segment) problem(0, "late work is not in the segment that its device signed");
    }
  }

  const ServerStore& store_;
  LedgerKeys keys_;
  sync::LedgerWitness witness_;
  LedgerCheck check_;
  std::optional<Digest> segment_;  // that was checked last
  std::map<std::pair<Id, KindNumber>, std::set<Id>> records_;
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

LedgerCheck check_ledger(const ServerStore& store, const LedgerKeys& keys) { return Checker(store, keys).run(); }

LedgerCheck check_ledger(const Office& office) {
  const Ed25519Checker checker;
  return check_ledger(office.store(), {office.keys().log, office.keys().ledger.public_key(), checker});
}

}  // namespace caseload::server
