#include <algorithm>

#include "client/casework/late/late_work.h"
#include "client/casework/typed.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"

namespace caseload::client {
namespace {

std::string_view name_of(LateDecision decision) {
  switch (decision) {
    case LateDecision::waiting: return "waiting";
    case LateDecision::released: return "released";
    case LateDecision::declined: return "declined";
  }
  return "unknown";
}

std::string kind_name(const KindEntry* kind) { return kind == nullptr ? "" : kind->name; }

Json row_of(const LateWork& work) {
  return {{"id", to_json(work.id)},
          {"case", to_json(work.scope)},
          {"author", to_json(work.author)},
          {"reason", work.reason},
          {"since", to_text(work.since)},
          {"changes", work.changes},
          {"escalated", to_json(work.escalated)}};
}

Result<Answer> list_own(Workplace& place) {
  const Result<std::vector<OwnLateWork>> own = own_late_work(place);
  if (!own) return own.fault();
  Answer answer{Json::array()};
  for (const OwnLateWork& work : *own) {
    answer.value.push_back({{"id", to_json(work.change)}, {"case", to_json(work.scope)}, {"kind", kind_name(work.kind)},
                            {"changes", work.changes}, {"decision", name_of(work.decision)}, {"reason", work.reason},
                            {"decided_by", to_json(work.decided_by)}, {"decided_at", to_json(work.decided_at)}});
  }
  return answer;
}

Result<Answer> list(Workplace& place, const Call& call) {
  if (call.has("mine")) return list_own(place);
  const Result<std::vector<LateWork>> waiting = late_to_judge(place);
  if (!waiting) return waiting.fault();
  Answer answer{Json::array(), !waiting->empty()};
  for (const LateWork& work : *waiting) answer.value.push_back(row_of(work));
  return answer;
}

Json fields_of(const Workplace& place, const HeldChange& held) {
  Json fields = Json::object();
  for (const HeldField& field : held.fields) {
    if (field.field == nullptr) continue;
    const Json value = to_json(place.catalogue(), *field.field, field.value);
    if (field.field->policy != MergePolicy::set) {
      fields[field.field->name] = value;
      continue;
    }
    const std::string name = field.out ? field.field->name + " (taken out)" : field.field->name;
    fields[name].push_back(value);
  }
  return fields;
}

Result<Answer> show(Workplace& place, const Call& call) {
  const Result<Id> record = find_typed(place, call.arguments[0]);
  if (!record) return record.fault();
  const Result<LateWorkShown> shown = show_late_work(place, *record);
  if (!shown) return shown.fault();
  Answer answer{row_of(shown->work)};
  answer.value["device"] = to_json(shown->work.device);
  answer.value["decision"] = name_of(shown->work.decision);
  answer.value["rule"] = shown->work.rule;
  answer.value["remark"] = shown->work.remark;
  answer.value["held"] = Json::array();
  if (!shown->work.readable) answer.remark = "What is held is not shown here: not all of it is shared with you.";
  for (const HeldChange& held : shown->held) {
    const auto unread = std::ranges::count(held.fields, nullptr, &HeldField::field);
    answer.value["held"].push_back({{"change", to_json(held.change)},
                                    {"record", to_json(held.record)},
                                    {"kind", kind_name(held.kind)},
                                    {"recorded", to_text(held.stamp.wall_time())},
                                    {"fields", fields_of(place, held)},
                                    {"not_understood", unread},
                                    {"erased_in_part", held.gone}});
  }
  return answer;
}

Result<Answer> judge(Workplace& place, const Call& call, LateDecision decision) {
  const Result<Id> record = find_typed(place, call.arguments[0]);
  if (!record) return record.fault();
  const Result<Done> done = judge_late_work(place, *record, decision, call.option("reason"));
  if (!done) return done.fault();
  Answer answer{{{"id", to_json(done->record)}, {"decision", name_of(decision)}}};
  answer.remark = "The office carries it out after the next synchronisation.";
  return answer;
}

Result<Answer> release(Workplace& place, const Call& call) { return judge(place, call, LateDecision::released); }
Result<Answer> decline(Workplace& place, const Call& call) { return judge(place, call, LateDecision::declined); }

}  // namespace

std::span<const CommandEntry> late_commands() {
  static const std::vector<CommandEntry> table{
      {"late list",
       "",
       0,
       0,
       "work that was not accepted, for you to judge",
       {{"mine", "", "your own, and what became of it"}},
       list},
      {"late show", "LATE", 1, 1, "with what is held, to be read before judging", {}, show},
      {"late release", "LATE", 1, 1, "lets it into the case, as its author's", {{"reason", "R", "why"}}, release},
      {"late decline",
       "LATE",
       1,
       1,
       "keeps it out; the office keeps it",
       {{"reason", "R", "why; must be given"}},
       decline},
  };
  return table;
}

}  // namespace caseload::client
