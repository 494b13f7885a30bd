#include "sync/ledger/receipt.h"

namespace caseload::sync {
namespace {

Fault unsound(const char* why) { return Fault(Fault::bad_value, why); }

// Every change once: three sets that do not meet and together are the segment.
Result<void> check_judgements(const Receipt& receipt) {
  const SegmentName& segment = receipt.segment;
  ChangeBits known;
  std::size_t next = 0;
  for (const KnownChange& change : receipt.known) {
    if (change.index < next || change.index >= segment.count) return unsound("known changes out of order");
    if (change.position == 0 || change.position > position_max) return unsound("a position that no log has");
    known.add(change.index);
    next = change.index + std::size_t{1};
  }
  const std::size_t judged = receipt.accepted.count() + receipt.late.count() + known.count();
  if (judged != segment.count) return unsound("changes judged twice, or not at all");
  if ((receipt.accepted | receipt.late | known) != ChangeBits::first(segment.count)) {
    return unsound("changes judged that the segment does not have, or judged twice");
  }
  return {};
}

}  // namespace

Result<void> Receipt::check() const {
  if (log.is_none() || segment.device.is_none()) return unsound("nobody named");
  if (segment.number == 0) return unsound("segments are numbered from 1");
  if (segment.count == 0 || segment.count > segment_changes_max) return unsound("a segment of no size");
  if (const Result<void> judged = check_judgements(*this); !judged) return judged;
  if (head_size > position_max) return unsound("a size that no ledger has");
  const std::optional<Acceptance> leaf = acceptance();
  if (leaf.has_value()) {
    if (head_size == 0) return unsound("accepted by an empty ledger");
    return leaf->check();
  }
  if (first_position != 0 || accepted_at != WallTime{}) return unsound("a position or time of nothing");
  return {};
}

Receipt::Judgement Receipt::judgement_of(std::size_t index) const {
  CHECK(index < segment.count, "a change of the segment");
  if (accepted.has(index)) return Judgement::accepted;
  return late.has(index) ? Judgement::late : Judgement::known;
}

std::optional<std::uint64_t> Receipt::position_of(std::size_t index) const {
  if (accepted.has(index)) return first_position + accepted.count_before(index);
  for (const KnownChange& change : known) {
    if (change.index == index) return change.position;
  }
  return std::nullopt;
}

WallTime Receipt::accepted_at_of(std::size_t index) const {
  for (const KnownChange& change : known) {
    if (change.index == index) return change.accepted_at;
  }
  return accepted_at;
}

std::optional<Acceptance> Receipt::acceptance() const {
  if (accepted.empty()) return std::nullopt;
  return Acceptance{segment.digest, first_position, accepted_at, accepted};
}

}  // namespace caseload::sync
