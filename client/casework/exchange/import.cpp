#include "client/casework/exchange/import.h"

#include <algorithm>
#include <set>

#include "client/casework/cases.h"
#include "client/casework/exchange/taken.h"
#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "common/base/text.h"
#include "common/record/kinds.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

using Cells = RowValues::Cells;

// What an import adds by itself, and no row says: when it happened, that it is no draft, the person's unit, open.
Act completed(const Workplace& place, Act act) {
  const auto add = [&](FieldNumber field, const Value& value) {
    const bool said = std::ranges::find(act.writes, field, &FieldValue::field) != act.writes.end();
    if (!said) act.writes.push_back({field, value});
  };
  add(header::occurred, Value::of_moment(place.clock.now()));
  if (act.kind == kinds::note) add(header::signed_off, Value::of_boolean(true));
  if (act.kind != kinds::case_file) return act;
  const Id unit = own_unit(place);
  if (!unit.is_none()) add(case_facts::unit, Value::of_reference(unit));
  add(case_facts::status, Value::of_code(number_of(CaseStatus::open)));
  return act;
}

bool is_added_by_itself(KindNumber kind, FieldNumber field) {
  const bool of_case = kind == kinds::case_file && (field == case_facts::unit || field == case_facts::status);
  return of_case || field == header::occurred || field == header::signed_off;
}

// The cases that are here, by their references, folded as people compare them. None: two have it.
std::map<std::string, Id> cases_by_reference(const Workplace& place, const FieldEntry& reference) {
  std::map<std::string, Id> cases;
  for (const Id& id : place.store.records().of_kind(kinds::case_file)) {
    const std::string folded = fold_for_search(text_of(place.catalogue(), place.store.record(id), reference.number));
    if (folded.empty()) continue;
    const auto [known, is_new] = cases.emplace(folded, id);
    if (!is_new) known->second = {};
  }
  return cases;
}

class Importing {
 public:
  Importing(Workplace& place, const Mapping& mapping, std::istream& table)
      : place_(place), mapping_(mapping), reader_(table, mapping.shape), values_(place, mapping),
        taken_(place.store.database()), started_(place.store.state().last_stamp),
        reference_(*mapping.case_file.kind->find_field("reference")) {}

  Result<ImportReport> run(const ImportOptions& options) {
    std::vector<std::string> cells;
    const Result<bool> header = reader_.next(cells);
    if (header && !*header) return Fault(Fault::required, "a table with the names of its columns in the first row");
    if (!header) complain_of_table(header.fault());
    else report_.complaints = values_.bind(cells);
    if (!report_.complaints.empty()) return report_;
    const bool refers = std::ranges::find(mapping_.case_file.fields, &reference_, &FieldMapping::field) !=
                        mapping_.case_file.fields.end();
    if (refers) cases_ = cases_by_reference(place_, reference_);
    sync::StoreTransaction<SqlDeviceStore> transaction(place_.store);
    read_rows(options);
    if (report_.complaints.empty() && !options.dry_run) transaction.commit();
    if (!report_.complaints.empty()) report_.created = 0;
    return report_;
  }

 private:
  enum class Outcome { created, there_before, changed, failed };

  void complain(const std::string& column, const Fault& fault) { report_.complaints.push_back({row(), column, fault}); }
  std::size_t row() const { return reader_.row(); }

  void complain_of_table(const Fault& fault) {
    complain(reader_.column() == 0 ? std::string() : std::to_string(reader_.column()), fault);
  }

  void read_rows(const ImportOptions& options) {
    std::vector<std::string> cells;
    for (;;) {
      const Result<bool> read = reader_.next(cells);
      if (read && !*read) break;
      if (read) take_row(cells);
      else complain_of_table(read.fault());
      if (read) ++report_.rows;
      report_.more = report_.complaints.size() >= complaints_max || !reader_.can_go_on();
      if (report_.more) break;
      if (options.progress) options.progress(reader_.bytes());
    }
  }

