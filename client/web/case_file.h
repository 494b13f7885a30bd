#pragma once

#include "client/web/show.h"

namespace caseload::client {

// What is known of one case, kind by kind; its notes left out, for they are many and the timeline has them. What is
// void does not count. Requires that the caller has looked (begin_looking).
class CaseFile {
 public:
  struct Row {
    Id id;
    Id author;
    sync::RecordState state;
  };
  CaseFile(const Workplace& place, const Id& scope);

  const std::vector<Row>& of(KindNumber kind) const;
  const Id& scope() const { return scope_; }

  // Fields by their names, as code or words; nothing where there is none.
  std::string code(const Row& row, std::string_view field) const;
  std::string words(const Row& row, std::string_view field) const;
  std::optional<Date> date(const Row& row, std::string_view field) const;
  std::optional<std::int64_t> number(const Row& row, std::string_view field) const;
  Id link(const Row& row, std::string_view field) const;
  bool is_ended(const Row& row) const;  // by its status: ended, done, cancelled, lifted, closed …

  // What is dangerous, the worst first: {level, what, href}. `risk` and `safety` alike.
  Json alerts() const;

 private:
  const FieldEntry* field(const Row& row, std::string_view name) const;
  std::optional<Value> value(const Row& row, std::string_view name) const;

  const Workplace& place_;
  Id scope_;
  std::map<KindNumber, std::vector<Row>> rows_;
};

// What every page of a case begins with: who it is, what is dangerous, where one is in it.
Json case_bar(const CaseFile& file, const Workplace& place, std::string_view section);

// The groups in which the records of a case are shown, and what is in each.
struct CaseGroup {
  std::string_view name;  // in addresses and texts: "case.group.risk"
  std::vector<KindNumber> kinds;
};
std::span<const CaseGroup> case_groups();
std::string_view group_of(KindNumber kind);

// Rows of a list of records: what it is, its sign, when, who, where it stands.
Json list_rows(const Workplace& place, const CaseFile& file, KindNumber kind);

}  // namespace caseload::client
