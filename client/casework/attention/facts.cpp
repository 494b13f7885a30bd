#include "client/casework/attention/facts.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "common/practice/completeness.h"

namespace caseload::client {
namespace {

constexpr std::size_t records_max = 100'000;     // of one kind in one case
constexpr std::size_t notes_looked_at_max = 50;  // for the last contact: a year of weekly notes

// Fields of one record by their names. What is empty, unanswered or of a newer version is nothing.
class Reading {
 public:
  Reading(const Workplace& place, const KindEntry& kind, const Id& record)
      : place_(place), kind_(kind), record_(record), state_(readable(place, record)) {}

  const Id& record() const { return record_; }
  bool counts() const { return state_.void_state(place_.catalogue()) != sync::VoidState::voided; }

  std::optional<Date> day(std::string_view name) const {
    const std::optional<Value> value = first(name, ValueType::date);
    return value ? std::optional(value->date()) : std::nullopt;
  }
  std::optional<WallTime> moment(std::string_view name) const {
    const std::optional<Value> value = first(name, ValueType::moment);
    return value ? std::optional(value->moment()) : std::nullopt;
  }
  std::int64_t number(std::string_view name) const {
    const std::optional<Value> value = first(name, ValueType::integer);
    return value ? value->integer() : 0;
  }
  bool yes(std::string_view name) const {
    const std::optional<Value> value = first(name, ValueType::boolean);
    return value && value->boolean();
  }
  CodeNumber code(std::string_view name) const {
    const std::optional<Value> value = first(name, ValueType::code);
    return value ? value->code() : CodeNumber{0};
  }
  bool is(std::string_view name, std::initializer_list<std::string_view> codes) const {
    const FieldEntry* field = kind_.find_field(name);
    const CodeNumber number = code(name);
    if (field == nullptr || number == 0) return false;
    return std::ranges::find(codes, code_name(place_.catalogue(), *field, number)) != codes.end();
  }
  bool has(std::string_view name) const {
    const FieldEntry* field = kind_.find_field(name);
    return field != nullptr && !state_.view(place_.catalogue(), field->number).in_force.empty();
  }
  Id reference(FieldNumber field) const { return reference_of(place_.catalogue(), state_, field); }
  std::string text(std::string_view name) const {
    const FieldEntry* field = kind_.find_field(name);
    return field == nullptr ? std::string() : text_of(place_.catalogue(), state_, field->number);
  }
  std::uint8_t severity(std::string_view name) const {
    const FieldEntry* field = kind_.find_field(name);
    return field == nullptr ? std::uint8_t{0} : place_.catalogue().severity(field->code_list, code(name));
  }

 private:
  std::optional<Value> first(std::string_view name, ValueType type) const {
    const FieldEntry* field = kind_.find_field(name);
    if (field == nullptr) return std::nullopt;
    const sync::FieldView view = state_.view(place_.catalogue(), field->number);
    if (view.in_force.empty() || view.in_force.front().type() != type) return std::nullopt;
    return view.in_force.front();
  }

  const Workplace& place_;
  const KindEntry& kind_;
  Id record_;
  sync::RecordState state_;
};

void add_day(CaseFacts& facts, DeadlineKind kind, const Reading& from, std::string_view field) {
  if (const std::optional<Date> due = from.day(field)) facts.deadlines.push_back({kind, from.record(), *due});
}

// The more protective of two codes of one list.
template <class E>
void raise_to(const Catalogue& catalogue, std::string_view list, std::optional<E>& held, CodeNumber code) {
  if (code == 0) return;
  for (const CodeList& codes : catalogue.code_lists()) {
    if (codes.name != list) continue;
    const bool more =
        !held || catalogue.severity(codes.number, code) > catalogue.severity(codes.number, number_of(*held));
    if (more) held = static_cast<E>(code);
  }
}

class Gathering {
 public:
  Gathering(const Workplace& place, const std::optional<Id>& scope) : place_(place), scope_(scope) {}

