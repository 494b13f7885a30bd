#include "server/office/late_opening.h"

#include <algorithm>
#include <tuple>

#include "server/office/late_work.h"
#include "sync/office/held_content.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

using sync::FieldWrite;
using sync::OfficeChange;

// Codes of lists::late_reason.
enum class LateReason : CodeNumber {
  no_longer_assigned = 1, not_allowed = 2, breaks_a_rule = 3, builds_on_late_work = 4, device_suspended = 5,
  record_signed = 6, safer_value_stands = 7, second_copy = 8, record_unknown = 9, not_understood = 10,
};

const Catalogue& catalogue() { return Catalogue::built_in(); }

std::uint8_t severity_of(CodeNumber marking) {
  const FieldEntry* field = catalogue().find_kind(kinds::late_work)->find_field(header::marking);
  return marking == 0 ? std::uint8_t{0} : catalogue().severity(field->code_list, marking);
}

// A marking that nobody here knows counts as the most protective that there is.
CodeNumber more_protective(CodeNumber one, CodeNumber other) {
  if (severity_of(other) == 255) other = number_of(Marking::restricted);
  return severity_of(other) > severity_of(one) ? other : one;
}

// The record as everything that waits would make it.
sync::RecordState state_with_held(const Office& office, const OfficeChange& held) {
  const sync::ChangeHeader& header = held.change.header;
  sync::RecordState state = office.facts().state(header.record);
  if (state.kind() == 0) state = sync::RecordState(header.record, header.kind);
  for (const OfficeChange& late : office.store().held_of_record(header.record)) {
    if (late.change.header.kind != state.kind()) continue;
    const sync::Origin origin{late.change.header.id, late.change.header.author, {}, late.change.header.stamp, 0, {}};
    for (const sync::Part& part : late.change.parts) state.apply(catalogue(), part, origin);
  }
  return state;
}

sync::HeldFacts about(const Office& office, const OfficeChange& held) {
  const sync::ChangeHeader& header = held.change.header;
  const std::optional<OfficeChange> created = office.store().find(header.record);
  const Id author = created ? created->change.header.author : header.author;
  sync::HeldFacts facts{header.kind, 0, 0, author};
  if (catalogue().find_kind(header.kind) == nullptr) return facts;
  facts.type = sync::facts_of(state_with_held(office, held), catalogue(), header.scope, author).type;
  return facts;
}

bool was_assigned(const Office& office, const Id& scope, const Id& worker) {
  const sync::OfficeFacts facts = office.facts();
  return std::ranges::any_of(office.store().records_of(scope, kinds::assignment), [&](const Id& assignment) {
    const std::vector<Value> to = facts.state(assignment).view(catalogue(), assignment_facts::worker).in_force;
    return !to.empty() && to.front() == Value::of_reference(worker);
  });
}

// Why it is held, as it would be said now; a right that came back meanwhile changes nothing.
Fault why_held(const Office& office, const OfficeChange& held, const sync::OfficeDevice& device) {
  const sync::IntakeContext with = office.intake();
  const Result<void> judged =
      sync::Judge({office.store(), catalogue(), with.rules, device, with.now}).judge(held.change);
  return !judged && judged.fault().code() == held.held_for ? judged.fault() : Fault(held.held_for);
}

LateReason reason_of(const Office& office, const OfficeChange& held, const sync::OfficeDevice& device) {
  const Fault why = why_held(office, held, device);
  switch (why.code()) {
    case Fault::suspended: return device.twin ? LateReason::second_copy : LateReason::device_suspended;
    case Fault::held: return LateReason::builds_on_late_work;
    case Fault::already_there: return LateReason::record_signed;
    case Fault::not_found: return LateReason::record_unknown;
    case Fault::unknown_kind: case Fault::unknown_field: case Fault::wrong_section: return LateReason::not_understood;
    case Fault::not_allowed: break;
    default: return LateReason::breaks_a_rule;
  }
  if (!why.detail().empty()) return LateReason::safer_value_stands;
  const sync::ChangeHeader& header = held.change.header;
  return was_assigned(office, header.scope, header.author) ? LateReason::no_longer_assigned : LateReason::not_allowed;
}

std::string line_of(const std::string& text, std::uint16_t number) {
  std::size_t from = 0;
  for (std::uint16_t line = 1; line < number && from != std::string::npos; ++line) {
    from = text.find('\n', from);
    if (from != std::string::npos) ++from;
  }
  return from == std::string::npos ? std::string() : text.substr(from, text.find('\n', from) - from);
}

std::string section_name(KindNumber kind, SectionNumber section) {
  const KindEntry* entry = catalogue().find_kind(kind);
  const SectionEntry* named = entry == nullptr ? nullptr : entry->find_section(section);
  return named == nullptr ? std::to_string(kind) + "." + std::to_string(section) : entry->name + "." + named->name;
}

sync::ScopeFacts scope_of(const Office& office, const OfficeChange& held) {
  const sync::ChangeHeader& header = held.change.header;
  const bool begins = header.scope == header.record && header.creates();
  return begins ? office.facts().scope_to_be(held.change) : office.facts().scope(header.scope);
}

