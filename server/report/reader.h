#pragma once

#include <map>
#include <optional>

#include "server/office/directory.h"
#include "sync/sharing/mask.h"

namespace caseload::server {

// ReportReader: the records of an office's cases, as one worker may read them or, for reports that name no client, as
// they are.
//
// Shape    reads the accepted log, record by record; nothing is kept between calls but names.
// Promise  for a worker every section that the sharing rules do not let them read is as if it had never been written,
//          and a case of which they may read nothing is not there. Voided records are left out.
// Threads  that of the office's store.
class ReportReader {
 public:
  ReportReader(const Office& office, const Id& as);  // none: all of it

  struct Case {
    Id id;
    Id unit;
    CaseStatus status = CaseStatus::open;
    bool is_told = false;      // something of its state may be read
    sync::RecordState state;   // as it may be read
    std::vector<sync::AssignmentFact> assignments;
    sync::Mask mask;
  };
  // Of that unit, or of all; each once.
  std::vector<Case> cases(const Id& unit) const;

  struct Entry {
    Id id;
    sync::RecordState state;
    WallTime created{};
    Id author;
  };
  std::vector<Entry> records(const Case& of, KindNumber kind) const;

  // What waits for a decision: also in cases that are themselves held, or were merged into another.
  struct Waiting {
    Case of;
    sync::RecordState work;
  };
  std::vector<Waiting> late_work(const Id& unit) const;

  std::string name_of_unit(const Id& id) const { return name_in(units_, id); }
  std::string name_of_worker(const Id& id) const { return name_in(workers_, id); }
  std::string name_of_case(const Case& one) const;  // or its short identifier
  std::string leads_of(const Case& one) const;
  const Office& office() const { return office_; }
  Date today() const;

 private:
  using Names = std::map<Id, std::string>;
  static std::string name_in(const Names& names, const Id& id);
  Case look_at(const Id& scope) const;
  std::optional<sync::RecordState> readable(const Id& record, const Case& of) const;

  const Office& office_;
  const Id as_;
  sync::ViewerFacts viewer_;
  Names units_;
  Names workers_;
};

std::string words_of(const FieldEntry& field, const Value& value);

// The one value in force of a field by its name, in words; nothing where there is none, or several.
std::string words_in(const sync::RecordState& record, std::string_view field);
std::optional<Date> date_in(const sync::RecordState& record, std::string_view field);
std::optional<WallTime> moment_in(const sync::RecordState& record, std::string_view field);
CodeNumber code_in(const sync::RecordState& record, std::string_view field);  // 0: none
Id link_in(const sync::RecordState& record, std::string_view field);

}  // namespace caseload::server
