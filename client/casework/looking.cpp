#include "client/casework/looking.h"

#include <algorithm>

#include "client/casework/rights.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

using sync::AuditAction;
using sync::AuditOutcome;

bool hit_is_shown(const Workplace& place, const SearchHit& hit) {
  const KindEntry* kind = place.catalogue().find_kind(hit.entry.row.kind);
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(hit.field);
  return is_readable(place, hit.entry.row.kind, field == nullptr ? header::section : field->section);
}

std::optional<Value> first_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field,
                              ValueType type) {
  const sync::FieldView view = state.view(catalogue, field);
  if (view.in_force.empty() || view.in_force.front().type() != type) return std::nullopt;
  return view.in_force.front();
}

}  // namespace

bool is_readable(const Workplace& place, KindNumber kind, SectionNumber section) {
  const sync::LeaseState state = place.lease_now().state;
  if (state == sync::LeaseState::locked) return false;
  if (state != sync::LeaseState::safety_read_only) return true;
  return section == header::section || sync::is_safety_section(kind, section);
}

Result<void> begin_looking(Workplace& place, const Looking& at) {
  const sync::LeaseVerdict lease = place.lease_now();
  const bool locked = lease.state == sync::LeaseState::locked;
  sync::AuditEntry entry{place.clock.now(), place.worker, role_name(place), at.action, at.scope, at.record, {},
                         locked ? AuditOutcome::refused : AuditOutcome::done, {}};
  // A role by a name that no rule could use: who it was stands there all the same.
  if (!entry.check()) entry.role.clear();
  const Result<std::uint64_t> kept = place.audit.append(entry);
  if (!kept) return kept.fault();
  if (locked) return lease.why.value_or(Fault::lease_ended);
  return {};
}

sync::RecordState readable(const Workplace& place, const Id& record) {
  sync::RecordState state = place.store.record(record);
  const KindEntry* kind = place.catalogue().find_kind(state.kind());
  if (kind == nullptr) return state;
  for (const SectionEntry& section : kind->sections) {
    if (!is_readable(place, state.kind(), section.number)) state.drop(place.catalogue(), section.number);
  }
  return state;
}

Fault why_not_here(const Workplace& place, const Id& record) {
  const auto among = [&](const std::vector<Id>& ids) { return std::ranges::find(ids, record) != ids.end(); };
  if (among(place.store.late())) return Fault::held;
  return among(place.store.declined()) ? Fault::declined : Fault::not_found;
}

Result<SearchResult> look_for(Workplace& place, const SearchQuery& query) {
  // What nobody can mean is refused before anything is looked for; it is no search.
  if (Result<std::string> words = match_text(query.text); !words) return words.fault();
  const Looking at{AuditAction::search, query.scope.value_or(Id{}), {}};
  if (Result<void> leave = begin_looking(place, at); !leave) return leave.fault();
  Result<SearchResult> found = search(place.store, query);
  if (found) std::erase_if(found->hits, [&](const SearchHit& hit) { return !hit_is_shown(place, hit); });
  return found;
}

Id reference_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field) {
  const std::optional<Value> value = first_of(catalogue, state, field, ValueType::reference);
  return value ? value->reference() : Id{};
}

std::string text_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field) {
  const std::optional<Value> value = first_of(catalogue, state, field, ValueType::text);
  return value ? value->text() : std::string();
}

CodeNumber code_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field) {
  const std::optional<Value> value = first_of(catalogue, state, field, ValueType::code);
  return value ? value->code() : CodeNumber{0};
}

std::optional<WallTime> moment_of(const Catalogue& catalogue, const sync::RecordState& state, FieldNumber field) {
  const std::optional<Value> value = first_of(catalogue, state, field, ValueType::moment);
  return value ? std::optional(value->moment()) : std::nullopt;
}

std::string code_name(const Catalogue& catalogue, const FieldEntry& field, CodeNumber code) {
  const bool answer = code >= answer_first && code <= answer_last;
  for (const CodeList& list : catalogue.code_lists()) {
    if (list.number != field.code_list && !(answer && list.name == "answer")) continue;
    if (const CodeEntry* entry = list.find(code)) return entry->name;
  }
  return std::to_string(code);
}

std::string type_name(const Catalogue& catalogue, const sync::RecordState& state) {
  const KindEntry* kind = catalogue.find_kind(state.kind());
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(header::type);
  const CodeNumber code = code_of(catalogue, state, header::type);
  return field == nullptr || code == 0 ? std::string() : code_name(catalogue, *field, code);
}

}  // namespace caseload::client
