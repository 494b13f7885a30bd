#include "client/casework/exchange/export.h"

#include <algorithm>
#include <set>

#include "client/casework/exchange/case_text.h"
#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "common/base/durable_file.h"
#include "common/crypto/hash.h"
#include "common/record/kinds.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

constexpr std::string_view own_fields[] = {"fields", "content_digest", "records"};

using Writer = std::string (*)(const Catalogue&, const CaseWritten&);

Writer writer_of(std::string_view path) {
  if (path.ends_with(".json")) return json_of;
  if (path.ends_with(".csv")) return csv_of;
  return path.ends_with(".html") ? html_of : nullptr;
}

// Takes its file away again unless it was kept.
class Unfinished {
 public:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    try {
      if (!kept_) remove_file(path_);
    } catch (const Breakage&) {  // the disk that failed before fails again
    }
  }
  const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

// Everything at one moment: nobody writes while it is read (H59).
CaseWritten read_case(Workplace& place, const Id& scope) {
  const Catalogue& catalogue = place.catalogue();
  sync::StoreTransaction<SqlDeviceStore> snapshot(place.store);
  CaseWritten written{scope, place.worker, place.clock.now(), place.store.state().cursor, {}};
  for (const sync::RecordRow& row : place.store.records_of_scope(scope)) {
    const KindEntry* kind = catalogue.find_kind(row.kind);
    if (kind == nullptr) continue;  // of a newer version: not shown here either
    const sync::RecordState state = readable(place, row.record);
    RecordWritten record{{row, kind, Whereabouts::on_this_device, state.void_state(catalogue), {}},
                         entry_of(catalogue, row, state).occurred};
    for (const FieldEntry& field : kind->fields) {
      sync::FieldView view = state.view(catalogue, field.number);
      if (!view.standing.empty()) record.shown.fields.push_back(std::move(view));
    }
    written.records.push_back(std::move(record));
  }
  std::ranges::sort(written.records, {}, [&](const RecordWritten& record) {
    return std::make_tuple(record.shown.row.record != scope, record.occurred, record.shown.row.record);
  });
  return written;
}

std::string sections_in(const CaseWritten& written) {
  std::set<std::string> sections;
  for (const RecordWritten& record : written.records) {
    for (const sync::FieldView& view : record.shown.fields) {
      const SectionEntry* section = record.shown.kind->find_section(view.entry->section);
      if (section != nullptr) sections.insert(record.shown.kind->name + "." + section->name);
    }
  }
  std::string all;
  for (const std::string& section : sections) all += (all.empty() ? "" : ", ") + section;
  return all;
}

struct Given {
  std::string sections;
  std::size_t records = 0;
  Digest digest{};
};

// What the person says of it, and what is known: what was given, when, how much, and its digest.
Act disclosure_of(const Workplace& place, const ExportWanted& wanted, const Given& given) {
  const KindEntry& kind = *place.catalogue().find_kind(kinds::disclosure);
  Act act{kinds::disclosure, wanted.scope, {}, wanted.disclosed, {}};
  const auto has = [&](FieldNumber field) {
    return std::ranges::find(act.writes, field, &FieldValue::field) != act.writes.end();
  };
  const auto number = [&](std::string_view name) { return kind.find_field(name)->number; };
  const auto add = [&](FieldNumber field, const Value& value) {
    if (!has(field)) act.writes.push_back({field, value});
  };
  for (const std::string_view name : own_fields) {
    std::erase_if(act.writes, [&](const FieldValue& write) { return write.field == number(name); });
  }
  const FieldEntry& purpose = *kind.find_field(header::type);
  add(purpose.number, Value::of_code(place.catalogue().find_code_list(purpose.code_list)->find("export")->number));
  add(header::occurred, Value::of_moment(place.clock.now()));
  if (!has(number("recipient")) && place.store.find_record(place.worker)) {
    add(number("recipient_record"), Value::of_reference(place.worker));
  }
  add(number("recipient"), Value::of_text("the worker who made the file"));
  add(number("fields"), Value::of_text(given.sections));
  add(number("content_digest"), Value::of_text(to_hex(given.digest)));
  add(number("records"), Value::of_integer(static_cast<std::int64_t>(given.records)));
  return act;
}

void note_refusal(Workplace& place, const Id& scope) {
  sync::AuditEntry entry{place.clock.now(), place.worker, role_name(place), sync::AuditAction::export_out,
                         scope, {}, {}, sync::AuditOutcome::refused, {}};
  if (!entry.check()) entry.role.clear();
  static_cast<void>(place.audit.append(entry));
}

}  // namespace

Result<Exported> export_case(Workplace& place, const ExportWanted& wanted) {
  const Writer writer = writer_of(wanted.path);
  if (writer == nullptr) return Fault(Fault::bad_name, "a file that ends in .json, .csv or .html");
  const std::optional<sync::RecordRow> root = place.store.find_record(wanted.scope);
  if (!root || root->kind != kinds::case_file) return Fault(Fault::not_found, "its case");
  // As it would be, before anything of the case is read.
  if (Result<void> may = check(place, disclosure_of(place, wanted, {"case.header", 1, {}})); !may) {
    if (may.fault() == Fault::not_allowed) note_refusal(place, wanted.scope);
    return may.fault();
  }
  if (Result<void> reserved = reserve_file(wanted.path); !reserved) return reserved.fault();
  Unfinished file(wanted.path);
  const Looking out{sync::AuditAction::export_out, wanted.scope, {}};
  if (Result<void> leave = begin_looking(place, out); !leave) return leave.fault();
  const CaseWritten written = read_case(place, wanted.scope);
  const std::string text = writer(place.catalogue(), written);
  if (text.size() > export_bytes_max) return Fault(Fault::too_large, "a case of more than 256 MiB");
  const Given given{sections_in(written), written.records.size(), sha256(as_bytes(text))};
  Unfinished whole(wanted.path + "." + to_hex(place.random.bytes<8>()));
  replace_file(whole.path(), as_bytes(text));
  const Result<Done> disclosed = perform(place, disclosure_of(place, wanted, given));
  if (!disclosed) return disclosed.fault();
  move_into_place(whole.path(), file.path());
  whole.keep();
  file.keep();
  return Exported{given.records, given.digest, disclosed->record};
}

}  // namespace caseload::client
