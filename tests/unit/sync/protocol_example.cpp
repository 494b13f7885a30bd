#include "tests/unit/sync/protocol_example.h"

#include "common/record/kinds.h"
#include "sync/ledger/holdings.h"
#include "sync/ledger/proof.h"

namespace caseload::sync {
namespace {

constexpr SectionNumber narrative = 1;
constexpr FieldNumber narrative_text = 16;

Change note(const ChangeFacts& facts, NoteType type, std::string_view text, const SaltSeed& seed) {
  const Write of_type{header::type, Value::of_code(static_cast<CodeNumber>(type)), false, {}};
  const Write words{narrative_text, Value::of_text(text), false, {}};
  const Result<Change> change = compose(facts, {{header::section, {}, {of_type}}, {narrative, {}, {words}}}, seed);
  CHECK(change.ok(), "a good note");
  return *change;
}

std::vector<Digest> digests_of(const Change& change) { return {digest_of(change.header)}; }

}  // namespace

ProtocolExample::ProtocolExample() {
  worker = Id::make(4, random);
  colleague = Id::make(5, random);
  colleague_device = Id::make(6, random);
  scope = Id::make(7, random);
  withdrawn_scope = Id::make(8, random);
  write_notes();
  cut_and_accept();
  say_hello();
  answer();
}

void ProtocolExample::write_notes() {
  const auto facts = [&](const Id& author, int seconds) {
    const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(after(seconds))), random);
    return ChangeFacts{id, Stamp::at(after(seconds)), author, scope, id, kinds::note};
  };
  own_note = note(facts(worker, -600), NoteType::home_visit, "Visited. All well.", random.bytes<16>());
  colleague_note = note(facts(colleague, -300), NoteType::phone, "Not for everyone.", random.bytes<16>());
  const SectionNumber seen[] = {header::section};
  colleague_note_as_seen = *project(colleague_note, seen);
}

// The ledger: a first segment long ago, then the colleague's, and in this session the device's own.
void ProtocolExample::cut_and_accept() {
  first_segment.device = colleague_device;
  first_segment.epoch = 1;
  first_segment.number = 1;
  first_segment.first_seq = 1;
  close_segment(first_segment, std::vector<Digest>{Samples::digest("a case is opened")}, colleague_key);
  acceptances.push_back({digest_of(first_segment), 1, after(-86400), ChangeBits::first(1)});
  nodes.append(acceptances.back().leaf_hash());

  colleague_segment = first_segment;
  colleague_segment.number = colleague_segment.first_seq = 2;
  colleague_segment.previous = digest_of(first_segment);
  colleague_segment.ledger_size_seen = 1;
  colleague_segment.ledger_root_seen = root_at(nodes, 1);
  close_segment(colleague_segment, digests_of(colleague_note), colleague_key);

  own_segment.device = office.device;
  own_segment.epoch = 1;
  own_segment.number = 1;
  own_segment.first_seq = 1;
  own_segment.ledger_size_seen = 1;
  own_segment.ledger_root_seen = root_at(nodes, 1);
  own_segment.clock_offset_ms = -1500;
  own_segment.certificate_serial = 77;
  close_segment(own_segment, digests_of(own_note), office.device_key);

  acceptances.push_back({digest_of(colleague_segment), 2, after(-60), ChangeBits::first(1)});
  acceptances.push_back({digest_of(own_segment), 3, after(1), ChangeBits::first(1)});
  for (std::size_t i = 1; i < acceptances.size(); ++i) nodes.append(acceptances[i].leaf_hash());
}

OfferedHead ProtocolExample::offer(std::uint64_t size, std::uint64_t since, int seconds) const {
  const TreeHead head{office.log, 0, {size, root_at(nodes, size)}, after(seconds)};
  return {sign(head, office.ledger), consistency_proof(nodes, since, size), {}, {}};
}

void ProtocolExample::say_hello() {
  coverage[scope] = {};
  coverage[withdrawn_scope] = {};
  hello.device = office.device;
  hello.log = office.log;
  hello.epoch = 1;
  hello.first_waiting = 1;
  hello.next_number = 2;
  hello.brings = true;
  hello.cursor = 1;
  hello.counted = 1;
  hello.coverage = digest_of(coverage);
  hello.head_seen = {1, root_at(nodes, 1)};

  status.epoch = 1;
  status.backed_up = 1;
  status.last_position = 2;
  status.now_ms = to_milliseconds(after(0));
  status.head = offer(2, 1, -60);
  push = {own_segment, {pack(own_note)}};
}

void ProtocolExample::answer() {
  Receipt receipt;
  receipt.log = office.log;
  receipt.segment = {office.device, 1, 1, digest_of(own_segment), 1};
  receipt.accepted = acceptances[2].accepted;
  receipt.first_position = 3;
  receipt.accepted_at = acceptances[2].accepted_at;
  receipt.head_size = 3;
  receipts = {{sign(receipt, office.ledger)}, offer(3, 2, 1), {inclusion_proof(nodes, 3, 2)}, {2}};

  reach = {withdrawn_scope, std::nullopt, std::nullopt};
  coverage.erase(withdrawn_scope);

  page.upto = 3;
  page.last = true;
  page.segments.push_back({colleague_segment, acceptances[1], 1, {0}, {pack(colleague_note_as_seen)}, {}});
  const std::uint64_t leaves[] = {1};
  page.proof = multi_proof(nodes, 3, leaves);

  Holdings held;
  for (const Part& part : own_note.parts) held.add(own_note.header.id, part.section);
  held.add(colleague_note.header.id, header::section);
  HeldContent content;
  content.add(digest_of(own_note.header), 3);
  content.add(digest_of(colleague_note.header), 2);
  complete.scopes = {{scope, false, held.count(), held.digest()}};
  Completeness says;
  says.log = office.log;
  says.device = office.device;
  says.since = 1;
  says.cursor = 3;
  says.coverage = digest_of(coverage);
  says.holdings = digest_of(std::span<const ScopeHoldings>(complete.scopes));
  says.count = held.count();
  says.content = content.digest();
  says.at = after(2);
  complete.statement = sign(says, office.ledger);

  PurgeReceipt gone{office.log, office.device, 1, withdrawn_scope, sha256(as_bytes("caseload/withdrawn/1")), 3, after(3)};
  purged = {sign(gone, office.device_key)};
}

std::vector<ProtocolExample::Said> ProtocolExample::session() const {
  return {{Side::device, hello}, {Side::office, status}, {Side::device, push}, {Side::device, PushEnd{}}, {Side::office, receipts},
          {Side::office, reach}, {Side::office, page}, {Side::office, complete}, {Side::device, purged}, {Side::device, Parting{}}};
}

}  // namespace caseload::sync
