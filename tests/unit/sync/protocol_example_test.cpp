// PROTOCOL.md shows a session in bytes. Here it is made again, field by field in the order of the grammar, and the
// document must say the same. CASELOAD_WRITE=1 writes the blocks anew.

#include <sstream>

#include "common/record/catalogue.h"
#include "sync/ledger/proof.h"
#include "sync/session/dialogue.h"
#include "sync/session/frame.h"
#include "sync/sharing/compiled_rules.h"
#include "sync/sharing/rules_text.h"
#include "tests/unit/record/files.h"
#include "tests/unit/sync/protocol_example.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

constexpr const char* document = "sync/PROTOCOL.md";

// Bytes with a word for each of their fields, sixteen a line.
class Listing {
 public:
  template <class T>
  Listing& field(const std::string& word, const T& value) {
    return raw(word, encode(value));
  }
  template <class T>
  Listing& number(const std::string& name, const T& value) {
    return field(name + " = " + std::to_string(value), value);
  }
  Listing& raw(const std::string& word, BytesView bytes) {
    append(bytes_, bytes);
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
      std::string line;
      for (const std::uint8_t byte : bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at))) {
        line += (line.empty() ? "" : " ") + to_hex({&byte, 1});
      }
      if (at == 0) line += std::string(50 - line.size(), ' ') + word;
      text_ += line + "\n";
    }
    return *this;
  }
  // Some fields of a struct, in order.
  template <class T>
  Listing& with(const T& value) {
    list(*this, value);
    return *this;
  }

  const Bytes& bytes() const { return bytes_; }
  const std::string& text() const { return text_; }

 private:
  Bytes bytes_;
  std::string text_;
};

void list(Listing& to, const TreeRoot& tree) { to.number("  tree size", tree.size).field("  tree root", tree.digest); }

void list(Listing& to, const Signed<TreeHead>& head) {
  to.field("  log", head.body.log).number("  restore epoch", head.body.restore_epoch).with(head.body.tree);
  to.number("  at, in milliseconds", to_milliseconds(head.body.at)).field("  signature of the ledger key", head.signature);
}

void list(Listing& to, const Proof& proof) {
  to.number("  digests in the proof", proof.size());
  for (const Digest& digest : proof) to.field("    digest", digest);
}

void list(Listing& to, const OfferedHead& offered) {
  to.with(offered.head).with(offered.since_ours).number("  restores", offered.restores.size()).with(offered.since_restore);
}

void list(Listing& to, const SegmentHeader& segment) {
  to.number("segment: format", segment.format).field("  device", segment.device).number("  epoch", segment.epoch);
  to.number("  number", segment.number).number("  first seq", segment.first_seq).number("  count", segment.count);
  to.field("  root over its changes", segment.root).field("  digest of the segment before", segment.previous);
  to.number("  ledger size seen", segment.ledger_size_seen).field("  ledger root seen", segment.ledger_root_seen);
  to.number("  restore epoch of that head", segment.restore_epoch_seen);
  to.number("  clock offset, in milliseconds", segment.clock_offset_ms).number("  certificate serial", segment.certificate_serial);
  to.field("  signature of the device", segment.signature);
}

void list(Listing& to, const Value& value) {
  to.number("      tag", value.tag()).number("      bytes", value.bytes().size());
  to.raw(value.type() == ValueType::text ? "      \"" + value.bytes() + "\"" : "      a code", as_bytes(value.bytes()));
}

void list(Listing& to, const Change& change) {
  const ChangeHeader& header = change.header;
  to.number("change, packed: bytes", pack(change).size()).number("  format", header.format).field("  id", header.id);
  to.number("  stamp: milliseconds after its id", static_cast<std::int64_t>(header.stamp.value >> 16) - static_cast<std::int64_t>(header.id.milliseconds()));
  to.number("    counter", static_cast<std::uint16_t>(header.stamp.value)).field("  author", header.author).field("  scope", header.scope);
  to.number("  kind", header.kind);
  if (change.seed) to.raw("  2: it creates its record, and a seed follows", Bytes{2});
  else to.raw("  0: it creates its record; no seed", Bytes{0});
  if (change.seed) to.field("  seed of the salts", *change.seed);
  to.number("  sections", header.sections.size());
  for (const SectionDigest& section : header.sections) {
    to.number("  section", section.section);
    const Part* part = change.find(section.section);
    if (part == nullptr) {
      to.raw("    0: withheld", Bytes{0}).field("    digest of the part", section.digest);
      continue;
    }
    if (change.seed) to.raw("    2: the part, its salt from the seed", Bytes{2});
    else to.raw("    1: the part", Bytes{1}).field("    salt", part->salt);
    to.number("    writes", part->writes.size());
    for (const Write& write : part->writes) to.number("    field", write.field).with(write.value).number("      replaces", write.replaces.size());
  }
}

