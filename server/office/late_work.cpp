#include "server/office/late_work.h"

#include <algorithm>
#include <set>

#include "common/practice/calendar.h"
#include "server/office/late_opening.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

using sync::OfficeChange;
using Transaction = sync::StoreTransaction<sync::OfficeStore>;

constexpr const char* seen_name = "late/seen";  // up to which position the cases of open records were looked at

const Catalogue& catalogue() { return Catalogue::built_in(); }

// What somebody decided, as it stands in the record.
struct Decided {
  LateDecision decision = LateDecision::waiting;
  Id by;
  std::string reason;
};

Value first_of(const sync::RecordState& state, FieldNumber field) {
  const std::vector<Value> values = state.view(catalogue(), field).in_force;
  return values.empty() ? Value() : values.front();
}

// Two who decided without knowing of each other are asked first: until then nothing was decided.
Decided decision_in(const sync::RecordState& state) {
  const sync::FieldView view = state.view(catalogue(), late_facts::decision);
  if (view.open || view.standing.size() != 1 || view.in_force.empty()) return {};
  if (view.in_force.front().type() != ValueType::code) return {};
  const Value reason = first_of(state, late_field("decision_reason"));
  return {static_cast<LateDecision>(view.in_force.front().code()), view.standing.front().origin.author,
          reason.type() == ValueType::text ? reason.text() : std::string()};
}

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\n") == std::string::npos; }

// Tending: one round over what waits.
class Tending {
 public:
  explicit Tending(Office& office) : office_(office), store_(office.store()), now_(office.clock().now()) {}

  Tended tend() {
    const std::set<Id> news = cases_with_news(open_late_work(store_));
    open_new();
    const std::vector<OpenLateWork> open = open_late_work(store_);
    for (const OpenLateWork& late : open) {
      if (news.contains(late.scope)) look_at(late);
    }
    for (const OpenLateWork& late : open_late_work(store_)) escalate(late);
    std::ranges::sort(done_.scopes);
    const auto twice = std::ranges::unique(done_.scopes);
    done_.scopes.erase(twice.begin(), twice.end());
    remember_seen();
    return std::move(done_);
  }

 private:
  void open_new() {
    std::set<Id> opened;
    for (const OpenLateWork& late : open_late_work(store_)) opened.insert(late.changes.begin(), late.changes.end());
    std::vector<Id> fresh = store_.held();
    std::erase_if(fresh, [&](const Id& id) { return opened.contains(id); });
    if (fresh.empty()) return;
    for (const LateGroup& group : late_groups(office_, fresh)) {
      if (count(open_late_record(office_, group), group.scope)) ++done_.opened;
    }
  }

  // Only there anything can have been decided or marked since the last time.
  std::set<Id> cases_with_news(const std::vector<OpenLateWork>& open) {
    const std::uint64_t last = store_.last_position();
    seen_ = last;
    if (open.empty()) return {};
    std::uint64_t seen = 0;
    if (const std::optional<Bytes> value = store_.value(seen_name)) seen = *decode<std::uint64_t>(*value);
    std::vector<Id> scopes;
    for (const OpenLateWork& late : open) scopes.push_back(late.scope);
    std::set<Id> news;
    for (const OfficeChange& change : store_.changes_of_scopes(scopes, {seen, last, SIZE_MAX})) {
      news.insert(change.change.header.scope);
    }
    return news;
  }

  // The last of a round, so that a round that was cut short is done again.
  void remember_seen() {
    Transaction act(store_);
    store_.set_value(seen_name, encode(seen_));
    act.commit();
  }

  void look_at(const OpenLateWork& late) {
    const sync::RecordState state = office_.facts().state(late.record);
    const Decided decided = decision_in(state);
    if (decided.decision == LateDecision::released) return release(late, decided);
    if (decided.decision == LateDecision::declined) return decline(late, decided);
    follow_marking(late, state);
  }

  void release(const OpenLateWork& late, const Decided& decided) {
    if (decided.by == late.worker) return send_back(late, Fault::self_approval);
    Result<void> done = released(late, decided);
    if (!done) return send_back(late, done.fault());
    ++done_.released;
  }

  // All of it, or nothing.
  Result<void> released(const OpenLateWork& late, const Decided& decided) {
    Transaction act(store_);
    sync::OfficeDevice as;
    as.worker = decided.by;
    const sync::IntakeContext with = office_.intake();
    sync::Judge judge({store_, catalogue(), with.rules, as, with.now});
    for (const Id& id : late.changes) {
      const std::optional<OfficeChange> held = store_.find(id);
      CHECK(held.has_value(), "what was held stays");
      if (held->position != 0) continue;
      if (Result<void> may = judge.judge(held->change); !may) return may;
      if (Result<void> entered = sync::release(store_, with, id); !entered) return entered;
      judge.was_put(held->change.header);
    }
    if (Result<void> told = conclude(late, decided); !told) return told;
    act.commit();
    return {};
  }

  void decline(const OpenLateWork& late, const Decided& decided) {
    if (decided.by == late.worker) return send_back(late, Fault::self_approval);
    if (is_blank(decided.reason)) return send_back(late, Fault(Fault::required, "a reason"));
    Transaction act(store_);
    for (const Id& id : late.changes) {
      const std::optional<OfficeChange> held = store_.find(id);
      if (held && held->position == 0) static_cast<void>(sync::decline(store_, id));
    }
    if (!count(conclude(late, decided), late.scope)) return;
    act.commit();
    ++done_.declined;
  }

