#include "tests/simulation/reference.h"

#include <algorithm>

#include "common/record/kinds.h"

namespace caseload::sync {
namespace {

// min(stamp, time of acceptance); a stamp has its milliseconds above 16 bits of counter.
std::uint64_t effective(Stamp stamp, WallTime accepted) {
  return std::min(stamp.value,
                  static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_milliseconds(accepted))) << 16);
}

}  // namespace

void Reference::accept(const Change& change, std::uint64_t position, WallTime accepted_at, const Id& device) {
  CHECK(change.is_whole() && position > 0, "the office accepts whole changes, at positions from 1");
  CHECK(!log_.contains(position), "one change a position");
  log_[position] = Accepted{change, position, accepted_at, device};
  const ChangeHeader& header = change.header;
  records_[header.record].insert(position);
  if (header.creates()) created_[{header.scope, header.kind}].insert(position);
}

void Reference::forget_beyond(std::uint64_t position) {
  for (auto at = log_.upper_bound(position); at != log_.end(); at = log_.erase(at)) {
    const ChangeHeader& header = at->second.change.header;
    records_[header.record].erase(at->first);
    if (records_[header.record].empty()) records_.erase(header.record);
    if (header.creates()) created_[{header.scope, header.kind}].erase(at->first);
  }
}

void Reference::erase(const Id& change, SectionNumber section) {
  for (auto& [position, accepted] : log_) {
    if (accepted.change.header.id != change) continue;
    std::erase_if(accepted.change.parts, [&](const Part& part) { return part.section == section; });
  }
}

std::vector<Id> Reference::records() const {
  std::vector<Id> ids;
  for (const auto& [record, positions] : records_) ids.push_back(record);
  return ids;
}

const Reference::Accepted* Reference::creator(const Id& record) const {
  const auto found = records_.find(record);
  if (found == records_.end()) return nullptr;
  for (const std::uint64_t position : found->second) {
    if (log_.at(position).change.header.id == record) return &log_.at(position);
  }
  return nullptr;
}

const KindEntry* Reference::kind_of(const Id& record) const {
  const auto found = records_.find(record);
  return found == records_.end() ? nullptr
                                 : catalogue_->find_kind(log_.at(*found->second.begin()).change.header.kind);
}

// W \ ⋃ replaces(w). In a set each element is a register of its own.
std::vector<Reference::Unreplaced> Reference::standing(const Id& record, FieldNumber number) const {
  const KindEntry* kind = kind_of(record);
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(number);
  if (field == nullptr) return {};
  const auto register_of = [&](const Write& write) {
    return field->policy == MergePolicy::set ? write.value : Value();
  };
  std::vector<Unreplaced> writes;
  std::set<std::pair<Value, Id>> replaced;
  for (const std::uint64_t position : records_.at(record)) {
    const Accepted& by = log_.at(position);
    for (const Part& part : by.change.parts) {
      if (part.section != field->section) continue;
      for (const Write& write : part.writes) {
        if (write.field != number) continue;
        writes.push_back({&by, &write});
        for (const Id& id : write.replaces) replaced.insert({register_of(write), id});
      }
    }
  }
  std::erase_if(writes, [&](const Unreplaced& w) {
    return replaced.contains({register_of(*w.write), w.by->change.header.id});
  });
  return writes;
}