void list(Listing& to, const Acceptance& acceptance) {
  to.field("acceptance: digest of the segment", acceptance.segment).number("  first position", acceptance.first_position);
  to.number("  accepted at", to_milliseconds(acceptance.accepted_at)).field("  bits of the changes: the first", acceptance.accepted);
}

void list(Listing& to, const Hello& hello) {
  to.number("versions: oldest", hello.versions.oldest).number("  newest", hello.versions.newest).field("device", hello.device);
  to.field("log", hello.log).number("epoch", hello.epoch).number("first waiting", hello.first_waiting);
  to.field("previous: none", hello.previous).number("next number", hello.next_number).field("brings: yes", hello.brings);
  to.number("cursor", hello.cursor);
  to.number("counted up to", hello.counted).field("digest of the coverage", hello.coverage).raw("head seen:", {}).with(hello.head_seen);
  to.number("restore epoch", hello.restore_epoch).number("lease: none", hello.lease);
}

void list(Listing& to, const Status& status) {
  to.field("greeting: active", static_cast<std::uint8_t>(status.greeting)).number("version", status.version);
  to.number("epoch", status.epoch).field("want coverage: no", status.want_coverage).number("backed up", status.backed_up);
  to.number("last position", status.last_position).number("purges", status.purges).number("now, in milliseconds", status.now_ms);
  to.field("lease: nothing newer", status.lease).field("certificate: none", status.certificate);
  to.with(status.head);
}

void list(Listing& to, const Push& push) {
  to.with(push.segment).number("changes", push.changes.size());
  for (const Bytes& change : push.changes) to.with(*unpack(change));
}

void list(Listing&, const PushEnd&) {}

void list(Listing& to, const Receipts& message) {
  to.number("receipts", message.receipts.size());
  for (const Signed<Receipt>& receipt : message.receipts) {
    const Receipt& body = receipt.body;
    to.field("  log", body.log).number("  restore epoch", body.restore_epoch).field("  segment: device", body.segment.device);
    to.number("    epoch", body.segment.epoch).number("    number", body.segment.number).field("    digest", body.segment.digest);
    to.number("    count", body.segment.count).field("  accepted: the first", body.accepted);
    to.number("  first position", body.first_position).number("  accepted at", to_milliseconds(body.accepted_at));
    to.field("  late: none", body.late).number("  known", body.known.size()).number("  head size", body.head_size);
    to.field("  signature of the ledger key", receipt.signature);
  }
  to.with(message.head).number("proofs", message.proofs.size());
  for (const Proof& proof : message.proofs) to.with(proof);
  to.number("leaves", message.leaves.size());
  for (const std::uint64_t leaf : message.leaves) to.number("  leaf", leaf);
}

void list(Listing& to, const Reach& reach) {
  to.field("scope", reach.scope).raw("mask: none", Bytes{1}).raw("backfill: none", Bytes{1});
}

void list(Listing& to, const Page& page) {
  to.field("scope: none, so the feed", page.scope).field("phase: without meaning in the feed", static_cast<std::uint8_t>(page.phase));
  to.number("up to", page.upto).field("last: yes", page.last).number("records", page.records.size());
  to.number("erased", page.erased.size());
  to.number("segments", page.segments.size());
  for (const PageSegment& segment : page.segments) {
    to.with(segment.segment).with(segment.acceptance).number("leaf", segment.leaf).number("indexes", segment.indexes.size());
    for (const std::uint16_t index : segment.indexes) to.number("  index", index);
    to.number("changes", segment.changes.size());
    for (const Bytes& change : segment.changes) to.with(*unpack(change));
    to.with(segment.proof);
  }
  to.raw("of all acceptances here:", {}).with(page.proof);
}

