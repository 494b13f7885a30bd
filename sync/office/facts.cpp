#include "sync/office/facts.h"

#include <algorithm>

#include "sync/merge/survivor.h"

namespace caseload::sync {
namespace {

const Value* first(const FieldView& view) { return view.in_force.empty() ? nullptr : &view.in_force.front(); }

// Fields of facts, read as what they are; anything else, a newer version's value among them, counts as not written.
Id reference_in(const RecordState& state, const Catalogue& catalogue, FieldNumber field) {
  const FieldView view = state.view(catalogue, field);
  const Value* value = first(view);
  return value != nullptr && value->type() == ValueType::reference ? value->reference() : Id{};
}

CodeNumber code_in(const RecordState& state, const Catalogue& catalogue, FieldNumber field) {
  const FieldView view = state.view(catalogue, field);
  const Value* value = first(view);
  return value != nullptr && value->type() == ValueType::code ? value->code() : CodeNumber{0};
}

std::string text_in(const RecordState& state, const Catalogue& catalogue, FieldNumber field) {
  const FieldView view = state.view(catalogue, field);
  const Value* value = first(view);
  return value != nullptr && value->type() == ValueType::text ? value->text() : std::string();
}

// A moment, or the first moment of a day: an end that is a day lasts through it, so it is the day after.
std::optional<WallTime> moment_in(const RecordState& state, const Catalogue& catalogue, FieldNumber field,
                                  bool as_end) {
  const FieldView view = state.view(catalogue, field);
  const Value* value = first(view);
  if (value == nullptr) return std::nullopt;
  if (value->type() == ValueType::moment) return value->moment();
  if (value->type() == ValueType::date) return WallTime(value->date() + std::chrono::days(as_end ? 1 : 0));
  return std::nullopt;
}

void sooner(std::optional<WallTime>& next, WallTime moment) {
  if (!next || moment < *next) next = moment;
}

}  // namespace

RecordState OfficeFacts::state(const Id& record) const {
  return state_of(record, store_.changes_of_record(record));
}

OfficeFacts::Reading OfficeFacts::read(const Id& record) const {
  std::vector<OfficeChange> changes = store_.changes_of_record(record);
  Reading reading{record, state_of(record, changes), std::nullopt};
  const auto id_of = [](const OfficeChange& held) { return held.change.header.id; };
  const auto created = std::ranges::find(changes, record, id_of);
  reading.created = created == changes.end() ? store_.find(record) : std::optional(std::move(*created));
  return reading;
}

RecordState OfficeFacts::state_of(const Id& record, std::span<const OfficeChange> changes) const {
  RecordState state;
  for (const OfficeChange& held : changes) {
    if (held.position > when_.upto) break;
    apply(record, held, state);
  }
  return state;
}

void OfficeFacts::apply(const Id& record, const OfficeChange& held, RecordState& state) const {
  const ChangeHeader& header = held.change.header;
  if (state.kind() == 0) state = RecordState(record, header.kind);
  const Origin origin{header.id, header.author, {}, header.stamp, held.position, held.accepted};
  for (const Part& part : held.change.parts) state.apply(catalogue_, part, origin);
}

// Those that exist at that position; one without any change up to it has no kind.
std::vector<RecordState> OfficeFacts::records_of(const Id& scope, KindNumber kind) const {
  std::vector<RecordState> records;
  for (const Id& id : store_.records_of(scope, kind)) {
    RecordState record = state(id);
    if (record.kind() == kind) records.push_back(std::move(record));
  }
  return records;
}

std::optional<RecordFacts> OfficeFacts::record(const Id& record) const {
  const Reading found = read(record);
  if (!found.exists_upto(when_.upto)) return std::nullopt;
  const ChangeHeader& created = found.created->change.header;
  return facts_of(found.state, catalogue_, created.scope, created.author);
}

std::optional<RecordFacts> OfficeFacts::record(const Id& record, std::span<const OfficeChange* const> changes) const {
  RecordState state;
  const ChangeHeader* created = nullptr;
  for (const OfficeChange* held : changes) {
    if (held->change.header.creates()) created = &held->change.header;
    apply(record, *held, state);
  }
  return created == nullptr ? std::nullopt
                            : std::optional(facts_of(state, catalogue_, created->scope, created->author));
}

RecordState OfficeFacts::after(RecordState record, const Change& change) const {
  const Origin origin{change.header.id, change.header.author, {}, change.header.stamp, 0, {}};
  for (const Part& part : change.parts) record.apply(catalogue_, part, origin);
  return record;
}

ViewerFacts OfficeFacts::viewer(const OfficeDevice& device) const {
  ViewerFacts facts;
  facts.worker = device.worker;
  facts.standing = device.standing;
  const RecordState worker = state(device.worker);
  facts.provider = reference_in(worker, catalogue_, worker_facts::provider);
  const Id role = reference_in(worker, catalogue_, worker_facts::role);
  const std::string name = role.is_none() ? std::string() : text_in(state(role), catalogue_, role_facts::name);
  if (name.empty()) return facts;
  for (const Value& unit : worker.view(catalogue_, worker_facts::units).in_force) {
    if (unit.type() == ValueType::reference) facts.memberships.push_back({unit.reference(), name});
  }
  if (facts.memberships.empty()) facts.memberships.push_back({Id{}, name});
  return facts;
}

ScopeFacts OfficeFacts::scope(const Id& scope) const {
  ScopeFacts facts;
  const Reading own = read(scope);
  const KindEntry* kind = own.created ? catalogue_.find_kind(own.created->change.header.kind) : nullptr;
  facts.type = kind == nullptr ? ScopeType::office : kind->scope;
  facts.scope = scope;
  std::optional<Reading> survivor;  // that it was merged into
  if (facts.type == ScopeType::case_file) {
    const auto merged_into = [&](const Id& id) {
      return reference_in(id == scope ? own.state : state(id), catalogue_, case_facts::merged_into);
    };
    const Id deciding = find_survivor(scope, merged_into).scope;
    if (deciding != scope) survivor = read(deciding);
  }
  facts.merged = survivor.has_value();
  const Reading& root = survivor ? *survivor : own;
  if (facts.type == ScopeType::case_file) facts.unit = reference_in(root.state, catalogue_, case_facts::unit);
  // A case that is held has nobody yet, but for those who judge in its unit what is held of it.
  const bool is_held = own.created && !own.exists_upto(when_.upto);
  if (is_held && !records_of(scope, kinds::late_work).empty()) facts.unit = scope_to_be(own.created->change).unit;
  if (facts.type == ScopeType::unit) facts.unit = scope;
  if (facts.type == ScopeType::worker_file) {
    facts.owner = scope;
    facts.unit = reference_in(own.state, catalogue_, worker_facts::units);
  }
  add_people(root, facts);
  add_consents(root.record, facts);
  return facts;
}

ScopeFacts OfficeFacts::scope_to_be(const Change& change) const {
  ScopeFacts facts;
  facts.scope = change.header.scope;
  const KindEntry* kind = catalogue_.find_kind(change.header.kind);
  facts.type = kind == nullptr ? ScopeType::office : kind->scope;
  RecordState root(change.header.record, change.header.kind);
  for (const Part& part : change.parts) root.apply(catalogue_, part, Origin{change.header.id, {}, {}, {}, 0, {}});
  if (facts.type != ScopeType::case_file) return facts;
  facts.unit = reference_in(root, catalogue_, case_facts::unit);
  facts.assignments.push_back({change.header.author, AssignmentRole::lead});
  return facts;
}

// Whether a fact has begun and not ended; the next moment at which that changes goes into `next`.
bool OfficeFacts::in_force(const RecordState& state, FieldNumber from, FieldNumber until,
                           std::optional<WallTime>& next) const {
  if (state.void_state(catalogue_) == VoidState::voided) return false;
  std::optional<WallTime> begins;
  std::optional<WallTime> ends;
  if (from != 0) begins = moment_in(state, catalogue_, from, false);
  if (until != 0) ends = moment_in(state, catalogue_, until, true);
  if (ends && *ends <= when_.now) return false;
  if (begins && *begins > when_.now) {
    sooner(next, *begins);
    return false;
  }
  if (ends) sooner(next, *ends);
  return true;
}

void OfficeFacts::add_people(const Reading& root, ScopeFacts& facts) const {
  const Id& scope = root.record;
  const std::vector<RecordState> assignments = records_of(scope, kinds::assignment);
  // A new case is its author's until somebody is assigned.
  if (assignments.empty() && root.exists_upto(when_.upto) && facts.type == ScopeType::case_file) {
    facts.assignments.push_back({root.created->change.header.author, AssignmentRole::lead});
  }
  for (const RecordState& record : assignments) {
    if (!in_force(record, assignment_facts::from, assignment_facts::until, facts.next_change)) continue;
    const CodeNumber as = code_in(record, catalogue_, assignment_facts::role);
    if (as < 1 || as > 4) continue;
    facts.assignments.push_back(
        {reference_in(record, catalogue_, assignment_facts::worker), static_cast<AssignmentRole>(as)});
  }
  for (const RecordState& record : records_of(scope, kinds::referral)) {
    if (!in_force(record, 0, referral_facts::until, facts.next_change)) continue;
    const CodeNumber status = code_in(record, catalogue_, referral_facts::status);
    if (status != number_of(ReferralStatus::sent) && status != number_of(ReferralStatus::accepted)) continue;
    for (const FieldNumber field : {referral_facts::provider, referral_facts::worker}) {
      const Id party = reference_in(record, catalogue_, field);
      if (!party.is_none()) facts.referrals.push_back(party);
    }
  }
  for (const RecordState& record : records_of(scope, kinds::emergency_access)) {
    const FieldView ended = record.view(catalogue_, emergency_facts::ended);
    const bool over = !ended.in_force.empty() && ended.in_force.front() == Value::of_boolean(true);
    if (over || !in_force(record, 0, emergency_facts::until, facts.next_change)) continue;
    facts.emergency.push_back(reference_in(record, catalogue_, emergency_facts::worker));
  }
}

void OfficeFacts::add_consents(const Id& scope, ScopeFacts& facts) const {
  for (const RecordState& record : records_of(scope, kinds::consent)) {
    if (!in_force(record, 0, consent_facts::expires, facts.next_change)) continue;
    if (code_in(record, catalogue_, consent_facts::status) != number_of(ConsentStatus::given)) continue;
    facts.consents.push_back(text_in(record, catalogue_, consent_facts::name));
  }
}

}  // namespace caseload::sync
