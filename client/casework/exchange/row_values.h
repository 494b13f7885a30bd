#pragma once

#include "client/casework/act.h"
#include "client/casework/exchange/mapping.h"

namespace caseload::client {

// What is wrong in a table, and where. A column by its name in the mapping, or by its number; empty: the whole row.
struct Complaint {
  std::size_t row = 0;  // as spreadsheets count: the names of the columns are row 1
  std::string column;
  Fault fault;
};

// RowValues: what the rows of one table say, by a mapping.
//
// Errors   bind(): complaints of columns that the table does not have, has twice, or that nothing uses and `ignore`
//          does not name; of words of the mapping that its fields do not take. values(): those of read_value();
//          bad_name: a cell without a code; bad_date; required.
// Requires a mapping and a workplace that outlive it; bind() before the rest.
class RowValues {
 public:
  RowValues(const Workplace& place, const Mapping& mapping) : place_(place), mapping_(mapping) {}

  std::vector<Complaint> bind(std::span<const std::string> header);

  using Cells = std::span<const std::string>;
  struct Said {
    std::vector<FieldValue> writes;
    std::optional<Complaint> wrong{};  // of this row; its number is not filled in
  };
  Said values(const RecordMapping& record, Cells cells) const;

  // The cells of these columns, blanks at their ends left out; and one of them.
  std::vector<std::string> key(std::span<const std::string> columns, Cells cells) const;
  std::string cell(const std::string& column, Cells cells) const;

  // The column that a Fault of this record speaks of, by the field that its detail names.
  static std::string column_of(const RecordMapping& record, const Fault& fault);

 private:
  std::vector<std::string> columns_used() const;
  void bind_words(const RecordMapping& record, std::vector<Complaint>& wrong);
  std::string text(const FieldMapping& field, Cells cells) const;
  Result<std::string> typed(const FieldMapping& field, Cells cells) const;
  Result<void> add(const RecordMapping& record, const FieldMapping& field, Cells cells,
                   std::vector<FieldValue>& to) const;

  const Workplace& place_;
  const Mapping& mapping_;
  std::map<std::string, std::size_t> columns_;        // by name
  std::map<const FieldMapping*, Value> of_words_;     // of templates without columns: read once
};

}  // namespace caseload::client