  // The record says that it is done, its author is told, and nothing waits. Requires an open transaction.
  Result<void> conclude(const OpenLateWork& late, const Decided& decided) {
    std::vector<AdministrativeAct> acts{{kinds::late_work, late.scope, late.record,
                                         {{late_field("carried_out_at"), Value::of_moment(now_)}}, {}}};
    acts.push_back(answer(late, decided));
    const Result<std::vector<Id>> told = office_.administer_within(office_.keys().administrator, acts);
    if (!told) return told.fault();
    store_.set_value(open_name(late.record), std::nullopt);
    done_.scopes.push_back(late.scope);
    done_.scopes.push_back(late.worker);
    return {};
  }

  AdministrativeAct answer(const OpenLateWork& late, const Decided& decided) const {
    const KindEntry& kind = *catalogue().find_kind(kinds::late_answer);
    AdministrativeAct act{kinds::late_answer, late.worker, {}, {}, {}};
    act.writes = {{late_answer_facts::late_work, Value::of_reference(late.record)},
                  {late_answer_facts::decision, Value::of_code(number_of(decided.decision))},
                  {kind.find_field("decided_by")->number, Value::of_reference(decided.by)},
                  {kind.find_field("decided_at")->number, Value::of_moment(now_)}};
    if (!is_blank(decided.reason))
      act.writes.push_back({kind.find_field("reason")->number, Value::of_text(decided.reason)});
    for (const Id& id : late.changes) act.writes.push_back({late_answer_facts::changes, Value::of_reference(id)});
    return act;
  }

  // It waits again, and whoever decided reads why.
  void send_back(const OpenLateWork& late, const Fault& why) {
    const FaultEntry* entry = find_fault(why.code());
    std::string words = "Not carried out: " + std::string(entry == nullptr ? "" : entry->meaning);
    if (!why.detail().empty()) words += " (" + why.detail() + ")";
    const bool written = write(late, {{late_facts::decision, Value::of_code(number_of(LateDecision::waiting))},
                                      {late_field("remark"), Value::of_text(words)}});
    if (written) ++done_.sent_back;
  }

  void follow_marking(const OpenLateWork& late, const sync::RecordState& state) {
    const sync::RecordFacts now = sync::facts_of(state, catalogue(), late.scope, {});
    const std::uint16_t list = catalogue().find_kind(kinds::late_work)->find_field(header::marking)->code_list;
    const auto severity = [&](CodeNumber code) {
      return code == 0 ? std::uint8_t{0} : catalogue().severity(list, code);
    };
    CodeNumber marking = now.marking;
    for (const Id& id : late.changes) {
      const std::optional<OfficeChange> held = store_.find(id);
      const CodeNumber other = held ? marking_to_follow(office_, held->change.header.record) : CodeNumber{0};
      if (severity(other) > severity(marking)) marking = other;
    }
    if (marking != now.marking) static_cast<void>(write(late, {{header::marking, Value::of_code(marking)}}));
  }

  void escalate(OpenLateWork late) {
    if (late.escalated || now_ < escalation_due(from_milliseconds(late.since_ms))) return;
    Transaction act(store_);
    const AdministrativeAct acts[] = {{kinds::late_work, late.scope, late.record,
                                       {{late_field("escalated_at"), Value::of_moment(now_)}}, {}}};
    const Result<std::vector<Id>> done = office_.administer_within(office_.keys().administrator, acts);
    if (!count(done ? Result<void>() : Result<void>(done.fault()), late.scope)) return;
    late.escalated = true;
    store_.set_value(open_name(late.record), encode(late));
    act.commit();
    ++done_.escalated;
  }

  bool write(const OpenLateWork& late, std::vector<sync::FieldWrite> writes) {
    const AdministrativeAct act{kinds::late_work, late.scope, late.record, std::move(writes), {}};
    const Result<Id> done = office_.administer(office_.keys().administrator, act);
    return count(done ? Result<void>() : Result<void>(done.fault()), late.scope);
  }

  bool count(const Result<void>& done, const Id& scope) {
    if (done) done_.scopes.push_back(scope);
    else ++done_.failed;
    return done.ok();
  }

  Office& office_;
  ServerStore& store_;
  const WallTime now_;
  Tended done_;
  std::uint64_t seen_ = 0;
};

}  // namespace

Tended tend_late_work(Office& office) {
  const bool nothing = office.store().held().empty() && office.store().values("late/open/").empty();
  if (nothing) return {};
  office.read_rules();
  return Tending(office).tend();
}

std::vector<LateWorkRow> late_work(const Office& office) {
  std::vector<LateWorkRow> rows;
  std::set<Id> opened;
  for (const OpenLateWork& late : open_late_work(office.store())) {
    opened.insert(late.changes.begin(), late.changes.end());
    rows.push_back({late.record, late.scope, late.worker, late.device, late.changes.size(),
                    from_milliseconds(late.since_ms), late.escalated});
  }
  for (const Id& id : office.store().held()) {
    if (opened.contains(id)) continue;
    const OfficeChange held = *office.store().find(id);
    const std::optional<sync::OfficeSegment> segment = office.store().find_segment(held.segment);
    rows.push_back({{},
                    held.change.header.scope,
                    held.change.header.author,
                    segment ? segment->header.device : Id{},
                    1,
                    {},
                    false});
  }
  return rows;
}

WallTime escalation_due(WallTime since) {
  const Date last = WorkingDays().after(std::chrono::floor<std::chrono::days>(since), escalated_after_working_days);
  return WallTime(last + std::chrono::days(1));
}

}  // namespace caseload::server