void list(Listing& to, const Complete& complete) {
  const Completeness& says = complete.statement->body;
  to.raw("a statement follows", Bytes{0}).field("  log", says.log).number("  restore epoch", says.restore_epoch);
  to.field("  device", says.device).number("  since", says.since).number("  cursor", says.cursor).field("  digest of the coverage", says.coverage);
  to.field("  digest of the holdings", says.holdings).number("  count", says.count);
  to.field("  digest of the content", says.content).number("  at", to_milliseconds(says.at));
  to.field("  signature of the ledger key", complete.statement->signature).number("scopes", complete.scopes.size());
  for (const ScopeHoldings& scope : complete.scopes) {
    to.field("  scope", scope.scope).field("  whole: no", scope.whole).number("  count", scope.count).field("  sum of the digests", scope.digest);
  }
}

void list(Listing& to, const Purged& purged) {
  const PurgeReceipt& says = purged.receipt.body;
  to.field("log", says.log).field("device", says.device).number("number", says.number).field("scope", says.scope);
  to.field("digest of what was withdrawn: all", says.withdrawn).number("cursor", says.cursor).number("at", to_milliseconds(says.at));
  to.field("signature of the device", purged.receipt.signature);
}

void list(Listing& to, const Parting& part) { to.field("watch: no", part.watch); }

template <class T>
void list(Listing&, const T&) {
  FAIL("the example has no such message");
}

// One message as its frame.
Listing listing_of(const Message& message, FrameWriter& writer) {
  const Bytes bytes = write_message(message);
  Listing listing;
  listing.number("length", bytes.size()).raw("type " + std::to_string(bytes[0]) + ", not compressed", BytesView(bytes).first(1));
  std::visit([&](const auto& body) { list(listing, body); }, message);
  Bytes frame;
  writer.write(bytes[0], BytesView(bytes).subspan(1), frame);
  CAPTURE(name_of(message));
  CHECK(listing.bytes() == frame);
  return listing;
}

// The same as it goes over a line, where that is another.
std::string said_of(const Message& message, Dialogue& device, Dialogue& office, Side from) {
  const Bytes bytes = write_message(message);
  const Bytes said = (from == Side::device ? device : office).say(bytes);
  const Result<Bytes> heard = (from == Side::device ? office : device).hear(said);
  REQUIRE(heard.ok());
  CHECK(*heard == bytes);
  if (said == bytes) return {};
  Listing listing;
  listing.raw("on a line:", {}).number("length", said.size()).raw("type " + std::to_string(said[0]) + ", not compressed", BytesView(said).first(1));
  listing.raw("said against what is expected", BytesView(said).subspan(1));
  return listing.text();
}

// The text of a block, and where it stands in the document.
struct Found {
  std::size_t at = std::string::npos;
  std::size_t size = 0;
};
Found find_block(const std::string& text, const std::string& name) {
  const std::string head = "<!-- example: " + name + " -->\n```\n";
  const std::size_t at = text.find(head);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + head.size();
  return {begin, text.find("```", begin) - begin};
}

void hold_to_document(const std::string& name, const std::string& block) {
  std::string text = tests::read_text(document);
  const Found found = find_block(text, name);
  CAPTURE(name);
  REQUIRE(found.at != std::string::npos);
  const bool same = text.substr(found.at, found.size) == block;
  if (!same && tests::may_write()) tests::write_text(document, text.replace(found.at, found.size, block));
  else CHECK_MESSAGE(same, "write sync/PROTOCOL.md anew with: CASELOAD_WRITE=1 test_sync");
}

}  // namespace

TEST_CASE("the session that PROTOCOL.md shows in bytes is the one that the code writes") {
  const ProtocolExample example;
  FrameWriter device;
  FrameWriter office;
  Dialogue of_device;
  Dialogue of_office;
  for (const ProtocolExample::Said& said : example.session()) {
    const Listing listing = listing_of(said.message, said.from == Side::device ? device : office);
    hold_to_document(std::string(name_of(said.message)), listing.text());
    const std::string on_a_line = said_of(said.message, of_device, of_office, said.from);
    if (!on_a_line.empty()) hold_to_document(std::string(name_of(said.message)) + ", on a line", on_a_line);
  }
}

