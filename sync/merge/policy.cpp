#include "sync/merge/policy.h"

#include <algorithm>
#include <tuple>

namespace caseload::sync {
namespace {

// Accepted writes by position, then pending ones in the order of their stamps.
bool accepted_first(const HeldWrite& a, const HeldWrite& b) {
  if (a.origin.is_pending() != b.origin.is_pending()) return b.origin.is_pending();
  if (a.origin.position != b.origin.position) return a.origin.position < b.origin.position;
  return std::tie(a.origin.stamp, a.origin.change, a.value) < std::tie(b.origin.stamp, b.origin.change, b.value);
}

bool agree(std::span<const HeldWrite> standing) {
  return std::ranges::all_of(standing, [&](const HeldWrite& write) { return write.value == standing.front().value; });
}

}  // namespace

Stamp effective_time(const Origin& origin) {
  return origin.is_pending() ? origin.stamp : std::min(origin.stamp, Stamp::at(origin.accepted));
}

bool earlier(const HeldWrite& a, const HeldWrite& b) {
  const Stamp time_a = effective_time(a.origin);
  const Stamp time_b = effective_time(b.origin);
  return std::tie(time_a, a.origin.stamp, a.origin.change, a.value) <
         std::tie(time_b, b.origin.stamp, b.origin.change, b.value);
}

Settled settle_latest(std::span<const HeldWrite> standing) {
  if (standing.empty()) return {};
  return {{&*std::ranges::max_element(standing, earlier)}, false};
}

// People who wrote the same without knowing of each other agree: there is nothing to ask.
Settled settle_ask(std::span<const HeldWrite> standing) {
  Settled settled = settle_latest(standing);
  settled.open = standing.size() > 1 && !agree(standing);
  return settled;
}

Settled settle_safest(std::span<const HeldWrite> standing, Severity severity) {
  Settled settled;
  std::uint8_t greatest = 0;
  for (const HeldWrite& write : standing) {
    const std::uint8_t found = severity.of(severity.context, write.value);
    if (settled.in_force.empty() || found > greatest) {
      settled.in_force.clear();
      greatest = found;
    }
    const bool known =
        std::ranges::any_of(settled.in_force, [&](const HeldWrite* w) { return w->value == write.value; });
    if (found == greatest && !known) settled.in_force.push_back(&write);
  }
  std::ranges::sort(settled.in_force, [](const HeldWrite* a, const HeldWrite* b) { return earlier(*a, *b); });
  settled.open = standing.size() > 1 && !agree(standing);
  return settled;
}

Settled settle_once(std::span<const HeldWrite> standing) {
  if (standing.empty()) return {};
  return {{&*std::ranges::min_element(standing, accepted_first)}, false};
}

Settled settle_set(std::span<const HeldWrite> standing) {
  if (standing.empty()) return {};
  const HeldWrite* chosen = nullptr;
  for (const HeldWrite& write : standing) {
    const bool better =
        chosen == nullptr || (chosen->out && !write.out) || (chosen->out == write.out && earlier(*chosen, write));
    if (better) chosen = &write;
  }
  return {{chosen}, false};
}

Settled settle(MergePolicy policy, std::span<const HeldWrite> standing, Severity severity) {
  switch (policy) {
    case MergePolicy::latest: return settle_latest(standing);
    case MergePolicy::ask: return settle_ask(standing);
    case MergePolicy::safest: return settle_safest(standing, severity);
    case MergePolicy::once: return settle_once(standing);
    case MergePolicy::set: return settle_set(standing);
  }
  return settle_ask(standing);
}

}  // namespace caseload::sync
