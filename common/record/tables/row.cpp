#include "common/record/tables/row.h"

namespace caseload::tables {

Section section(SectionNumber number, std::string_view name, Sensitivity sensitivity, Rows rows) {
  Section made{{number, std::string(name)}, {}};
  for (const Row& row : rows) made.fields.push_back(row.in_section(number, sensitivity));
  return made;
}

Section header_with(lists::Number types, Occurs occurs, Rows facts) {
  Section made = section(header::section, "header", ordinary, {
      code(header::marking, "marking", lists::marking).safest(),
      yes(header::voided, "voided").ask(),
      line(header::void_reason, "void_reason").held(sensitive),
      count(header::void_cursor, "void_cursor"),
      moment(header::occurred, "occurred").ask().held(personal),
      yes(header::signed_off, "signed_off").once(),
  });
  if (types != lists::none) {
    const Row type = code(header::type, "type", types).once().required();
    made.fields.insert(made.fields.begin(), type.in_section(header::section, ordinary));
  }
  for (FieldEntry& field : made.fields) {
    if (field.number == header::occurred) field.required = occurs == Occurs::always;
  }
  for (const Row& fact : facts) made.fields.push_back(fact.in_section(header::section, personal));
  return made;
}

KindEntry kind(const KindName& name, std::string_view meaning, std::initializer_list<Section> sections) {
  KindEntry made{name.number, std::string(name.name), name.scope, std::string(meaning), {}, {}};
  for (const Section& part : sections) {
    made.sections.push_back(part.entry);
    made.fields.insert(made.fields.end(), part.fields.begin(), part.fields.end());
  }
  return made;
}

}  // namespace caseload::tables