// The rule, as its readers know it: a line of the sharing rules, or what every office keeps to.
std::string rule_in_words(const Office& office, const LateGroup& group, const sync::OfficeDevice& device) {
  const OfficeChange& held = group.changes.front();
  const Fault why = why_held(office, held, device);
  if (why.code() == Fault::not_allowed && why.detail().empty()) {
    const sync::Mask mask = office.intake().rules.mask(office.facts().viewer(device), scope_of(office, held));
    for (const sync::SectionDigest& part : held.change.header.sections) {
      const bool own = group.about.author == group.worker;
      const sync::Decision decision =
          mask.look_up({group.about.kind, part.section, group.about.type, group.marking, own});
      if (decision.level == sync::Level::write) continue;
      const std::string line = decision.line == 0 ? "no line of the sharing rules gives it"
                                                  : line_of(office.rules_text(), decision.line);
      return section_name(group.about.kind, part.section) + ": " + line;
    }
  }
  const FaultEntry* entry = find_fault(why.code());
  const std::string meaning(entry == nullptr ? "" : entry->meaning);
  return why.detail().empty() ? meaning : meaning + ": " + why.detail();
}

// In which segment, and where in it, a change left its device: the order in which its author made them.
using MadeAt = std::tuple<std::uint32_t, std::uint64_t, std::uint16_t>;
MadeAt made_at(const sync::OfficeStore& store, const OfficeChange& held) {
  const std::optional<sync::OfficeSegment> segment = store.find_segment(held.segment);
  CHECK(segment.has_value(), "late work has a segment");
  return {segment->header.epoch, segment->header.number, held.index};
}

bool fits(const LateGroup& group, const LateGroup& alone) {
  return group.scope == alone.scope && group.device == alone.device && group.worker == alone.worker &&
         group.reason == alone.reason && group.about == alone.about && group.marking == alone.marking &&
         group.changes.size() < late_group_changes_max && group.bytes + alone.bytes <= late_group_bytes_max;
}

LateGroup group_of(const Office& office, const OfficeChange& held) {
  const std::optional<sync::OfficeSegment> segment = office.store().find_segment(held.segment);
  CHECK(segment.has_value(), "late work has a segment");
  const std::optional<sync::OfficeDevice> device = office.store().find_device(segment->header.device);
  CHECK(device.has_value(), "a segment was taken from a device that is known");
  LateGroup group{
      held.change.header.scope, device->device, held.change.header.author, 0, about(office, held), 0, 0, {}, 0};
  group.reason = number_of(reason_of(office, held, *device));
  group.marking = marking_to_follow(office, held.change.header.record);
  for (const sync::SectionDigest& part : held.change.header.sections) group.sections |= 1U << part.section;
  group.bytes = pack(held.change).size();
  group.changes.push_back(held);
  return group;
}

// What it builds on that is held too, and not part of it.
std::vector<Id> built_on(const Office& office, const LateGroup& group) {
  std::vector<Id> found;
  const auto add = [&](const Id& id) {
    const std::optional<OfficeChange> root = office.store().find(id);
    const auto is_it = [&](const OfficeChange& change) { return change.change.header.id == id; };
    const bool waits = root && root->position == 0 && std::ranges::none_of(group.changes, is_it);
    if (waits && std::ranges::find(found, id) == found.end()) found.push_back(id);
  };
  for (const OfficeChange& held : group.changes) {
    add(held.change.header.scope);
    add(held.change.header.record);
  }
  return found;
}

// Whether the worker would be among those who judge: then it is not left to them.
bool could_judge_own(const Office& office, const LateGroup& group, const sync::OfficeDevice& device) {
  sync::OfficeDevice worker = device;
  worker.standing = Standing::active;
  const sync::Mask mask = office.intake().rules.mask(office.facts().viewer(worker), office.facts().scope(group.scope));
  return mask.look_up({kinds::late_work, header::section, group.reason, group.marking, false}).level ==
         sync::Level::write;
}

std::vector<FieldWrite> facts_of_group(const Office& office, const LateGroup& group, WallTime now) {
  const auto count = [](std::size_t n) { return Value::of_integer(static_cast<std::int64_t>(n)); };
  std::vector<Digest> digests;
  for (const OfficeChange& held : group.changes) digests.push_back(held.digest);
  std::vector<FieldWrite> writes{
      {header::type, Value::of_code(group.reason)},
      {late_facts::worker, Value::of_reference(group.worker)},
      {late_facts::device, Value::of_reference(group.device)},
      {late_facts::decision, Value::of_code(number_of(LateDecision::waiting))},
      {late_facts::about_kind, count(group.about.kind)},
      {late_facts::about_type, count(group.about.type)},
      {late_facts::about_sections, count(group.sections)},
      {late_facts::about_author, Value::of_reference(group.about.author)},
      {late_field("changes"), count(group.changes.size())},
      {late_field("bytes"), count(group.bytes)},
      {late_field("held_digest"), Value::of_text(to_hex(sync::held_digest(digests)))},
      {late_field("since"), Value::of_moment(now)}};
  const sync::OfficeDevice device = *office.store().find_device(group.device);
  writes.push_back({late_field("rule"), Value::of_text(rule_in_words(office, group, device))});
  if (group.marking != 0) writes.push_back({header::marking, Value::of_code(group.marking)});
  const Id& record = group.changes.front().change.header.record;
  const bool one = std::ranges::all_of(
      group.changes, [&](const OfficeChange& held) { return held.change.header.record == record; });
  if (one) writes.push_back({late_field("about"), Value::of_reference(record)});
  for (const Id& id : built_on(office, group)) writes.push_back({late_field("builds_on"), Value::of_reference(id)});
  for (const OfficeChange& held : group.changes) {
    writes.push_back({late_facts::held_changes, Value::of_reference(held.change.header.id)});
  }
  return writes;
}