  std::map<Id, CaseFacts> gather() {
    add_cases();
    each(kinds::action, [](CaseFacts& facts, const Reading& r) { add_action(facts, r); });
    each(kinds::risk, [this](CaseFacts& facts, const Reading& r) { add_risk(facts, r); });
    each(kinds::person, [this](CaseFacts& facts, const Reading& r) { add_alert(facts, r); });
    each(kinds::incident, [this](CaseFacts& facts, const Reading& r) { add_alert(facts, r); });
    each(kinds::crisis, [](CaseFacts& facts, const Reading& r) {
      if (!r.is("status", {"closed"})) facts.priority.crisis = true;
    });
    each(kinds::review, [this](CaseFacts& facts, const Reading& r) { add_review(facts, r); });
    each(kinds::appointment, [this](CaseFacts& facts, const Reading& r) { add_appointment(facts, r); });
    each(kinds::priority_override, [this](CaseFacts& facts, const Reading& r) { add_override(facts, r); });
    add_formal();
    for (auto& [scope, facts] : found_) {
      facts.last_contact = last_contact(scope);
      if (facts.last_contact) facts.priority.contacts.last = day_of(*facts.last_contact);
      const std::vector<Deadline> contacts = contact_deadlines(scope, facts.priority.contacts);
      facts.deadlines.insert(facts.deadlines.end(), contacts.begin(), contacts.end());
    }
    return std::move(found_);
  }

 private:
  Date day_of(WallTime moment) const { return place_.zone.date_at(moment); }

  // The cases themselves come first: what belongs to none of them is let be.
  void add_cases() {
    for (const Id& id : scope_ ? std::vector<Id>{*scope_} : place_.store.records().of_kind(kinds::case_file)) {
      const std::optional<sync::RecordRow> row = place_.store.find_record(id);
      if (!row || row->kind != kinds::case_file) continue;
      const Reading r(place_, *place_.catalogue().find_kind(kinds::case_file), id);
      if (!r.counts() || !r.reference(case_facts::merged_into).is_none()) continue;
      CaseFacts& facts = found_[id];
      facts.priority.open = !r.is("status", {"closed"});
      facts.priority.now = place_.clock.now();
      facts.priority.contacts.begun = day_of(r.moment("occurred").value_or(
          from_milliseconds(static_cast<std::int64_t>(id.milliseconds()))));
      facts.priority.contacts.next = r.day("next_contact");
      if (const CodeNumber tier = r.code("tier")) facts.priority.contacts.tier = static_cast<Tier>(tier);
      facts.works = works_of(r.reference(case_facts::unit));
      add_day(facts, DeadlineKind::review, r, "next_review");
    }
  }

  // Holidays that nobody can read are none: a slip in a unit's text must not hide anybody's deadlines.
  const WorkingDays& works_of(const Id& unit) {
    const auto known = works_.find(unit);
    if (known != works_.end()) return known->second;
    const std::optional<sync::RecordRow> row = place_.store.find_record(unit);
    if (!row || row->kind != kinds::unit) return works_[unit];
    const Reading r(place_, *place_.catalogue().find_kind(kinds::unit), unit);
    const Result<WorkingDays> days = WorkingDays::parse(r.text("holidays"));
    return works_[unit] = days ? *days : WorkingDays();
  }

  template <class Add>
  void each(KindNumber number, Add add) {
    const KindEntry& kind = *place_.catalogue().find_kind(number);
    const auto take = [&](const sync::RecordRow& row) {
      const auto at = found_.find(row.scope);
      if (at == found_.end() || !at->second.priority.open) return;
      const Reading reading(place_, kind, row.record);
      if (reading.counts()) add(at->second, reading);
    };
    if (scope_) {
      const TimelineQuery all{.scope = *scope_, .kind = number, .before = {}, .rows_max = records_max};
      for (const TimelineEntry& entry : place_.store.timeline(all)) take(entry.row);
      return;
    }
    for (const Id& id : place_.store.records().of_kind(number)) {
      if (const std::optional<sync::RecordRow> row = place_.store.find_record(id)) take(*row);
    }
  }