  void take_row(Cells cells) {
    const std::vector<std::string> key = values_.key(mapping_.key, cells);
    const std::vector<std::string> group = values_.key(mapping_.group, cells);
    const auto is_blank = [](const std::string& part) { return part.empty(); };
    const bool no_case = std::ranges::all_of(group, is_blank);
    const bool no_key = std::ranges::all_of(key, is_blank);
    if (no_key) return complain(mapping_.key.front(), Fault(Fault::required, "the row's key"));
    if (no_case) return complain(mapping_.group.front(), Fault(Fault::required, "its case"));
    std::vector<Outcome> outcomes;
    const std::optional<Id> scope = case_of(group, cells, outcomes);
    if (!scope) return;
    // A case that has gone from here meanwhile takes its rows with it.
    const bool here = place_.store.find_record(*scope).has_value();
    for (const RecordMapping& record : mapping_.records) {
      if (!here || (!record.when.empty() && values_.cell(record.when, cells).empty())) continue;
      const Digest identity = identity_of({mapping_.source, record.name, record.per_case ? group : key});
      outcomes.push_back(take_record(record, *scope, identity, cells));
    }
    const auto any = [&](Outcome one) { return std::ranges::find(outcomes, one) != outcomes.end(); };
    if (any(Outcome::created) || any(Outcome::failed)) return;
    ++report_.skipped;
    if (!any(Outcome::changed)) return;
    ++report_.changed;
    if (report_.changed_rows.size() < changed_rows_max) report_.changed_rows.push_back(row());
  }

  // The case of a row: taken before, here by its reference, or begun now.
  std::optional<Id> case_of(std::span<const std::string> group, Cells cells, std::vector<Outcome>& outcomes) {
    const Digest identity = identity_of({mapping_.source, "case", group});
    if (failed_.contains(identity)) return std::nullopt;  // said once
    const RowValues::Said said = values_.values(mapping_.case_file, cells);
    if (said.wrong) {
      complain(said.wrong->column, said.wrong->fault);
      return std::nullopt;
    }
    if (const std::optional<Id> known = taken_.find(identity)) {
      outcomes.push_back(compare(mapping_.case_file, *known, said.writes));
      return outcomes.back() == Outcome::failed ? std::nullopt : known;
    }
    const std::string reference = reference_in(said.writes);
    const auto here = reference.empty() ? cases_.end() : cases_.find(reference);
    const bool is_here = here != cases_.end();
    const Result<Id> scope = is_here ? existing(here->second) : begin_case(said.writes, identity, reference);
    if (!scope) {
      failed_.insert(identity);
      complain(RowValues::column_of(mapping_.case_file, scope.fault()), scope.fault());
      return std::nullopt;
    }
    outcomes.push_back(is_here ? Outcome::there_before : Outcome::created);
    return *scope;
  }

  Result<Id> existing(const Id& scope) const {
    const std::string name = "case.identity.reference";
    if (scope.is_none()) return Fault(Fault::ambiguous, name + ", two cases have it");
    if (mapping_.existing == ExistingCase::refuse) return Fault(Fault::already_there, name);
    return scope;
  }

  Result<Id> begin_case(const std::vector<FieldValue>& writes, const Digest& identity, const std::string& reference) {
    if (mapping_.existing == ExistingCase::require) return Fault(Fault::not_found, "case.identity.reference");
    const FieldNumber name = mapping_.case_file.kind->find_field("name")->number;
    const bool named = std::ranges::find(writes, name, &FieldValue::field) != writes.end();
    if (!named) return Fault(Fault::required, "case.identity.name");
    const Act act = completed(place_, {.kind = kinds::case_file, .writes = writes});
    const bool placed = std::ranges::find(act.writes, case_facts::unit, &FieldValue::field) != act.writes.end();
    if (!placed) return Fault(Fault::required, "case.header.unit");
    const Result<Done> done = perform_within(place_, act);
    if (!done) return done.fault();
    taken_.put(identity, done->record);
    if (!reference.empty()) cases_.emplace(reference, done->record);
    ++report_.created;
    return done->record;
  }