// The pieces, in as many changes of the record as they take.
std::vector<AdministrativeAct> content_acts(const Id& scope, const Id& record, std::span<const OfficeChange> changes) {
  std::vector<Bytes> packed;
  for (const OfficeChange& held : changes) packed.push_back(pack(held.change));
  std::vector<AdministrativeAct> acts;
  for (const std::string& piece : sync::to_pieces(packed)) {
    if (acts.empty() || acts.back().writes.size() == sync::pieces_a_change_max) {
      acts.push_back({kinds::late_work, scope, record, {}, {}});
    }
    acts.back().writes.push_back({late_field("content"), Value::of_text(piece)});
  }
  return acts;
}

}  // namespace

FieldNumber late_field(std::string_view name) {
  const FieldEntry* field = catalogue().find_kind(kinds::late_work)->find_field(name);
  CHECK(field != nullptr, "a field of late_work");
  return field->number;
}

std::string open_name(const Id& record) { return "late/open/" + record.to_string(); }

std::vector<OpenLateWork> open_late_work(const ServerStore& store) {
  std::vector<OpenLateWork> all;
  for (const std::string& name : store.values("late/open/")) {
    const Result<OpenLateWork> open = decode<OpenLateWork>(*store.value(name));
    CHECK(open.ok(), "the office wrote what it remembers");
    all.push_back(*open);
  }
  return all;
}

bool has_place(const sync::OfficeStore& store, const sync::Change& change) {
  const std::optional<OfficeChange> root = store.find(change.header.scope);
  if (!root || !root->change.header.creates()) return false;
  return root->change.header.kind == kinds::case_file && root->change.header.scope == change.header.scope;
}

CodeNumber marking_to_follow(const Office& office, const Id& record) {
  const std::optional<sync::RecordFacts> now = office.facts().record(record);
  CodeNumber marking = now ? more_protective(0, now->marking) : CodeNumber{0};
  for (const OfficeChange& held : office.store().held_of_record(record)) {
    const sync::Part* part = held.change.find(header::section);
    if (part == nullptr) continue;
    for (const sync::Write& write : part->writes) {
      if (write.field != header::marking || write.value.type() != ValueType::code) continue;
      marking = more_protective(marking, write.value.code());
    }
  }
  return marking;
}

std::vector<LateGroup> late_groups(const Office& office, std::span<const Id> held) {
  std::vector<std::pair<MadeAt, OfficeChange>> changes;
  for (const Id& id : held) {
    std::optional<OfficeChange> change = office.store().find(id);
    if (!change || !has_place(office.store(), change->change)) continue;
    const MadeAt at = made_at(office.store(), *change);
    changes.emplace_back(at, std::move(*change));
  }
  std::ranges::stable_sort(changes, {}, [](const auto& entry) { return entry.first; });
  std::vector<LateGroup> groups;
  for (const auto& [at, change] : changes) {
    LateGroup alone = group_of(office, change);
    const auto known = std::ranges::find_if(groups, [&](const LateGroup& group) { return fits(group, alone); });
    if (known == groups.end()) {
      groups.push_back(std::move(alone));
      continue;
    }
    known->sections |= alone.sections;
    known->bytes += alone.bytes;
    known->changes.push_back(change);
  }
  return groups;
}

Result<void> open_late_record(Office& office, const LateGroup& group) {
  sync::StoreTransaction act(static_cast<sync::OfficeStore&>(office.store()));
  const WallTime now = office.clock().now();
  OpenLateWork open{office.new_id(), group.scope, group.worker, group.device, {}, to_milliseconds(now), false};
  for (const OfficeChange& held : group.changes) open.changes.push_back(held.change.header.id);
  std::vector<AdministrativeAct> acts{
      {kinds::late_work, group.scope, {}, facts_of_group(office, group, now), open.record}};
  open.escalated = could_judge_own(office, group, *office.store().find_device(group.device));
  if (open.escalated) acts.front().writes.push_back({late_field("escalated_at"), Value::of_moment(now)});
  for (AdministrativeAct& content : content_acts(group.scope, open.record, group.changes))
    acts.push_back(std::move(content));
  const Result<std::vector<Id>> done = office.administer_within(office.keys().administrator, acts);
  if (!done) return done.fault();
  office.store().set_value(open_name(open.record), encode(open));
  act.commit();
  return {};
}

}  // namespace caseload::server
