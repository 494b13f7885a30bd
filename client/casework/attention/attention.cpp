#include "client/casework/attention/attention.h"

#include "client/casework/looking.h"

namespace caseload::client {

std::map<Id, Attention> weigh_cases(const Workplace& place, const std::optional<Id>& scope) {
  const Date today = place.zone.date_at(place.clock.now());
  std::map<Id, Attention> all;
  for (auto& [id, facts] : gather_facts(place, scope)) {
    Attention& attention = all[id];
    if (facts.priority.open) facts.priority.due = judge_deadlines(facts.deadlines, today, facts.works);
    attention.open = facts.priority.open;
    attention.tier = facts.priority.contacts.tier;
    attention.priority = judge_priority(facts.priority);
    attention.counts = count_due(facts.priority.due);
    attention.due = std::move(facts.priority.due);
    attention.last_contact = facts.last_contact;
    attention.next_contact = facts.priority.contacts.next;
  }
  return all;
}

Result<Attention> attention_to(Workplace& place, const Id& scope) {
  std::map<Id, Attention> weighed = weigh_cases(place, scope);
  if (weighed.empty()) return Fault(Fault::not_found, "its case");
  const Looking at{sync::AuditAction::consult, scope, {}};
  if (Result<void> leave = begin_looking(place, at); !leave) return leave.fault();
  return std::move(weighed.begin()->second);
}

}  // namespace caseload::client
