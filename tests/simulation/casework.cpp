#include "tests/simulation/casework.h"

#include <string>

namespace caseload::sync {
namespace {

Value text(const std::string& words) { return Value::of_text(words); }
Value code(std::uint64_t number) { return Value::of_code(static_cast<CodeNumber>(number)); }
Value link(const Id& id) { return Value::of_reference(id); }

// A person at a laptop, looking for something to do.
class Worker {
 public:
  Worker(const Laptop& laptop, const Office& office, Random& random) : laptop_(laptop), office_(office), random_(random) {}

  std::optional<Act> act(StepKind kind);

 private:
  // Words that nobody else writes, so that a value found somewhere tells where it came from.
  std::string words(const char* about) { return std::string(about) + " " + std::to_string(random_.next() % 1'000'000); }
  Value moment(Duration from_now) const { return Value::of_moment(laptop_.clock.now() + from_now); }

  template <class Choose>
  std::optional<RecordRow> pick(Choose choose) {
    std::vector<RecordRow> found;
    for (const auto& [id, record] : laptop_.store.contents().records) {
      if (record.row.kind < kinds::worker && choose(record)) found.push_back(record.row);
    }
    if (found.empty()) return std::nullopt;
    return found[random_.below(found.size())];
  }
  std::optional<RecordRow> pick_kind(KindNumber kind) {
    return pick([&](const MemoryDeviceStore::Record& record) { return record.row.kind == kind; });
  }
  const Office::Person& somebody(const std::string& role);

  std::optional<Act> in_a_case(KindNumber kind, std::vector<FieldWrite> writes);
  std::optional<Act> on_a(KindNumber kind, std::vector<FieldWrite> writes);
  std::optional<Act> resolve();
  std::optional<Act> note(StepKind kind);
  std::optional<Act> safety(StepKind kind);
  std::optional<Act> others(StepKind kind);
  std::optional<Act> people(StepKind kind);

