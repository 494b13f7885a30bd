#include "sync/office/sight.h"

#include <algorithm>

namespace caseload::sync {

std::vector<SectionNumber> Sight::seen(const Mask& mask, const Id& record) {
  const auto [at, is_new] = records_.try_emplace(record);
  if (is_new) at->second = facts_.record(record);
  if (!at->second) return {};
  return visible_sections(mask, *at->second, with_.device.worker, with_.catalogue);
}

std::vector<SectionNumber> Sight::newly_seen(const CoverageEntry& entry, const Id& record) {
  std::vector<SectionNumber> now = seen(entry.mask, record);
  const std::vector<SectionNumber> before = seen(entry.backfill->held, record);
  std::erase_if(now, [&](SectionNumber section) { return std::ranges::binary_search(before, section); });
  return now;
}

bool moves_visibility(const Change& change) {
  if (change.header.creates()) return false;
  const Part* part = change.find(header::section);
  return part != nullptr && std::ranges::any_of(part->writes, [](const Write& write) {
           return write.field == header::type || write.field == header::marking;
         });
}

}  // namespace caseload::sync
