#include "tests/simulation/checks/session_checks.h"

#include <algorithm>

namespace caseload::sync {
namespace {

// How sides that are both honest may part before the end.
constexpr Fault::Code honest[] = {Fault::closed, Fault::twin, Fault::restored, Fault::stale};

}  // namespace

void SessionChecks::content_begins(Connection& connection) {
  allowed_.erase(&connection);
  connection.content = true;
  connection.begun = office_.clock.now();
  connection.rules = witness_.rules;
  connection.upto = 0;
  if (connection.offered_size > 0) connection.upto = office_.store.acceptance(connection.offered_size - 1).end_position() - 1;
  const std::optional<OfficeDevice> row = office_.store.find_device(connection.laptop().identity.device);
  connection.standing = row && !row->twin ? row->standing : Standing::suspended;
}

// By the log up to the session's head and the rules of when its content began.
const Reference::Held& SessionChecks::allowed(Connection& connection) {
  const auto found = allowed_.find(&connection);
  if (found != allowed_.end()) return found->second;
  const Id& worker = connection.laptop().identity.worker;
  Reference then = witness_.reference;
  then.forget_beyond(connection.upto);
  then.change_rules(rules_variants()[connection.rules].compiled.rules());
  return allowed_[&connection] = then.may_hold(worker, Standing::active, connection.begun);
}

void SessionChecks::office_sends(Connection& connection, const Message& message) {
  if (const auto* status = std::get_if<Status>(&message)) {
    connection.offered_size = status->head.head.body.tree.size;
    connection.content = false;
  }
  if (const auto* receipts = std::get_if<Receipts>(&message)) connection.offered_size = receipts->head.head.body.tree.size;
  if (const auto* page = std::get_if<Page>(&message)) look_at_page(connection, *page);
  demand(write_message(message).size() <= message_bytes_max, "I15", "a message that fits into no frame");
}

void SessionChecks::look_at_page(Connection& connection, const Page& page) {
  const std::string& name = connection.laptop().identity.name;
  const bool may_have_content = connection.content && connection.standing == Standing::active;
  demand(may_have_content || page.segments.empty(), "I5", "content for " + name + ", who is to have none");
  for (const PageSegment& segment : page.segments) {
    for (const Bytes& packed : segment.changes) {
      const Result<Change> change = unpack(packed);
      demand(change.ok(), "I13", "a change that does not unpack, for " + name);
      const std::vector<CustodyRow> custody = office_.store.custody(connection.laptop().identity.device);
      const bool known = std::ranges::find(custody, change->header.scope, &CustodyRow::scope) != custody.end();
      demand(known, "I5", "bytes of a scope of which " + name + " has no custody");
      for (const Part& part : change->parts) {
        const bool may = allowed(connection).contains({change->header.id, part.section});
        demand(may, "I5", "a part of a " + Catalogue::built_in().find_kind(change->header.kind)->name + " sent to " + name + ", who may not have it");
      }
    }
  }
}

// Before anything is repaired: in every scope that the device covers it holds what the reference gives it.
void SessionChecks::device_gets(Connection& connection, const Message& message) {
  const auto* complete = std::get_if<Complete>(&message);
  if (complete == nullptr || !complete->statement || !connection.content || connection.was_tampered()) return;
  const bool has_twin = witness_.cloned.contains(connection.laptop().identity.device);
  const auto& contents = connection.laptop().store.contents();
  const Reference::Held& given = allowed(connection);
  const auto name_of_part = [&](const Id& change, SectionNumber section) {
    const KindEntry* kind = Catalogue::built_in().find_kind(witness_.made.at(change).change.header.kind);
    return kind->name + "." + kind->find_section(section)->name;
  };
  for (const auto& [id, stored] : contents.changes) {
    if (stored.state != ChangeState::accepted || !contents.coverage.contains(stored.change.header.scope)) continue;
    for (const Part& part : stored.change.parts) {
      const bool may = given.contains({id, part.section});
      demand(may, "I5", connection.laptop().identity.name + " was left with " + name_of_part(id, part.section));
    }
  }
  for (const auto& [id, section] : given) {
    const Id& scope = witness_.made.at(id).change.header.scope;
    const auto stored = contents.changes.find(id);
    const bool held = stored != contents.changes.end() && stored->second.state == ChangeState::accepted &&
                      stored->second.change.find(section) != nullptr;
    // What a copy of the device sent, the office believes the device to have.
    demand(held || has_twin || !contents.coverage.contains(scope), "I4",
           connection.laptop().identity.name + " was not sent " + name_of_part(id, section));
  }
}

void SessionChecks::device_took(Connection& connection, const Message& message) {
  const bool complete = std::holds_alternative<Complete>(message);
  const bool has_twin = witness_.cloned.contains(connection.laptop().identity.device);
  demand(!complete || has_twin || connection.report().repaired == 0, "I4", connection.laptop().identity.name + " had to repair what it holds");
}

void SessionChecks::device_is_done(Connection& connection) {
  const std::string& name = connection.laptop().identity.name;
  if (connection.standing == Standing::lost || !connection.content) return;
  const Reference::Held& given = allowed(connection);
  Reference::Held held;
  for (const auto& [id, stored] : connection.laptop().store.contents().changes) {
    for (const Part& part : stored.change.parts) {
      if (stored.state == ChangeState::accepted) held.insert({id, part.section});
    }
  }
  const auto kind_of = [&](const auto& part) { return Catalogue::built_in().find_kind(witness_.made.at(part.first).change.header.kind)->name; };
  for (const auto& part : held) {
    demand(given.contains(part), "I5", name + " still holds a part of a " + kind_of(part) + " that was withdrawn");
  }
  if (connection.standing != Standing::active) return;
  const bool has_twin = witness_.cloned.contains(connection.laptop().identity.device);
  for (const auto& part : given) demand(has_twin || held.contains(part), "I4", name + " lacks a part of a " + kind_of(part) + " after a complete session");
}

void SessionChecks::ended(Connection& connection, Side side, const std::optional<Fault>& fault) {
  allowed_.erase(&connection);
  if (!fault || connection.was_tampered()) return;
  const bool fair = std::ranges::find(honest, fault->code()) != std::end(honest);
  const std::string who = side == Side::device ? connection.laptop().identity.name : "the office, to " + connection.laptop().identity.name;
  demand(fair, "I10", who + " says " + fault->to_string());
}

}  // namespace caseload::sync