  const Laptop& laptop_;
  const Office& office_;
  Random& random_;
};

// Somebody of that role, if there is one; else anybody.
const Office::Person& Worker::somebody(const std::string& role) {
  std::vector<const Office::Person*> fitting;
  for (const Office::Person& person : office_.people) {
    if (person.role == role) fitting.push_back(&person);
  }
  return fitting.empty() ? office_.people[random_.below(office_.people.size())] : *fitting[random_.below(fitting.size())];
}

std::optional<Act> Worker::in_a_case(KindNumber kind, std::vector<FieldWrite> writes) {
  const std::optional<RecordRow> chosen = pick_kind(kinds::case_file);
  if (!chosen) return std::nullopt;
  return Act{kind, chosen->scope, {}, std::move(writes)};
}

std::optional<Act> Worker::on_a(KindNumber kind, std::vector<FieldWrite> writes) {
  const std::optional<RecordRow> chosen = pick_kind(kind);
  if (!chosen) return std::nullopt;
  return Act{kind, chosen->scope, chosen->record, std::move(writes)};
}

// One open conflict, settled in favour of one of the values that stand.
std::optional<Act> Worker::resolve() {
  const auto open = [](const MemoryDeviceStore::Record& record) { return !record.state.open_conflicts(Catalogue::built_in()).empty(); };
  const std::optional<RecordRow> chosen = pick(open);
  if (!chosen) return std::nullopt;
  const std::vector<FieldView> conflicts = laptop_.store.record(chosen->record).open_conflicts(Catalogue::built_in());
  const FieldView& conflict = conflicts[random_.below(conflicts.size())];
  const HeldWrite& better = conflict.standing[random_.below(conflict.standing.size())];
  return Act{chosen->kind, chosen->scope, chosen->record, {{conflict.entry->number, better.value, false}}};
}

std::optional<Act> Worker::note(StepKind kind) {
  switch (kind) {
    case StepKind::note:
      return in_a_case(kinds::note, {{header::type, code(1 + random_.below(5))}, {header::occurred, moment(-std::chrono::hours(1))},
                                     {20, text(words("visit"))}, {25, text(words("place"))}});
    case StepKind::oversight:
      return in_a_case(kinds::note, {{header::type, code(number_of(random_.chance(1, 2) ? NoteType::oversight : NoteType::decision))},
                                     {20, text(words("oversight"))}, {32, text(words("impact"))}, {34, text(words("decision"))}});
    case StepKind::sign_off: return on_a(kinds::note, {{header::signed_off, Value::of_boolean(true)}});
    case StepKind::amend: {
      const std::optional<RecordRow> amended = pick_kind(kinds::note);
      if (!amended) return std::nullopt;
      return Act{kinds::amendment, amended->scope, {}, {{16, link(amended->record)}, {17, text(words("amended"))}}};
    }
    default: return std::nullopt;
  }
}

std::optional<Act> Worker::safety(StepKind kind) {
  switch (kind) {
    case StepKind::risk:
      return in_a_case(kinds::risk, {{header::type, code(1 + random_.below(5))}, {16, code(1 + random_.below(5))},
                                     {27, text(words("rationale"))}, {30, text(words("plan"))}});
    case StepKind::change_risk:
      return on_a(kinds::risk, random_.chance(1, 2) ? std::vector<FieldWrite>{{16, code(1 + random_.below(5))}}
                                                    : std::vector<FieldWrite>{{16, code(1 + random_.below(5))}, {27, text(words("rationale"))}});
    case StepKind::incident:
      return in_a_case(kinds::incident, {{header::type, code(1)}, {16, code(1 + random_.below(4))}, {18, text(words("happened"))}});
    case StepKind::mark: {
      const auto markable = [](const MemoryDeviceStore::Record& record) { return record.row.kind != kinds::assignment; };
      const std::optional<RecordRow> chosen = pick(markable);
      if (!chosen) return std::nullopt;
      return Act{chosen->kind, chosen->scope, chosen->record, {{header::marking, code(1 + random_.below(2))}}};
    }
    case StepKind::emergency:
      return in_a_case(kinds::emergency_access, {{emergency_facts::worker, link(laptop_.identity.worker)},
                                                 {emergency_facts::until, moment(std::chrono::hours(1 + random_.below(72)))}});
    case StepKind::end_emergency: return on_a(kinds::emergency_access, {{emergency_facts::ended, Value::of_boolean(true)}});
    default: return std::nullopt;
  }
}

std::optional<Act> Worker::people(StepKind kind) {
  switch (kind) {
    case StepKind::assign:
      return in_a_case(kinds::assignment, {{assignment_facts::worker, link(somebody(random_.chance(3, 4) ? "caseworker" : "manager").worker)},
                                           {assignment_facts::role, code(1 + random_.below(3))}, {assignment_facts::from, moment({})}});
    case StepKind::unassign: return on_a(kinds::assignment, {{assignment_facts::until, moment(std::chrono::hours(random_.below(3) * 12))}});
    case StepKind::consent:
      return in_a_case(kinds::consent, {{consent_facts::name, text(random_.chance(2, 3) ? "service" : "safety")},
                                        {consent_facts::status, code(number_of(ConsentStatus::given))}, {21, text(words("share"))}});
    case StepKind::withdraw_consent: return on_a(kinds::consent, {{consent_facts::status, code(number_of(ConsentStatus::withdrawn))}});
    case StepKind::refer:
      return in_a_case(kinds::referral, {{referral_facts::provider, link(office_.providers.front())},
                                         {referral_facts::status, code(number_of(ReferralStatus::sent))}, {22, text(words("reason"))}});
    case StepKind::end_referral: return on_a(kinds::referral, {{referral_facts::status, code(1 + random_.below(4))}});
    case StepKind::report: {
      const std::optional<RecordRow> referral = pick_kind(kinds::referral);
      if (!referral) return std::nullopt;
      return Act{kinds::service_report, referral->scope, {}, {{16, link(referral->record)}, {17, link(office_.providers.front())},
                                                              {18, text(words("report"))}}};
    }
    default: return std::nullopt;
  }
}

std::optional<Act> Worker::others(StepKind kind) {
  switch (kind) {
    case StepKind::open_case:
      return Act{kinds::case_file, {}, {}, {{case_facts::unit, link(office_.units[random_.below(8) == 0 ? 1 : 0])}, {20, text(words("case"))},
                                            {case_facts::status, code(number_of(CaseStatus::open))}, {27, text("new")}}};
    case StepKind::person: return in_a_case(kinds::person, {{17, text(words("name"))}, {31, text(words("address"))}});
    case StepKind::action:
      return in_a_case(kinds::action, {{16, code(number_of(ActionStatus::open))}, {18, text(words("do"))}});
    case StepKind::finish_action: return on_a(kinds::action, {{16, code(1 + random_.below(4))}, {28, text(words("evidence"))}});
    case StepKind::set_field:
      return on_a(kinds::case_file, random_.chance(1, 2) ? std::vector<FieldWrite>{{20, text(words("case"))}}
                                                         : std::vector<FieldWrite>{{case_facts::status, code(1 + random_.below(4))}});
    case StepKind::tag: return on_a(kinds::case_file, {{27, text("tag " + std::to_string(random_.below(3)))}});
    case StepKind::untag: return on_a(kinds::case_file, {{27, text("tag " + std::to_string(random_.below(3))), true}});
    case StepKind::void_record: {
      const std::optional<RecordRow> chosen = pick([](const MemoryDeviceStore::Record& r) { return r.row.kind != kinds::case_file; });
      if (!chosen) return std::nullopt;
      const auto cursor = static_cast<std::int64_t>(laptop_.store.state().cursor);
      return Act{chosen->kind, chosen->scope, chosen->record, {{header::voided, Value::of_boolean(random_.chance(3, 4))},
                                                               {header::void_cursor, Value::of_integer(cursor)}}};
    }
    case StepKind::resolve: return resolve();
    case StepKind::merge_case: {
      const std::optional<RecordRow> into = pick_kind(kinds::case_file);
      return into ? on_a(kinds::case_file, {{case_facts::merged_into, link(into->record)}}) : std::nullopt;
    }
    case StepKind::undo_merge: return on_a(kinds::case_file, {{case_facts::merged_into, Value()}});
    default: return std::nullopt;
  }
}

std::optional<Act> Worker::act(StepKind kind) {
  if (std::optional<Act> found = note(kind)) return found;
  if (std::optional<Act> found = safety(kind)) return found;
  if (std::optional<Act> found = people(kind)) return found;
  return others(kind);
}

}  // namespace

std::optional<Act> casework_act(StepKind kind, const Laptop& laptop, const Office& office, Random& random) {
  return Worker(laptop, office, random).act(kind);
}

}  // namespace caseload::sync
