#include "common/practice/completeness.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

namespace caseload {
namespace {

// Two fields of one type, of which the second is never the earlier. Assignments are not among them: one that is ended
// before it begins, by a clock that is a minute behind, is one that never was in force.
struct Order {
  std::string_view kind, start, end;
};
constexpr Order orders[] = {
    {"case", "legal_status_from", "legal_status_until"}, {"person", "date_of_birth", "died_on"},
    {"plan", "starts", "ends"},                          {"risk", "assessed_on", "review_on"},
    {"contact_restriction", "from", "until"},            {"referral", "first_session", "ended_on"},
    {"appointment", "checked_in", "checked_out"},        {"worker", "started", "left"},
    {"absence", "from", "until"},                        {"contract", "from", "until"},
};

// Days on which something has happened.
struct Past {
  std::string_view kind, field;
};
constexpr Past pasts[] = {{"person", "date_of_birth"}, {"person", "died_on"},    {"action", "done_on"},
                          {"case", "closed_on"},       {"risk", "assessed_on"},  {"outcome", "achieved"}};

const FieldFact* find(std::span<const FieldFact> facts, FieldNumber field) {
  const auto found = std::ranges::find_if(
      facts, [&](const FieldFact& fact) { return fact.field == field && !fact.value.is_none(); });
  return found == facts.end() ? nullptr : &*found;
}

// Letters and digits, of any script: what is left when blanks and signs are gone.
std::size_t letters_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool ascii = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return ascii || byte >= 0xc3;  // the first byte of a letter beyond ASCII; general signs begin with 0xc2
  }));
}

bool says_enough(const FieldFact* fact) {
  return fact != nullptr && fact->value.type() == ValueType::text &&
         letters_of(fact->value.text()) >= weighty_letters_min;
}

CodeNumber type_of(std::span<const FieldFact> facts) {
  const FieldFact* type = find(facts, header::type);
  return type != nullptr && type->value.type() == ValueType::code ? type->value.code() : CodeNumber{0};
}

bool is_weighty(CodeNumber type) {
  return type == number_of(NoteType::oversight) || type == number_of(NoteType::decision) ||
         type == number_of(NoteType::supervision);
}

// Days with days, moments with moments; what was not answered has no order.
bool is_before(const Value& end, const Value& start) {
  if (end.type() != start.type()) return false;
  if (end.type() == ValueType::date) return end.date() < start.date();
  return end.type() == ValueType::moment && end.moment() < start.moment();
}

}  // namespace

std::vector<Finding> lacks_to_sign(const KindEntry& note, std::span<const FieldFact> facts) {
  std::vector<Finding> lacks;
  const CodeNumber type = type_of(facts);
  const auto want = [&](std::string_view name, bool enough, bool must) {
    const FieldEntry* field = note.find_field(name);
    CHECK(field != nullptr, "every catalogue has the fields of a note");
    const FieldFact* fact = find(facts, field->number);
    if (!(enough ? says_enough(fact) : fact != nullptr)) lacks.push_back({field, Fault::required, {}, must});
  };
  want("type", false, true);
  want("text", false, true);
  if (is_weighty(type)) {
    want("impact_on_person", true, true);
    want("rationale", true, true);
  }
  if (is_contact(type)) want("result", false, false);
  return lacks;
}

std::vector<Finding> contradictions(const KindEntry& kind, std::span<const FieldFact> facts, Date today) {
  std::vector<Finding> found;
  for (const Order& order : orders) {
    if (order.kind != kind.name) continue;
    const FieldEntry* start = kind.find_field(order.start);
    const FieldEntry* end = kind.find_field(order.end);
    CHECK(start != nullptr && end != nullptr, "every catalogue has the fields that have an order");
    const FieldFact* from = find(facts, start->number);
    const FieldFact* until = find(facts, end->number);
    if (from == nullptr || until == nullptr || !(from->written || until->written)) continue;
    if (is_before(until->value, from->value)) {
      found.push_back({end, Fault::bad_value, "before " + dotted_name(kind, *start)});
    }
  }
  for (const Past& past : pasts) {
    if (past.kind != kind.name) continue;
    const FieldEntry* field = kind.find_field(past.field);
    CHECK(field != nullptr, "every catalogue has the fields that lie in the past");
    const FieldFact* fact = find(facts, field->number);
    if (fact == nullptr || !fact->written || fact->value.type() != ValueType::date) continue;
    if (fact->value.date() > today) found.push_back({field, Fault::bad_value, "in the future"});
  }
  return found;
}

bool lies_in_the_past(const KindEntry& kind, const FieldEntry& field) {
  return std::ranges::any_of(pasts,
                             [&](const Past& past) { return past.kind == kind.name && past.field == field.name; });
}

bool is_contact(CodeNumber type) {
  constexpr NoteType contacts[] = {NoteType::contact, NoteType::home_visit,   NoteType::phone,  NoteType::letter,
                                   NoteType::office_visit, NoteType::video_call, NoteType::message};
  return std::ranges::any_of(contacts, [&](NoteType contact) { return type == number_of(contact); });
}

}  // namespace caseload