  static void add_action(CaseFacts& facts, const Reading& r) {
    const std::optional<Date> due = r.day("due");
    if (!due || r.is("status", {"done", "not_done", "cancelled"})) return;
    facts.deadlines.push_back({DeadlineKind::action, r.record(), *due, r.is("urgency", {"urgent", "immediate"})});
  }

  void add_alert(CaseFacts& facts, const Reading& r) const {
    raise_to(place_.catalogue(), "safety_alert", facts.priority.alert, r.code("alert"));
  }

  void add_risk(CaseFacts& facts, const Reading& r) const {
    if (r.is("status", {"ended"})) return;
    raise_to(place_.catalogue(), "risk_level", facts.priority.risk, r.code("level"));
    add_alert(facts, r);
    add_day(facts, DeadlineKind::risk_review, r, "review_on");
  }

  void add_review(CaseFacts& facts, const Reading& r) const {
    const std::optional<WallTime> starts = r.moment("starts");
    if (r.yes("held") || !starts) return;
    const bool court = r.is("type", {"court_hearing", "parole_hearing"});
    facts.deadlines.push_back({court ? DeadlineKind::court : DeadlineKind::review, r.record(), day_of(*starts)});
    add_day(facts, DeadlineKind::oversight, r, "oversight_due");
  }

  void add_appointment(CaseFacts& facts, const Reading& r) const {
    const std::optional<WallTime> starts = r.moment("starts");
    if (!starts || r.yes("cancelled") || r.has("attendance") || !r.is("type", {"court"})) return;
    facts.deadlines.push_back({DeadlineKind::court, r.record(), day_of(*starts)});
  }

  // Of several in force the highest: whoever wanted more attention may have known more.
  void add_override(CaseFacts& facts, const Reading& r) const {
    const std::optional<WallTime> until = r.moment("until");
    if (!until || *until <= facts.priority.now) return;
    const Override put{r.number("score"), *until, day_of(*until)};
    if (!facts.priority.put_at || facts.priority.put_at->score < put.score) facts.priority.put_at = put;
  }

  void add_formal() {
    each(kinds::plan, [](CaseFacts& facts, const Reading& r) {
      if (!r.is("status", {"completed", "ended"})) add_day(facts, DeadlineKind::plan_review, r, "next_review");
    });
    each(kinds::barrier, [](CaseFacts& facts, const Reading& r) {
      if (!r.is("status", {"removed", "accepted"})) add_day(facts, DeadlineKind::barrier_review, r, "review_on");
    });
    each(kinds::appeal, [](CaseFacts& facts, const Reading& r) {
      if (r.is("status", {"open"})) add_day(facts, DeadlineKind::appeal, r, "deadline");
    });
    each(kinds::access_request, [](CaseFacts& facts, const Reading& r) {
      if (!r.is("status", {"answered", "refused"})) add_day(facts, DeadlineKind::request, r, "due");
    });
    each(kinds::approval, [](CaseFacts& facts, const Reading& r) {
      if (!r.has("decision")) add_day(facts, DeadlineKind::approval, r, "due");
    });
    each(kinds::document, [](CaseFacts& facts, const Reading& r) {
      if (!r.has("content_digest")) add_day(facts, DeadlineKind::document, r, "due");
    });
  }

  std::optional<WallTime> last_contact(const Id& scope) const {
    const TimelineQuery notes{.scope = scope, .kind = kinds::note, .before = {}, .rows_max = notes_looked_at_max};
    for (const TimelineEntry& entry : place_.store.timeline(notes)) {
      const sync::RecordState state = readable(place_, entry.row.record);
      const bool counts = state.void_state(place_.catalogue()) == sync::VoidState::not_voided;
      if (counts && is_contact(code_of(place_.catalogue(), state, header::type))) return entry.occurred;
    }
    return std::nullopt;
  }

  const Workplace& place_;
  const std::optional<Id>& scope_;
  std::map<Id, CaseFacts> found_;
  std::map<Id, WorkingDays> works_;
};

}  // namespace

std::map<Id, CaseFacts> gather_facts(const Workplace& place, const std::optional<Id>& scope) {
  return Gathering(place, scope).gather();
}

}  // namespace caseload::client
