#include "client/web/show.h"

#include "client/casework/looking.h"
#include "client/casework/typed.h"
#include "client/web/texts.h"
#include "common/base/text.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

constexpr std::size_t name_letters_max = 80;  // of a record that is referred to

// What a record is called: its name or title, else what it says first.
std::string called(const Workplace& place, const sync::RecordState& state) {
  const KindEntry* kind = place.catalogue().find_kind(state.kind());
  if (kind == nullptr) return {};
  for (const std::string_view field : {"name", "label", "title", "what", "summary", "purpose", "question"}) {
    const FieldEntry* entry = kind->find_field(field);
    if (entry == nullptr) continue;
    const std::string text = text_of(place.catalogue(), state, entry->number);
    if (!text.empty()) return shortened(text, name_letters_max);
  }
  const std::string type = type_name(place.catalogue(), state);
  return label_of(*kind) + (type.empty() ? "" : ": " + label_of_code(type));
}

std::string clock_time(const Workplace& place, WallTime moment) {
  const std::string local = place.zone.to_local_text(moment);
  return local.substr(local.find(' ') + 1, 5);
}

}  // namespace

std::string day_in_words(Date day) {
  const std::chrono::year_month_day date(day);
  return text_of_key("date.long",
                     {{"day", std::to_string(static_cast<unsigned>(date.day()))},
                      {"month", text_of_key("month." + std::to_string(static_cast<unsigned>(date.month())))},
                      {"year", std::to_string(static_cast<int>(date.year()))}});
}

std::string moment_in_words(const Workplace& place, WallTime moment) {
  return text_of_key("date.moment", {{"day", day_in_words(place.zone.date_at(moment))},
                                     {"time", clock_time(place, moment)}});
}

std::string day_from_now(const Workplace& place, Date day) {
  const auto days = (day - place.zone.date_at(place.clock.now())).count();
  if (days == 0) return text_of_key("date.today");
  if (days == 1) return text_of_key("date.tomorrow");
  if (days == -1) return text_of_key("date.yesterday");
  return text_of_key(days > 0 ? "date.in_days" : "date.days_ago",
                     {{"n", std::to_string(days > 0 ? days : -days)}});
}

Json tag_of(std::string_view colour, std::string_view sign, std::string words) {
  return {{"colour", colour}, {"sign", sign}, {"words", std::move(words)}};
}

Json tag_of(Whereabouts where) {
  const std::string words = text_of_key("where." + std::string(to_name(where)));
  switch (where) {
    case Whereabouts::draft:
      return tag_of("grey", "✎", words);
    case Whereabouts::on_this_device:
      return tag_of("yellow", "▣", words);
    case Whereabouts::held_by_office:
      return tag_of("green", "✓", words);
    case Whereabouts::late:
      return tag_of("orange", "◔", words);
    case Whereabouts::needs_you:
      return tag_of("orange", "⇄", words);
    case Whereabouts::declined:
      return tag_of("red", "✗", words);
  }
  return tag_of("grey", "", words);
}

Json level_tag(const std::string& level) {
  const std::string words = label_of_code(level);
  if (level == "very_high" || level == "danger") return tag_of("red", "▲▲", words);
  if (level == "high" || level == "caution") return tag_of("orange", "▲", words);
  if (level == "medium") return tag_of("yellow", "◆", words);
  if (level == "not_assessed") return tag_of("purple", "?", words);
  return tag_of("grey", "●", words);
}

const std::string& Naming::of(const Id& record) {
  const auto [found, fresh] = known_.try_emplace(record);
  if (!fresh || record.is_none()) return found->second;
  if (place_.store.find_record(record)) found->second = called(place_, readable(place_, record));
  if (found->second.empty()) found->second = record.short_form();
  return found->second;
}

std::string Naming::who(const Id& worker) {
  if (worker == place_.worker) return text_of_key("who.you");
  return worker.is_none() ? text_of_key("who.nobody") : of(worker);
}

// Whole letters only: a cut inside one would be no text.
std::string shortened(const std::string& text, std::size_t letters_max) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (begins && letters++ == letters_max) return text.substr(0, i) + "…";
  }
  return text;
}

ValueWords value_in_words(const Workplace& place, Naming& naming, const FieldEntry& field,
                          const Value& value) {
  switch (value.type()) {
    case ValueType::code:
      return {label_of_code(code_name(place.catalogue(), field, value.code()))};
    case ValueType::date:
      return {day_in_words(value.date())};
    case ValueType::moment:
      return {moment_in_words(place, value.moment())};
    case ValueType::boolean:
      return {text_of_key(value.boolean() ? "yes" : "no")};
    case ValueType::reference: {
      const Id to = value.reference();
      const std::optional<sync::RecordRow> row = place.store.find_record(to);
      const bool leads = row && row->kind < kinds::worker;
      return {naming.of(to),
              leads ? (row->kind == kinds::case_file ? "/case/" : "/record/") + to.to_string() : ""};
    }
    default:
      return {to_typed(place.catalogue(), field, value)};
  }
}

Json facts_of(const Workplace& place, Naming& naming, const RecordShown& shown) {
  Json rows = Json::array();
  for (const sync::FieldView& view : shown.fields) {
    const FieldNumber number = view.entry->number;
    const bool ours =
        number == header::signed_off || number == header::voided || number == header::void_cursor;
    if (view.in_force.empty() || ours) continue;
    Json values = Json::array();
    for (const Value& value : view.in_force) {
      ValueWords words = value_in_words(place, naming, *view.entry, value);
      values.push_back({{"text", std::move(words.text)}, {"href", std::move(words.href)}});
    }
    const std::string settle = "/conflicts/" + shown.row.record.to_string() + "/" + view.entry->name;
    rows.push_back({{"label", label_of(*shown.kind, *view.entry)},
                    {"values", std::move(values)},
                    {"open_conflict", view.open ? settle : ""}});
  }
  return rows;
}

}  // namespace caseload::client