Reference::Field Reference::field(const Id& record, FieldNumber number) const {
  Field answer;
  std::vector<Unreplaced> all = standing(record, number);
  if (all.empty()) return answer;
  const FieldEntry& entry = *kind_of(record)->find_field(number);
  const auto later = [](const Unreplaced& a, const Unreplaced& b) {
    const auto rank = [](const Unreplaced& w) {
      const ChangeHeader& header = w.by->change.header;
      return std::tuple(effective(header.stamp, w.by->at), header.stamp.value, header.id, w.write->value);
    };
    return rank(a) > rank(b);
  };
  const auto severity = [&](const Value& value) -> int {
    if (value.is_none()) return 0;
    return value.type() == ValueType::code ? catalogue_->severity(entry.code_list, value.code()) : 255;
  };
  std::set<Value> values;
  std::set<Value> different;
  for (const Unreplaced& w : all) different.insert(w.write->value);
  switch (entry.policy) {
    case MergePolicy::set:  // concurrent in and out: in
      for (const Unreplaced& w : all) {
        if (!w.write->out) values.insert(w.write->value);
      }
      break;
    case MergePolicy::once:
      values.insert(std::ranges::min(all, {}, [](const Unreplaced& w) {
                      return std::pair(w.by->position, w.write->value);
                    }).write->value);
      break;
    case MergePolicy::safest: {
      int most = 0;
      for (const Value& value : different) most = std::max(most, severity(value));
      for (const Value& value : different) {
        if (severity(value) == most) values.insert(value);
      }
      break;
    }
    default:
      values.insert(std::ranges::min(all, later).write->value);
  }
  const bool asks = entry.policy == MergePolicy::ask || entry.policy == MergePolicy::safest;
  answer.open = asks && different.size() > 1;  // who wrote the same does not disagree
  values.erase(Value());
  answer.values.assign(values.begin(), values.end());
  return answer;
}

std::optional<Value> Reference::only(const Id& record, FieldNumber number, ValueType type) const {
  const Field found = field(record, number);
  if (found.values.empty() || found.values.front().type() != type) return std::nullopt;
  return found.values.front();
}

Id Reference::id_in(const Id& record, FieldNumber number) const {
  const std::optional<Value> value = only(record, number, ValueType::reference);
  return value ? value->reference() : Id{};
}

CodeNumber Reference::code_in(const Id& record, FieldNumber number) const {
  const std::optional<Value> value = only(record, number, ValueType::code);
  return value ? value->code() : CodeNumber{0};
}

// Voided, and nobody but the voider wrote to it since the voider had read.
bool Reference::is_voided(const Id& record) const {
  const std::optional<Value> voided = only(record, header::voided, ValueType::boolean);
  if (!voided || !voided->boolean()) return false;
  std::vector<Unreplaced> voids = standing(record, header::voided);
  const auto rank = [](const Unreplaced& w) {
    const ChangeHeader& header = w.by->change.header;
    return std::tuple(effective(header.stamp, w.by->at), header.stamp.value, header.id);
  };
  const Accepted& voider = *std::ranges::max(voids, {}, rank).by;
  const std::optional<Value> cursor = only(record, header::void_cursor, ValueType::integer);
  const std::uint64_t read_to =
      cursor && cursor->integer() > 0 ? static_cast<std::uint64_t>(cursor->integer()) : 0;
  for (const FieldEntry& entry : kind_of(record)->fields) {
    for (const Unreplaced& w : standing(record, entry.number)) {
      if (w.by->position > read_to && w.by->change.header.author != voider.change.header.author) return false;
    }
  }
  return true;
}

std::vector<Id> Reference::in_force(const Id& scope, KindNumber kind, Moments moments, WallTime now) const {
  std::vector<Id> ids;  // in the order of their creation
  const auto created = created_.find({scope, kind});
  if (created == created_.end()) return ids;
  for (const std::uint64_t position : created->second) {
    const Id& record = log_.at(position).change.header.record;
    const std::optional<Value> from =
        moments.from == 0 ? std::nullopt : only(record, moments.from, ValueType::moment);
    const std::optional<Value> until =
        moments.until == 0 ? std::nullopt : only(record, moments.until, ValueType::moment);
    const bool begun = !from || from->moment() <= now;
    const bool over = until && until->moment() <= now;
    if (begun && !over && !is_voided(record)) ids.push_back(record);
  }
  return ids;
}

// A chain ends at its survivor, a cycle at its smallest id.
Id Reference::survivor(Id scope) const {
  std::vector<Id> path;
  while (std::ranges::find(path, scope) == path.end()) {
    path.push_back(scope);
    const Id next = id_in(scope, case_facts::merged_into);
    if (next.is_none()) return scope;
    scope = next;
  }
  return *std::min_element(std::ranges::find(path, scope), path.end());
}

