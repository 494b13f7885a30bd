#include <algorithm>
#include <array>
#include <set>

#include "common/crypto/hash.h"
#include "server/admin/admin.h"
#include "server/office/directory.h"
#include "server/office/late_opening.h"
#include "server/office/late_work.h"
#include "server/office/ledger_check.h"

namespace caseload::server {
namespace {

Result<Reply> ledger_head(AdminPlace& place, const Call&) {
  const std::optional<sync::Signed<sync::TreeHead>> head = place.office.store().head();
  if (!head) return Fault(Fault::not_found, "nothing was accepted yet");
  return Reply{Json{{"log", to_json(head->body.log)},
                    {"size", head->body.tree.size},
                    {"root", to_hex(head->body.tree.digest)},
                    {"at", to_text(head->body.at)},
                    {"restore_epoch", head->body.restore_epoch},
                    {"ledger_key", to_hex(place.office.keys().ledger.public_key())},
                    {"last_position", place.office.store().last_position()}}};
}

Result<Reply> ledger_prove(AdminPlace& place, const Call& call) {
  const std::string& typed = call.arguments[0];
  const bool number = !typed.empty() && typed.size() < 19 && typed.find_first_not_of("0123456789") == std::string::npos;
  if (!number) return Fault(Fault::bad_value, "POSITION is a number");
  const ServerStore& store = place.office.store();
  const std::uint64_t position = std::stoull(typed);
  const std::optional<std::uint64_t> leaf = leaf_at(store, position);
  const std::optional<sync::Signed<sync::TreeHead>> head = store.head();
  if (!leaf || !head) return Fault(Fault::not_found, "no change stands at that position");
  Json proof = Json::array();
  for (const Digest& digest : sync::inclusion_proof(store.nodes(), head->body.tree.size, *leaf))
    proof.push_back(to_hex(digest));
  return Reply{Json{{"position", position}, {"leaf", *leaf}, {"leaf_hash", to_hex(store.acceptance(*leaf).leaf_hash())},
                    {"size", head->body.tree.size}, {"root", to_hex(head->body.tree.digest)}, {"proof", proof}}};
}

Result<Reply> ledger_verify(AdminPlace& place, const Call&) {
  const LedgerCheck check = check_ledger(place.office);
  Reply reply{Json{{"changes", check.changes}, {"leaves", check.leaves}, {"problems", Json::array()}}};
  for (const LedgerProblem& problem : check.problems)
    reply.value["problems"].push_back({{"position", problem.position}, {"problem", problem.what}});
  reply.needs_somebody = !check.problems.empty();
  return reply;
}

// Who may hold something of a case, or of any; a device that was told to let go and has not yet is "withdrawn".
Result<Reply> custody(AdminPlace& place, const Call& call) {
  const ServerStore& store = place.office.store();
  std::map<Id, std::string> names;
  for (const WorkerRow& row : workers(place.office)) names[row.id] = row.name;
  std::vector<sync::CustodyRow> rows;
  if (!call.arguments.empty()) {
    const Result<Id> scope = Id::parse(call.arguments[0]);
    if (!scope) return scope.fault();
    rows = store.holders_of(*scope);
  } else {
    for (const sync::OfficeDevice& device : store.devices()) {
      for (const sync::CustodyRow& row : store.custody(device.device)) rows.push_back(row);
    }
  }
  Reply reply{Json::array()};
  for (const sync::CustodyRow& row : rows) {
    const std::optional<sync::OfficeDevice> device = store.find_device(row.device);
    const std::optional<sync::OfficeChange> root = store.find(row.scope);
    const KindEntry* kind = root ? Catalogue::built_in().find_kind(root->change.header.kind) : nullptr;
    if (call.arguments.empty() && !call.has("all") && (kind == nullptr || kind->number != kinds::case_file)) continue;
    reply.value.push_back({{"case", to_json(row.scope)},
                           {"device", to_json(row.device)},
                           {"worker", device ? names[device->worker] : ""},
                           {"since", to_text(row.since)},
                           {"state", row.withdrawn ? "told to let go" : "may hold it"}});
  }
  return reply;
}

Result<Reply> late_list(AdminPlace& place, const Call&) {
  const ServerStore& store = place.office.store();
  std::map<Id, std::string> names;
  for (const WorkerRow& row : workers(place.office)) names[row.id] = row.name;
  Reply reply{Json::array()};
  for (const Id& id : store.held()) {
    const std::optional<sync::OfficeChange> change = store.find(id);
    if (!change) continue;
    const KindEntry* kind = Catalogue::built_in().find_kind(change->change.header.kind);
    reply.value.push_back({{"id", to_json(id)},
                           {"case", to_json(change->change.header.scope)},
                           {"author", names[change->change.header.author]},
                           {"kind", kind == nullptr ? "" : kind->name},
                           {"reason", std::string(Fault(change->held_for).name())}});
  }
  reply.needs_somebody = !reply.value.empty();
  return reply;
}

// Who could judge it by the rules: whoever may write late work there, but not about their own.
Json judges_of(const Office& office, const Id& scope, const Id& author) {
  Json names = Json::array();
  const sync::OfficeFacts facts = office.facts();
  const sync::OfficeSelf self = office.self();
  const sync::ScopeFacts of_case = facts.scope(scope);
  sync::ObjectFacts object;
  object.kind = kinds::late_work;
  object.section = Catalogue::built_in().find_kind(kinds::late_work)->find_section("decision")->number;
  for (const WorkerRow& worker : workers(office)) {
    sync::OfficeDevice device;
    device.worker = worker.id;
    const sync::Mask mask = self.rules.mask(facts.viewer(device), of_case);
    if (worker.active && worker.id != author && mask.look_up(object).level == sync::Level::write)
      names.push_back(worker.name);
  }
  return names;
}

Json held_changes(const ServerStore& store, std::span<const Id> ids) {
  Json changes = Json::array();
  for (const Id& id : ids) {
    const std::optional<sync::OfficeChange> held = store.find(id);
    if (!held) continue;
    const KindEntry* kind = Catalogue::built_in().find_kind(held->change.header.kind);
    changes.push_back({{"id", to_json(id)},
                       {"record", to_json(held->change.header.record)},
                       {"kind", kind == nullptr ? "" : kind->name},
                       {"written", to_text(held->change.header.stamp.wall_time())},
                       {"reason", std::string(Fault(held->held_for).name())}});
  }
  return changes;
}

// Where it is, how old, and for whom it waits; what it says is for these people, on their devices.
Result<Reply> late_show(AdminPlace& place, const Call& call) {
  const ServerStore& store = place.office.store();
  const std::string& typed = call.arguments[0];
  const auto is_meant = [&](const Id& id) { return typed.size() >= 4 && id.to_string().starts_with(typed); };
  std::vector<OpenLateWork> found;
  std::set<Id> opened;
  for (OpenLateWork& one : open_late_work(store)) {
    opened.insert(one.changes.begin(), one.changes.end());
    if (is_meant(one.record) || std::ranges::any_of(one.changes, is_meant)) found.push_back(std::move(one));
  }
  for (const Id& id : store.held()) {
    const std::optional<sync::OfficeChange> held = store.find(id);
    if (opened.contains(id) || !is_meant(id) || !held) continue;
    const std::optional<sync::OfficeSegment> segment = store.find_segment(held->segment);
    const Id device = segment ? segment->header.device : Id{};
    found.push_back({{}, held->change.header.scope, held->change.header.author, device, {id}, 0, false});
  }
  if (found.empty()) return Fault(Fault::not_found, "no late work of that identifier waits");
  if (found.size() > 1) return Fault(Fault::ambiguous, "more than one begins so");
  const OpenLateWork& late = found.front();
  std::map<Id, std::string> names;
  for (const WorkerRow& row : workers(place.office)) names[row.id] = row.name;
  const bool is_asked = !late.record.is_none();
  const std::optional<WallTime> since = is_asked ? std::optional(from_milliseconds(late.since_ms)) : std::nullopt;
  Reply reply{Json{{"id", to_json(late.record)},
                   {"case", to_json(late.scope)},
                   {"author", names[late.worker]},
                   {"device", to_json(late.device)},
                   {"since", to_json(since)},
                   {"due", to_json(since ? std::optional(escalation_due(*since)) : std::nullopt)},
                   {"escalated", late.escalated},
                   {"waits_for", judges_of(place.office, late.scope, late.worker)},
                   {"changes", held_changes(store, late.changes)}}};
  reply.needs_somebody = true;
  if (!is_asked) reply.remark = "It belongs to no case that the office knows, so nobody is asked about it.";
  return reply;
}

const std::array entries = {
    AdminEntry{{"custody",
                "[CASE]",
                0,
                1,
                "who may hold what, since when, and who has not let go",
                {{"all", "", "units, workers' files and the office too"}}},
               custody},
    AdminEntry{{"late list", "", 0, 0, "work that was not accepted and waits for a person", {}}, late_list},
    AdminEntry{{"late show", "LATE", 1, 1, "since when it waits, for whom, and what it is; not what it says", {}},
               late_show},
    AdminEntry{{"ledger head", "", 0, 0, "the signed state of the ledger", {}}, ledger_head},
    AdminEntry{{"ledger prove", "POSITION", 1, 1, "the proof that a change stands there", {}}, ledger_prove},
    AdminEntry{{"ledger verify", "", 0, 0, "holds the whole log against the ledger", {}}, ledger_verify, true},
};

}  // namespace

std::span<const AdminEntry> ledger_commands() { return entries; }

}  // namespace caseload::server
