#include "client/casework/exchange/case_text.h"


#include <nlohmann/json.hpp>

#include "common/base/escape.h"
#include "client/casework/typed.h"

namespace caseload::client {
namespace {

using Json = nlohmann::ordered_json;

const SectionEntry& section_of(const RecordShown& record, const FieldEntry& field) {
  const SectionEntry* section = record.kind->find_section(field.section);
  CHECK(section != nullptr, "every field stands in a section");
  return *section;
}

// What holds; where people disagree, everything that stands.
std::vector<Value> values_of(const sync::FieldView& view) {
  if (!view.open) return view.in_force;
  std::vector<Value> values;
  for (const sync::HeldWrite& write : view.standing) values.push_back(write.value);
  return values;
}

bool is_void(const RecordShown& record) { return record.voided != sync::VoidState::not_voided; }

Json json_of(const Catalogue& catalogue, const FieldEntry& field, const Value& value) {
  if (value.type() == ValueType::none) return nullptr;
  if (value.type() == ValueType::integer) return value.integer();
  if (value.type() == ValueType::boolean) return value.boolean();
  return to_typed(catalogue, field, value);
}

Json json_of(const Catalogue& catalogue, const RecordWritten& record) {
  Json fields = Json::object();
  Json open = Json::array();
  for (const sync::FieldView& view : record.shown.fields) {
    Json values = Json::array();
    for (const Value& value : values_of(view)) values.push_back(json_of(catalogue, *view.entry, value));
    const bool many = view.open || view.entry->policy == MergePolicy::set;
    const std::string name = section_of(record.shown, *view.entry).name + "." + view.entry->name;
    fields[name] = many ? values : values.empty() ? Json() : values.front();
    if (view.open) open.push_back(name);
  }
  return {{"id", record.shown.row.record.to_string()}, {"kind", record.shown.kind->name},
          {"occurred", to_text(record.occurred)},      {"author", record.shown.row.author.to_string()},
          {"void", is_void(record.shown)},             {"fields", fields},
          {"open", open}};
}

std::string html_of_record(const Catalogue& catalogue, const RecordWritten& record) {
  std::string page = "<section><h2>" + html_text(record.shown.kind->name) + (is_void(record.shown) ? " (void)" : "");
  page += "</h2><p>" + to_text(record.occurred) + " · " + record.shown.row.record.short_form() + "</p><dl>\n";
  for (const sync::FieldView& view : record.shown.fields) {
    const std::string name = section_of(record.shown, *view.entry).name + "." + view.entry->name;
    page += "<dt>" + html_text(name) + (view.open ? " (people disagree)" : "") + "</dt>";
    for (const Value& value : values_of(view)) {
      page += "<dd><bdi>" + html_text(to_typed(catalogue, *view.entry, value)) + "</bdi></dd>";
    }
    page += "\n";
  }
  return page + "</dl></section>\n";
}

}  // namespace

std::string json_of(const Catalogue& catalogue, const CaseWritten& written) {
  Json records = Json::array();
  for (const RecordWritten& record : written.records) records.push_back(json_of(catalogue, record));
  const Json all{{"format", "caseload/case/1"},       {"case", written.scope.to_string()},
                 {"exported", to_text(written.at)},   {"by", written.by.to_string()},
                 {"position", written.position},      {"records", records}};
  return all.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string csv_of(const Catalogue& catalogue, const CaseWritten& written) {
  std::string table = "\ufeff";
  table += csv_row({"record", "kind", "occurred", "void", "section", "field", "value", "open"});
  for (const RecordWritten& record : written.records) {
    const std::string id = record.shown.row.record.to_string();
    const std::string occurred = to_text(record.occurred);
    for (const sync::FieldView& view : record.shown.fields) {
      for (const Value& value : values_of(view)) {
        table += csv_row({id, record.shown.kind->name, occurred, is_void(record.shown) ? "yes" : "no",
                          section_of(record.shown, *view.entry).name, view.entry->name,
                          to_typed(catalogue, *view.entry, value), view.open ? "yes" : "no"});
      }
    }
  }
  return table;
}

std::string html_of(const Catalogue& catalogue, const CaseWritten& written) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\"><title>Case file</title>\n"
      "<style>body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
      "dt{font-weight:bold}dd{white-space:pre-wrap;overflow-wrap:anywhere}section{border-top:1px solid #888}</style>\n"
      "</head><body><h1>Case file</h1>\n<p>Case " + written.scope.to_string() + ", as it was held at position " +
      std::to_string(written.position) + " on " + to_text(written.at) + ".</p>\n";
  for (const RecordWritten& record : written.records) page += html_of_record(catalogue, record);
  return page + "</body></html>\n";
}

}  // namespace caseload::client