ViewerFacts Reference::viewer(const Id& worker, Standing standing) const {
  ViewerFacts facts;
  facts.worker = worker;
  facts.standing = standing;
  facts.provider = id_in(worker, worker_facts::provider);
  const std::optional<Value> role =
      only(id_in(worker, worker_facts::role), role_facts::name, ValueType::text);
  if (!role) return facts;
  for (const Value& unit : field(worker, worker_facts::units).values) {
    if (unit.type() == ValueType::reference) facts.memberships.push_back({unit.reference(), role->text()});
  }
  if (facts.memberships.empty()) facts.memberships.push_back({Id{}, role->text()});
  return facts;
}

ScopeFacts Reference::scope(const Id& scope, WallTime now) const {
  ScopeFacts facts;
  facts.scope = scope;
  const KindEntry* kind = kind_of(scope);
  facts.type = scope == office_scope_ || kind == nullptr ? ScopeType::office : kind->scope;
  if (facts.type == ScopeType::unit) facts.unit = scope;
  if (facts.type == ScopeType::worker_file) {
    facts.owner = scope;
    facts.unit = id_in(scope, worker_facts::units);
  }
  if (facts.type == ScopeType::case_file) {
    const Id deciding = survivor(scope);  // the loser's facts are the survivor's
    facts.unit = id_in(deciding, case_facts::unit);
    add_people(deciding, now, facts);
  }
  return facts;
}

void Reference::add_people(const Id& scope, WallTime now, ScopeFacts& facts) const {
  const auto assigned = created_.find({scope, kinds::assignment});
  const Accepted* begun = creator(scope);
  if (begun != nullptr && (assigned == created_.end() || assigned->second.empty())) {
    facts.assignments.push_back(
        {begun->change.header.author, AssignmentRole::lead});  // until somebody is assigned
  }
  for (const Id& id :
       in_force(scope, kinds::assignment, {assignment_facts::from, assignment_facts::until}, now)) {
    const CodeNumber as = code_in(id, assignment_facts::role);
    if (as < number_of(AssignmentRole::lead) || as > number_of(AssignmentRole::provider)) continue;
    facts.assignments.push_back({id_in(id, assignment_facts::worker), static_cast<AssignmentRole>(as)});
  }
  for (const Id& id : in_force(scope, kinds::referral, {0, referral_facts::until}, now)) {
    const CodeNumber status = code_in(id, referral_facts::status);
    if (status != number_of(ReferralStatus::sent) && status != number_of(ReferralStatus::accepted)) continue;
    facts.referrals.push_back(id_in(id, referral_facts::provider));
    facts.referrals.push_back(id_in(id, referral_facts::worker));
  }
  for (const Id& id : in_force(scope, kinds::consent, {0, consent_facts::expires}, now)) {
    const std::optional<Value> name = only(id, consent_facts::name, ValueType::text);
    if (name && code_in(id, consent_facts::status) == number_of(ConsentStatus::given))
      facts.consents.push_back(name->text());
  }
  for (const Id& id : in_force(scope, kinds::emergency_access, {0, emergency_facts::until}, now)) {
    const std::optional<Value> ended = only(id, emergency_facts::ended, ValueType::boolean);
    if (!ended || !ended->boolean()) facts.emergency.push_back(id_in(id, emergency_facts::worker));
  }
}

Reference::Held Reference::may_hold(const Id& worker, Standing standing, WallTime now) const {
  Held held;
  if (standing == Standing::lost) return held;
  const ViewerFacts who = viewer(worker, Standing::active);
  std::map<Id, ScopeFacts> scopes;
  for (const auto& [record, positions] : records_) {
    const Accepted* created = creator(record);
    if (created == nullptr) continue;
    const ChangeHeader& header = created->change.header;
    if (!scopes.contains(header.scope)) scopes[header.scope] = scope(header.scope, now);
    ObjectFacts object{header.kind, 0, code_in(record, header::type), code_in(record, header::marking),
                       header.author == worker};
    std::map<SectionNumber, bool> may;
    for (const std::uint64_t position : positions) {
      const Change& change = log_.at(position).change;
      for (const Part& part : change.parts) {
        object.section = part.section;
        if (!may.contains(part.section))
          may[part.section] = decide(rules_, who, scopes[header.scope], object).level >= Level::read;
        if (may[part.section]) held.insert({change.header.id, part.section});
      }
    }
  }
  return held;
}

}  // namespace caseload::sync
