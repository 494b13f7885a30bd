#include "sync/sharing/mask_difference.h"

#include <algorithm>
#include <limits>

namespace caseload::sync {
namespace {

// The codes on one axis that one of the masks lists, after one that stands for all others.
class Axis {
 public:
  void add(const std::vector<CodeClass>& classes) {
    for (const CodeClass& each : classes) listed_.push_back(each.code);
  }
  void finish() {
    std::sort(listed_.begin(), listed_.end());
    listed_.erase(std::unique(listed_.begin(), listed_.end()), listed_.end());
    while (std::binary_search(listed_.begin(), listed_.end(), other_)) --other_;
  }
  const std::vector<CodeNumber>& listed() const { return listed_; }
  std::size_t size() const { return listed_.size() + 1; }
  CodeNumber code(std::size_t place) const { return place == 0 ? other_ : listed_[place - 1]; }
  std::optional<CodeNumber> name(std::size_t place) const {
    return place == 0 ? std::nullopt : std::optional(listed_[place - 1]);
  }

 private:
  std::vector<CodeNumber> listed_;
  CodeNumber other_ = std::numeric_limits<CodeNumber>::max();
};

// All that either mask knows of one kind.
struct Kind {
  std::vector<SectionNumber> sections;
  Axis types;
  Axis markings;
};

Kind kind_of(const Mask& before, const Mask& after, KindNumber number) {
  Kind kind;
  for (const Mask* mask : {&before, &after})
    for (const MaskRow& row : mask->rows()) {
      if (row.kind != number) continue;
      kind.sections.insert(kind.sections.end(), row.sections.begin(), row.sections.end());
      kind.types.add(row.types);
      kind.markings.add(row.markings);
    }
  std::sort(kind.sections.begin(), kind.sections.end());
  kind.sections.erase(std::unique(kind.sections.begin(), kind.sections.end()), kind.sections.end());
  kind.types.finish();
  kind.markings.finish();
  return kind;
}

std::vector<KindNumber> kinds_of(const Mask& before, const Mask& after) {
  std::vector<KindNumber> numbers;
  for (const Mask* mask : {&before, &after})
    for (const MaskRow& row : mask->rows()) numbers.push_back(row.kind);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

bool may_hold(const Mask& mask, const ObjectFacts& object) {
  return mask.look_up(object).level >= Level::read;
}

}  // namespace

std::vector<CellChange> difference(const Mask& before, const Mask& after) {
  std::vector<CellChange> changes;
  for (const KindNumber number : kinds_of(before, after)) {
    const Kind kind = kind_of(before, after, number);
    for (const SectionNumber section : kind.sections)
      for (std::size_t t = 0; t < kind.types.size(); ++t)
        for (std::size_t m = 0; m < kind.markings.size(); ++m)
          for (const bool own : {false, true}) {
            const ObjectFacts object{number, section, kind.types.code(t), kind.markings.code(m), own};
            const bool gains = may_hold(after, object);
            if (gains != may_hold(before, object))
              changes.push_back({number, section, kind.types.name(t), kind.markings.name(m), own, gains});
          }
  }
  return changes;
}

Mask gained(const Mask& before, const Mask& after) {
  std::vector<MaskRow> rows;
  for (const MaskRow& row : after.rows()) {
    const Kind kind = kind_of(before, after, row.kind);
    std::vector<std::vector<Decision>> sheets;
    for (const bool own : {false, true})
      for (std::size_t t = 0; t < kind.types.size(); ++t)
        for (std::size_t m = 0; m < kind.markings.size(); ++m) {
          std::vector<Decision>& sheet = sheets.emplace_back();
          for (const SectionNumber section : kind.sections) {
            const ObjectFacts object{row.kind, section, kind.types.code(t), kind.markings.code(m), own};
            const bool gains = may_hold(after, object) && !may_hold(before, object);
            sheet.push_back(gains ? after.look_up(object) : Decision{});
          }
        }
    rows.push_back(make_row({row.kind, kind.sections, kind.types.listed(), kind.markings.listed(), sheets}));
  }
  return Mask(std::move(rows));
}

}  // namespace caseload::sync