TEST_CASE("the mask that PROTOCOL.md shows in bytes is the one that the code writes") {
  const Result<Rules> rules = parse_rules("role caseworker\ncaseworker may read notice.* if any\n", Catalogue::built_in());
  REQUIRE(rules.ok());
  ViewerFacts viewer;
  viewer.memberships = {{Id{}, "caseworker"}};
  ScopeFacts scope;
  scope.type = ScopeType::unit;
  const Mask mask = CompiledRules(*rules).mask(viewer, scope);
  REQUIRE(mask.rows().size() == 1);
  const MaskRow& row = mask.rows().front();
  Listing listing;
  listing.number("length", mask.bytes().size()).number("format", mask_format).raw("palette: entries = 1", Bytes{1});
  listing.raw("  bits = 2: read", Bytes{2}).raw("  line = 2", Bytes{2}).raw("  decide line = 0", Bytes{0});
  listing.raw("rows = 1", Bytes{1}).number("  kind", row.kind).field("  sections, their number first", row.sections);
  listing.number("  types", row.types.size()).number("  markings", row.markings.size()).field("  own matters: no", row.own_matters);
  listing.number("  grid: entries", row.grid.size());
  for (const std::uint16_t plane : row.grid) listing.number("    plane", plane);
  listing.number("  cells", row.cells.size()).raw("    each is entry 0 of the palette", Bytes(row.cells.size()));
  CHECK(listing.bytes() == encode(mask));
  hold_to_document("mask", listing.text());
}

TEST_CASE("the example is a session that the table allows, and every signature and proof in it holds") {
  const ProtocolExample e;
  SessionState state = SessionState::greeting;
  SessionFacts facts;
  for (const ProtocolExample::Said& said : e.session()) {
    CAPTURE(name_of(said.message));
    const Result<SessionState> next = next_state(state, said.from, said.message, facts);
    REQUIRE(next.ok());
    state = *next;
    const Result<Message> read = read_message(write_message(said.message));
    REQUIRE(read.ok());
    CHECK(write_message(*read) == write_message(said.message));
  }
  CHECK(state == SessionState::ended);

  const Expected by_ledger = e.office.from(e.office.ledger);
  const LedgerTrust trust{e.office.log, e.office.ledger.public_key(), e.office.recovery.public_key(), e.office.checker};
  KnownLedger known;
  known.heads.push_back(sign(TreeHead{e.office.log, 0, e.hello.head_seen, e.acceptances[0].accepted_at}, e.office.ledger));
  for (const OfferedHead* offered : {&e.status.head, &e.receipts.head}) {
    CHECK(check_head(known, *offered, trust).ok());
    known = remember(known, *offered, e.office.noon);
  }
  const TreeRoot head = e.receipts.head.head.body.tree;
  CHECK(verify_segment(e.own_segment, e.office.device_key.public_key(), e.office.checker).ok());
  CHECK(verify(e.receipts.receipts[0], by_ledger).ok());
  CHECK(e.receipts.receipts[0].body.acceptance() == e.acceptances[2]);
  CHECK(verify_inclusion(head, {2, e.acceptances[2].leaf_hash()}, e.receipts.proofs[0]).ok());

  const PageSegment& seen = e.page.segments[0];
  CHECK(verify_segment(seen.segment, e.colleague_key.public_key(), e.office.checker).ok());
  const Result<Change> change = unpack(seen.changes[0]);
  REQUIRE(change.ok());
  CHECK_FALSE(change->is_whole());
  const Member members[] = {{0, digest_of(change->header)}};
  CHECK(check_members(seen.segment, members, seen.proof).ok());
  const ProvedLeaf leaves[] = {{seen.leaf, seen.acceptance.leaf_hash()}};
  CHECK(verify_multi_proof(head, leaves, e.page.proof).ok());
  CHECK(verify(*e.complete.statement, by_ledger).ok());
  CHECK(verify(e.purged.receipt, e.office.from(e.office.device_key)).ok());
}
