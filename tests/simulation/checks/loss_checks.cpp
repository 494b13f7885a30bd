#include "tests/simulation/checks/loss_checks.h"

#include <algorithm>

namespace caseload::sync {
namespace {

bool holds_whole(const Laptop& laptop, const Id& change) {
  if (laptop.gone) return false;
  const auto& contents = laptop.store.contents();
  const auto found = contents.changes.find(change);
  return (found != contents.changes.end() && found->second.change.is_whole()) || contents.sealed.contains(change);
}

const Laptop* author_of(std::span<const std::unique_ptr<Laptop>> laptops, const Witness::Made& made) {
  for (const auto& laptop : laptops) {
    if (laptop->identity.name == made.by && !laptop->gone && !made.left_author) return laptop.get();
  }
  return nullptr;
}

// What a laptop was told of a change stays true until the office is restored.
void look_at_receipts(const Office& office, const Laptop& laptop) {
  const DeviceState& state = laptop.store.contents().state;
  const auto& head = office.store.contents().head;
  if (laptop.gone || state.ledger.heads.empty()) return;
  if (state.ledger.heads.back().body.restore_epoch != head->body.restore_epoch) return;
  for (const auto& [id, stored] : laptop.store.contents().changes) {
    if (stored.state != ChangeState::accepted) continue;
    const auto held = office.store.contents().changes.find(id);
    const bool there = held != office.store.contents().changes.end() && held->second.position == stored.position &&
                       held->second.accepted == stored.accepted;
    demand(there, "I1", laptop.identity.name + " has a position or time that the office does not have");
  }
}

}  // namespace

void look_for_losses(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, const Witness& witness) {
  const auto& log = office.store.contents().changes;
  for (const auto& [id, made] : witness.made) {
    const auto held = log.find(id);
    const Laptop* author = author_of(laptops, made);
    const bool backed_up = held != log.end() && held->second.position != 0 && held->second.position <= office.store.backed_up();
    demand(author == nullptr || backed_up || holds_whole(*author, id), "I1",
           made.by + " no longer has a " + Catalogue::built_in().find_kind(made.change.header.kind)->name + " that no backup has");
    if (held != log.end()) {
      demand(held->second.digest == made.digest, "I1", "the office holds another change under this id");
      continue;
    }
    const bool somewhere = std::ranges::any_of(laptops, [&](const auto& laptop) { return holds_whole(*laptop, id); });
    demand(somewhere || made.copy_gone || made.by == "office", "I1",
           "a " + Catalogue::built_in().find_kind(made.change.header.kind)->name + " that " + made.by +
               " kept is nowhere");
  }
  for (const auto& laptop : laptops) look_at_receipts(office, *laptop);
}

void look_for_lost_work(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, const Witness& witness) {
  const auto& log = office.store.contents().changes;
  for (const auto& [id, made] : witness.made) {
    const Laptop* author = author_of(laptops, made);
    if (author == nullptr || !author->store.contents().changes.contains(id)) continue;
    const ChangeState state = author->store.contents().changes.at(id).state;
    const bool offered = state != ChangeState::foreign;  // a part of it is gone from there, and the whole is sealed
    demand(!offered || log.contains(id), "I14", "what " + made.by + " made, the office lost, and has not taken back");
  }
}

void excuse_losses(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, const Loss& loss, Witness& witness) {
  const auto& log = office.store.contents().changes;
  for (auto& [id, made] : witness.made) {
    if (!loss.before.changes.contains(id) && !loss.before.sealed.contains(id)) continue;
    const bool by_it = made.by == loss.laptop.identity.name;
    if (by_it && !holds_whole(loss.laptop, id)) made.left_author = true;
    if (std::ranges::any_of(laptops, [&](const auto& laptop) { return holds_whole(*laptop, id); })) continue;
    const auto held = log.find(id);
    const bool backed_up = held != log.end() && held->second.position != 0 && held->second.position <= office.store.backed_up();
    if (!backed_up) made.copy_gone = true;
  }
}

void excuse_restore(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, Witness& witness) {
  for (auto& [id, made] : witness.made) {
    if (made.by == "office" || office.store.contents().changes.contains(id) || author_of(laptops, made) != nullptr) continue;
    if (std::ranges::any_of(laptops, [&](const auto& laptop) { return holds_whole(*laptop, id); })) continue;
    made.copy_gone = true;
  }
}

}  // namespace caseload::sync