  Outcome take_record(const RecordMapping& record, const Id& scope, const Digest& identity, Cells cells) {
    RowValues::Said said = values_.values(record, cells);
    if (said.wrong) {
      complain(said.wrong->column, said.wrong->fault);
      return Outcome::failed;
    }
    if (const std::optional<Id> known = taken_.find(identity)) return compare(record, *known, said.writes);
    const Act act = completed(place_, {.kind = record.kind->number, .scope = scope, .writes = std::move(said.writes)});
    const Result<Done> done = perform_within(place_, act);
    if (!done) {
      complain(RowValues::column_of(record, done.fault()), done.fault());
      return Outcome::failed;
    }
    taken_.put(identity, done->record);
    ++report_.created;
    return Outcome::created;
  }

  // A row that was taken before, beside what was made of it then. Rows of this same table must agree with each other.
  Outcome compare(const RecordMapping& record, const Id& known, const std::vector<FieldValue>& writes) {
    const std::optional<sync::StoredChange> before = place_.store.find(known);
    if (!before || !before->change.is_whole()) return Outcome::there_before;
    std::size_t said_before = 0;
    std::size_t same = 0;
    for (const sync::Part& part : before->change.parts) {
      for (const sync::Write& write : part.writes) {
        const FieldValue value{write.field, write.value};
        const bool found = std::ranges::find(writes, value) != writes.end();
        if (found) ++same;
        if (found || !is_added_by_itself(record.kind->number, write.field)) ++said_before;
      }
    }
    const auto said_now = static_cast<std::size_t>(
        std::ranges::count_if(writes, [](const FieldValue& write) { return !write.value.is_none(); }));
    const bool of_this_table = before->change.header.stamp > started_;
    if (of_this_table && !record.per_case) {
      complain(mapping_.key.front(), Fault(Fault::already_there, "an earlier row has the same key"));
      return Outcome::failed;
    }
    if (of_this_table && same < said_now) {
      complain({}, Fault(Fault::ambiguous, record.name + ": rows of one case say different things"));
      return Outcome::failed;
    }
    const bool differs = same < said_now || (!record.per_case && same < said_before);
    return differs ? Outcome::changed : Outcome::there_before;
  }

  std::string reference_in(const std::vector<FieldValue>& writes) const {
    const auto found = std::ranges::find(writes, reference_.number, &FieldValue::field);
    return found == writes.end() ? std::string() : fold_for_search(found->value.text());
  }

  Workplace& place_;
  const Mapping& mapping_;
  CsvReader reader_;
  RowValues values_;
  Taken taken_;
  const Stamp started_;
  const FieldEntry& reference_;
  std::map<std::string, Id> cases_;
  std::set<Digest> failed_;  // cases that could not be begun: at most complaints_max
  ImportReport report_;
};

void note_refusal(Workplace& place) {
  sync::AuditEntry entry{place.clock.now(), place.worker, role_name(place), sync::AuditAction::create, {}, {}, {},
                         sync::AuditOutcome::refused, "import"};
  if (!entry.check()) entry.role.clear();
  static_cast<void>(place.audit.append(entry));
}

}  // namespace

Result<ImportReport> import_table(Workplace& place, const Mapping& mapping, std::istream& table,
                                  const ImportOptions& options) {
  if (Result<void> open = check_lease(place); !open) return open.fault();
  Result<ImportReport> report = Importing(place, mapping, table).run(options);
  const auto refused = [](const Complaint& complaint) { return complaint.fault == Fault::not_allowed; };
  if (report && std::ranges::any_of(report->complaints, refused)) note_refusal(place);
  return report;
}

}  // namespace caseload::client
