#include "sync/merge/merge.h"

#include <algorithm>

namespace caseload::sync {
namespace {

bool by_change(const HeldWrite& a, const HeldWrite& b) {
  return std::tie(a.origin.change, a.value) < std::tie(b.origin.change, b.value);
}

struct SeverityContext {
  const Catalogue* catalogue;
  std::uint16_t code_list;
};

// A boolean that protects (an alert that stands) is safer than one that does not; an emptied field protects nobody.
std::uint8_t severity_of(const void* context, const Value& value) {
  const auto& known = *static_cast<const SeverityContext*>(context);
  if (value.is_none()) return 0;
  if (value.type() == ValueType::code) return known.catalogue->severity(known.code_list, value.code());
  if (value.type() == ValueType::boolean) return value.boolean() ? 1 : 0;
  return UINT8_MAX;
}

}  // namespace

void FieldState::apply(HeldWrite write, std::span<const Id> replaces) {
  for (const Id& id : replaces) {
    const auto at = std::ranges::lower_bound(replaced_, id);
    if (at != replaced_.end() && *at == id) continue;
    replaced_.insert(at, id);
    std::erase_if(standing_, [&](const HeldWrite& w) { return w.origin.change == id; });
  }
  if (std::ranges::binary_search(replaced_, write.origin.change)) return;
  standing_.insert(std::ranges::upper_bound(standing_, write, by_change), std::move(write));
}

void FieldState::accept(const Id& change, std::uint64_t position, WallTime accepted) {
  for (HeldWrite& write : standing_) {
    if (write.origin.change != change) continue;
    write.origin.position = position;
    write.origin.accepted = accepted;
  }
}

void RecordState::apply(const Catalogue& catalogue, const Part& part, const Origin& origin) {
  const KindEntry* kind = catalogue.find_kind(kind_);
  if (kind == nullptr) return;
  for (const Write& write : part.writes) {
    const FieldEntry* field = kind->find_field(write.field);
    if (field == nullptr || field->section != part.section) continue;
    FieldKey key{write.field, {}};
    if (field->policy == MergePolicy::set) key.element = write.value;
    fields_[key].apply(HeldWrite{origin, write.value, write.out}, write.replaces);
  }
}

void RecordState::accept(const Id& change, std::uint64_t position, WallTime accepted) {
  for (auto& [key, field] : fields_) field.accept(change, position, accepted);
}

void RecordState::drop(const Catalogue& catalogue, SectionNumber section) {
  const KindEntry* kind = catalogue.find_kind(kind_);
  if (kind == nullptr) return;
  std::erase_if(fields_, [&](const auto& entry) {
    const FieldEntry* field = kind->find_field(entry.first.field);
    return field != nullptr && field->section == section;
  });
}

FieldView RecordState::view(const Catalogue& catalogue, FieldNumber number) const {
  FieldView view;
  const KindEntry* kind = catalogue.find_kind(kind_);
  view.entry = kind == nullptr ? nullptr : kind->find_field(number);
  if (view.entry == nullptr) return view;
  const SeverityContext context{&catalogue, view.entry->code_list};
  for (auto at = fields_.lower_bound(FieldKey{number, {}}); at != fields_.end() && at->first.field == number; ++at) {
    const Settled settled = settle(view.entry->policy, at->second.standing(), Severity{severity_of, &context});
    for (const HeldWrite* write : settled.in_force) {
      if (!write->out && !write->value.is_none()) view.in_force.push_back(write->value);
    }
    view.open = view.open || settled.open;
    view.standing.insert(view.standing.end(), at->second.standing().begin(), at->second.standing().end());
  }
  return view;
}

std::vector<FieldView> RecordState::open_conflicts(const Catalogue& catalogue) const {
  std::vector<FieldView> open;
  for (auto at = fields_.begin(); at != fields_.end();
       at = fields_.upper_bound(FieldKey{at->first.field, Value::of_tag(255, {})})) {
    FieldView seen = view(catalogue, at->first.field);
    if (seen.open) open.push_back(std::move(seen));
  }
  return open;
}

std::vector<Id> RecordState::known(const FieldKey& key) const {
  std::vector<Id> ids;
  const auto found = fields_.find(key);
  if (found == fields_.end()) return ids;
  for (const HeldWrite& write : found->second.standing()) ids.push_back(write.origin.change);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

VoidState RecordState::void_state(const Catalogue& catalogue) const {
  const FieldView voided = view(catalogue, header::voided);
  if (voided.in_force.empty() || !voided.in_force.front().boolean()) return VoidState::not_voided;
  const HeldWrite& voider = *std::ranges::max_element(voided.standing, earlier);
  const FieldView cursor = view(catalogue, header::void_cursor);
  const std::uint64_t read_to =
      cursor.in_force.empty() ? 0 : static_cast<std::uint64_t>(cursor.in_force.front().integer());
  const auto unread = [&](const HeldWrite& write) {
    const bool beyond = write.origin.is_pending() || write.origin.position > read_to;
    return beyond && write.origin.author != voider.origin.author && write.origin.change != voider.origin.change;
  };
  for (const auto& [key, field] : fields_) {
    // Two people who void the same record agree: that is no writing to it.
    if (key.field == header::voided || key.field == header::void_reason || key.field == header::void_cursor) continue;
    if (std::ranges::any_of(field.standing(), unread)) return VoidState::voided_but_written_to;
  }
  return VoidState::voided;
}

}  // namespace caseload::sync
