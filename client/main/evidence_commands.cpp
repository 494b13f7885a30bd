#include <algorithm>
#include <array>

#include "client/casework/looking.h"
#include "client/casework/typed.h"
#include "client/cli/answer.h"
#include "client/main/device_place.h"
#include "client/main/synchronise.h"
#include "client/profile/wipe.h"
#include "common/base/durable_file.h"
#include "sync/evidence/evidence.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

// A meeting as `sync` has it; what is not well is told.
Result<void> meet(DevicePlace& place, OpenProfile& profile, const MeetingWith& with) {
  const Result<Meeting> meeting = meet_office(profile, with, place.world());
  if (!meeting) return meeting.fault();
  if (!meeting->fault) return {};
  if (*meeting->fault == Fault::wipe) {
    if (Result<void> wiped = place.wipe(something_waits(profile)); !wiped) return wiped;
  }
  return *meeting->fault;
}

// The office sends these scopes again from their beginning; what is here of them stays meanwhile.
void ask_anew(SqlDeviceStore& store, std::initializer_list<Id> scopes) {
  sync::StoreTransaction<SqlDeviceStore> act(store);
  for (const Id& scope : scopes) {
    std::optional<sync::CoverageEntry> entry = store.coverage_of(scope);
    if (!entry) continue;
    entry->backfill = sync::Backfill{sync::Mask(), store.state().cursor, sync::Phase::safety, 0};
    store.set_coverage(scope, entry);
  }
  act.commit();
}

Json field_of(const KindEntry* kind, const sync::Write& write) {
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(write.field);
  if (field == nullptr) return {{"field", std::to_string(write.field)}, {"value", nullptr}};
  return {{"field", field->name}, {"value", to_json(Catalogue::built_in(), *field, write.value)}};
}

Json told(const sync::EvidencedChange& one) {
  const sync::ChangeHeader& header = one.change.header;
  const KindEntry* kind = Catalogue::built_in().find_kind(header.kind);
  Json writes = Json::array(), withheld = Json::array();
  for (const sync::Part& part : one.change.parts) {
    for (const sync::Write& write : part.writes) writes.push_back(field_of(kind, write));
  }
  for (const sync::SectionDigest& section : header.sections) {
    if (one.change.find(section.section) != nullptr) continue;
    const SectionEntry* entry = kind == nullptr ? nullptr : kind->find_section(section.section);
    withheld.push_back(entry == nullptr ? std::to_string(section.section) : std::string(entry->name));
  }
  return {{"change", to_json(header.id)}, {"author", to_json(header.author)}, {"device", to_json(one.device)},
          {"stamp", to_text(header.stamp.wall_time())}, {"received", to_text(one.received)}, {"position", one.position},
          {"writes", writes}, {"withheld", withheld}};
}

// Valid is what holds as a whole. The first change is the one that begins the record: its author is the record's.
Reply reply_of(const sync::Evidence& evidence, const sync::EvidenceFound& found) {
  Json reasons = Json::array(), history = Json::array();
  for (const Fault& reason : found.reasons) reasons.push_back(reason.to_string());
  for (const sync::EvidencedChange& one : found.changes) history.push_back(told(one));
  const bool any = !history.empty();
  Reply reply{Json{{"valid", found.reasons.empty()},
                   {"record", to_json(evidence.record)},
                   {"author", any ? history.front().at("author") : Json()},
                   {"stamp", any ? history.front().at("stamp") : Json()},
                   {"position", any ? history.front().at("position") : Json()},
                   {"tree_size", evidence.head.body.tree.size},
                   {"head_at", to_text(evidence.head.body.at)},
                   {"ledger_key", to_hex(evidence.ledger_key)},
                   {"reasons", reasons},
                   {"history", history}}};
  reply.needs_somebody = !found.reasons.empty();
  return reply;
}

Result<Reply> give_evidence(DevicePlace& place, const Call& call) {
  if (!call.has("out")) return Fault(Fault::required, "--out FILE");
  const Result<OpenProfile*> opened = place.open();
  if (!opened) return opened.fault();
  OpenProfile& profile = **opened;
  const Result<Id> record = find_typed(profile.workplace(), call.arguments[0]);
  if (!record) return record.fault();
  const std::optional<sync::RecordRow> row = profile.store().find_record(*record);
  if (!row) return why_not_here(profile.workplace(), *record);
  const Looking looking{sync::AuditAction::export_out, row->scope, *record};
  if (Result<void> may = begin_looking(profile.workplace(), looking); !may) return may.fault();
  if (Result<void> met = meet(place, profile, {}); !met) return met.fault();
  ask_anew(profile.store(), {row->scope, profile.enrolled().office.scope});
  sync::EvidenceGatherer gatherer(*record);
  MeetingWith with;
  with.hooks.stored = [&](const sync::Message& message) {
    if (const auto* page = std::get_if<sync::Page>(&message)) gatherer.look(*page);
  };
  if (Result<void> met = meet(place, profile, with); !met) return met.fault();
  const sync::DeviceState state = profile.store().state();
  const Result<sync::Evidence> evidence = gatherer.take(profile.enrolled().office, state.ledger.heads.back());
  if (!evidence) return evidence.fault();
  const sync::EvidenceFound found = verify_evidence(*evidence, profile.trust().ledger.checker);
  if (!found.reasons.empty()) return found.reasons.front();
  if (Result<void> reserved = reserve_file(call.option("out")); !reserved) return reserved.fault();
  replace_file(call.option("out"), sync::write_evidence(*evidence));
  Reply reply = reply_of(*evidence, found);
  reply.value.erase("history");
  reply.value["changes"] = found.changes.size();
  reply.value["file"] = call.option("out");
  return reply;
}

// Needs no profile and no office.
Result<Reply> verify_file(DevicePlace&, const Call& call) {
  const Result<Bytes> file = read_file(call.arguments[0], sync::evidence_bytes_max);
  if (!file) return file.fault();
  const Result<sync::Evidence> evidence = sync::read_evidence(*file);
  if (!evidence) {
    Reply reply{Json{{"valid", false}, {"reasons", Json::array({evidence.fault().to_string()})}}};
    reply.needs_somebody = true;
    return reply;
  }
  const Ed25519Checker checker;
  sync::EvidenceFound found = verify_evidence(*evidence, checker);
  const bool other_key = call.has("ledger-key") && call.option("ledger-key") != to_hex(evidence->ledger_key);
  if (other_key) found.reasons.push_back(Fault(Fault::other_log, "another ledger's key"));
  Reply reply = reply_of(*evidence, found);
  if (!call.has("ledger-key"))
    reply.remark = "It holds for the office with this ledger key. Compare it with what that office says of itself.";
  return reply;
}

const std::array entries = {
    DeviceEntry{{"evidence", "RECORD", 1, 1, "a record's signed history with its proofs, from the office's ledger",
                 {{"out", "FILE", "a new file; whoever has it can verify it alone"}}}, give_evidence},
    DeviceEntry{{"verify", "FILE", 1, 1, "whether a file of evidence holds: needs no office and no profile",
                 {{"ledger-key", "KEY", "of the office that is believed: ledger head tells it there"}}}, verify_file},
};

}  // namespace

std::span<const DeviceEntry> evidence_commands() { return entries; }

}  // namespace caseload::client
