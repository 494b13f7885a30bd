#include "sync/device/late_work.h"

#include "sync/device/derive.h"

namespace caseload::sync {

std::map<Id, LateDecision> late_answers(const DeviceStore& store, const Catalogue& catalogue) {
  std::map<Id, LateDecision> answers;
  for (const RecordRow& row : store.records_of_scope(store.state().worker)) {  // by id, so by time
    if (row.kind != kinds::late_answer) continue;
    const RecordState answer = store.record(row.record);
    const FieldView decision = answer.view(catalogue, late_answer_facts::decision);
    if (decision.in_force.empty() || decision.in_force.front().type() != ValueType::code) continue;
    for (const Value& change : answer.view(catalogue, late_answer_facts::changes).in_force) {
      if (change.type() != ValueType::reference) continue;
      answers[change.reference()] = static_cast<LateDecision>(decision.in_force.front().code());
    }
  }
  return answers;
}

std::vector<Id> late_and_declined(const DeviceStore& store) {
  std::vector<Id> all = store.late();
  const std::vector<Id> declined = store.declined();
  all.insert(all.end(), declined.begin(), declined.end());
  return all;
}

void take_declined(DeviceStore& store, const Catalogue& catalogue) {
  const std::vector<Id> late = store.late();
  if (late.empty()) return;
  const std::map<Id, LateDecision> answers = late_answers(store, catalogue);
  for (const Id& id : late) {
    const auto answer = answers.find(id);
    if (answer == answers.end() || answer->second != LateDecision::declined) continue;
    StoredChange stored = *store.find(id);
    stored.state = ChangeState::declined;
    store.put(stored);
    rebuild_record(store, catalogue, stored.change.header.record);
  }
}

}  // namespace caseload::sync
