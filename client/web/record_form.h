#pragma once

#include <set>

#include "client/web/visit.h"
#include "sync/merge/merge.h"

namespace caseload::client {

// Forms by the catalogue: which fields of a kind somebody may fill in, how each is asked, and what was typed.

// What stands in the form: by the field's name, as it was typed or as it would be typed. Problems: by name,
// in words.
struct FormState {
  std::map<std::string, std::vector<std::string>, std::less<>> typed;
  std::map<std::string, std::string, std::less<>> problems;
};

// Of which kind, in which case; `first`: the fields that are asked before all others, and stand open. A kind's
// required fields do so by themselves.
struct FormShape {
  const KindEntry& kind;
  Id scope;
  std::set<std::string, std::less<>> first{};
  std::set<std::string, std::less<>> open_sections{};  // none named: those of small kinds
  bool begins = true;  // of a record that is not there yet: what is written once can be written
  std::set<std::string, std::less<>> left_out{};
};

// Whether somebody fills it in by hand: neither what the program keeps itself, nor what is written once and
// has been.
bool is_asked(const FormShape& shape, const FieldEntry& field);

// One field, and all of a kind in groups, for the template.
Json form_field(const Workplace& place, const FormShape& shape, const FieldEntry& field,
                const FormState& state);
Json form_groups(const Workplace& place, const FormShape& shape, const FormState& state);

// A record's values as they would be typed; and of single values.
FormState typed_of(const Workplace& place, const FormShape& shape, const sync::RecordState& record);
std::vector<std::string> as_typed(const Workplace& place, const FieldEntry& field,
                                  const std::vector<Value>& values);

// What was typed becomes writes: only of fields where it differs from what stood there. A field that cannot be read
// is a problem of its own; the others are read all the same.
struct FormRead {
  std::vector<FieldValue> writes;
  FormState state;
};
FormRead read_form(const Workplace& place, const FormShape& shape, const Fields& sent,
                   const FormState& stood = {});

// A Fault that names a field stands beside it, else above the form.
void blame(FormState& state, Json& data, const FormShape& shape, const Fault& fault);

}  // namespace caseload::client
