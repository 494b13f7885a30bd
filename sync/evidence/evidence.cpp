#include "sync/evidence/evidence.h"

#include <algorithm>
#include <set>

#include "common/record/kinds.h"

namespace caseload::sync {
namespace {

constexpr std::string_view magic = "caseload evidence\n";

// What its record says of a device.
struct DeviceFacts {
  PublicKey key{};
  Id worker;
};

std::optional<DeviceFacts> facts_of(const Change& change) {
  const Part* part = change.find(header::section);
  if (change.header.kind != kinds::device || !change.header.creates() || part == nullptr) return std::nullopt;
  std::optional<DeviceFacts> facts;
  Id worker;
  for (const Write& write : part->writes) {
    const bool is_key = write.field == device_facts::key && write.value.type() == ValueType::text;
    if (write.field == device_facts::worker && write.value.type() == ValueType::reference)
      worker = write.value.reference();
    const Result<Bytes> bytes = is_key ? from_hex(write.value.text()) : Result<Bytes>(Fault::bad_key);
    const Result<PublicKey> key = bytes ? take_exactly<32>(*bytes) : Result<PublicKey>(bytes.fault());
    if (key) facts = DeviceFacts{*key, {}};
  }
  if (facts) facts->worker = worker;
  return facts;
}

class Verifier {
 public:
  Verifier(const Evidence& evidence, const SignatureChecker& checker) : evidence_(evidence), checker_(checker) {}

  EvidenceFound run() {
    if (evidence_.format != evidence_format) return fail(Fault::upgrade_needed);
    const Expected office{evidence_.log, evidence_.ledger_key, checker_};
    if (Result<void> held = verify(evidence_.head, office); !held) return fail(held.fault());
    devices_[evidence_.office_device] = {evidence_.office_key, {}};
    // The office's own first: they say whose the other devices are.
    for (const bool of_office : {true, false}) {
      for (const EvidencePage& page : evidence_.pages) look(page, of_office);
    }
    std::ranges::sort(found_.changes, {}, &EvidencedChange::position);
    const bool begins = !found_.changes.empty() && found_.changes.front().change.header.creates();
    if (!begins && found_.reasons.empty())
      found_.reasons.push_back(Fault(Fault::not_found, "the beginning of the record"));
    return std::move(found_);
  }

 private:
  EvidenceFound fail(const Fault& why) {
    found_.reasons.push_back(why);
    return std::move(found_);
  }

  void look(const EvidencePage& page, bool of_office) {
    Result<void> proved = prove(page);
    if (!proved && of_office) found_.reasons.push_back(proved.fault());
    if (!proved) return;
    for (const EvidenceSegment& segment : page.segments) {
      if ((segment.segment.device == evidence_.office_device) != of_office) continue;
      Result<void> checked = check(page, segment);
      if (checked) checked = take(segment);
      if (!checked) found_.reasons.push_back(checked.fault());
    }
  }

  Result<void> prove(const EvidencePage& page) const {
    if (page.leaves.size() != page.hashes.size() || page.leaves.empty() || page.segments.empty())
      return Fault(Fault::bad_proof, "a hash for each leaf");
    std::vector<ProvedLeaf> leaves;
    for (std::size_t i = 0; i < page.leaves.size(); ++i) leaves.push_back({page.leaves[i], page.hashes[i]});
    return verify_multi_proof(evidence_.head.body.tree, leaves, page.proof);
  }

  // Acceptance → head, changes → segment, segment → the key of its device.
  Result<void> check(const EvidencePage& page, const EvidenceSegment& one) const {
    const auto leaf = std::ranges::find(page.leaves, one.leaf);
    const bool is_accepted = leaf != page.leaves.end() && one.acceptance.segment == digest_of(one.segment) &&
                             page.hashes[static_cast<std::size_t>(leaf - page.leaves.begin())] ==
                                 one.acceptance.leaf_hash();
    if (!is_accepted) return Fault(Fault::bad_proof, "an acceptance that is not in the ledger");
    if (one.indexes.size() != one.digests.size()) return Fault(Fault::bad_segment, "a digest for each index");
    std::vector<Member> members;
    for (std::size_t i = 0; i < one.indexes.size(); ++i) members.push_back({one.indexes[i], one.digests[i]});
    if (Result<void> proved = check_members(one.segment, members, one.proof); !proved) return proved;
    const auto device = devices_.find(one.segment.device);
    if (device == devices_.end()) return Fault(Fault::not_found, "the record of a device that signed");
    return verify_segment(one.segment, device->second.key, checker_);
  }

  Result<void> take(const EvidenceSegment& one) {
    if (one.changes.empty()) return Fault(Fault::bad_segment, "a segment of which nothing is shown");
    for (const Bytes& bytes : one.changes) {
      Result<Change> change = unpack(bytes);
      if (!change) return change.fault();
      const auto digest = std::ranges::find(one.digests, digest_of(change->header));
      if (digest == one.digests.end()) return Fault(Fault::bad_change, "a change that its device did not sign");
      const std::uint16_t index = one.indexes[static_cast<std::size_t>(digest - one.digests.begin())];
      const std::optional<std::uint64_t> position = one.acceptance.position_of(index);
      if (!position) return Fault(Fault::bad_proof, "a change that was not accepted");
      if (Result<void> placed = place(one, std::move(*change), *position); !placed) return placed;
    }
    return {};
  }

  Result<void> place(const EvidenceSegment& one, Change change, std::uint64_t position) {
    const Id& device = one.segment.device;
    const bool of_office = device == evidence_.office_device;
    if (!of_office && devices_.at(device).worker != change.header.author)
      return Fault(Fault::bad_segment, "a change of somebody else's");
    if (change.header.record == evidence_.record) {
      // Feed and backfill may both have brought it.
      const bool known = std::ranges::any_of(found_.changes, [&](const auto& c) { return c.position == position; });
      if (known) return {};
      found_.changes.push_back({std::move(change), device, position, one.acceptance.accepted_at});
      return {};
    }
    const std::optional<DeviceFacts> facts = facts_of(change);
    if (!of_office || !facts) return Fault(Fault::bad_change, "a change of another record");
    devices_.try_emplace(change.header.record, *facts);
    return {};
  }

  const Evidence& evidence_;
  const SignatureChecker& checker_;
  std::map<Id, DeviceFacts> devices_;
  EvidenceFound found_;
};

// What the page has of the wanted records; nothing where it has nothing of them.
std::optional<EvidencePage> excerpt(const Page& page, const std::function<bool(const ChangeHeader&)>& wanted) {
  EvidencePage made;
  made.proof = page.proof;
  for (const PageSegment& carried : page.segments) {
    made.leaves.push_back(carried.leaf);
    made.hashes.push_back(carried.acceptance.leaf_hash());
    EvidenceSegment segment{carried.segment, carried.acceptance, carried.leaf, carried.indexes, {}, {}, carried.proof};
    for (const Bytes& bytes : carried.changes) {
      const Result<Change> change = unpack(bytes);
      CHECK(change.ok(), "a page that was checked");
      segment.digests.push_back(digest_of(change->header));
      if (wanted(change->header)) segment.changes.push_back(bytes);
    }
    if (!segment.changes.empty()) made.segments.push_back(std::move(segment));
  }
  if (made.segments.empty()) return std::nullopt;
  return made;
}

}  // namespace

Bytes write_evidence(const Evidence& evidence) {
  Bytes file = to_bytes(as_bytes(magic));
  append(file, encode(evidence));
  return file;
}

Result<Evidence> read_evidence(BytesView file) {
  if (!as_text(file).starts_with(magic)) return Fault(Fault::wrong_protocol, "not a file of evidence");
  const BytesView body = file.subspan(magic.size());
  if (!body.empty() && body.front() > evidence_format) return Fault(Fault::upgrade_needed, "evidence of a later form");
  return decode<Evidence>(body);
}

EvidenceFound verify_evidence(const Evidence& evidence, const SignatureChecker& checker) {
  return Verifier(evidence, checker).run();
}

void EvidenceGatherer::look(const Page& page) {
  bool of_record = false, of_devices = false;
  for (const PageSegment& carried : page.segments) {
    for (const Bytes& bytes : carried.changes) {
      const Result<Change> change = unpack(bytes);
      CHECK(change.ok(), "a page that was checked");
      of_record = of_record || change->header.record == record_;
      of_devices = of_devices || (change->header.kind == kinds::device && change->header.creates());
    }
  }
  if (of_record) with_record_.push_back(page);
  else if (of_devices) with_devices_.push_back(page);
}

Result<Evidence> EvidenceGatherer::take(const OfficeTrust& office, const Signed<TreeHead>& head) const {
  Evidence evidence;
  evidence.record = record_;
  evidence.log = office.log;
  evidence.office_device = office.device;
  evidence.office_key = office.key;
  evidence.ledger_key = office.ledger_key;
  evidence.head = head;
  std::set<Id> signers;
  for (const Page& page : with_record_) {
    const auto of_record = excerpt(page, [&](const ChangeHeader& change) { return change.record == record_; });
    for (const EvidenceSegment& segment : of_record->segments) signers.insert(segment.segment.device);
  }
  if (signers.empty()) return Fault(Fault::not_found, "nothing of that record is in the office's log");
  const auto wanted = [&](const ChangeHeader& change) {
    return change.record == record_ ||
           (change.kind == kinds::device && change.creates() && signers.contains(change.record));
  };
  for (const std::vector<Page>* pages : {&with_record_, &with_devices_}) {
    for (const Page& page : *pages) {
      if (std::optional<EvidencePage> made = excerpt(page, wanted)) evidence.pages.push_back(std::move(*made));
    }
  }
  return evidence;
}

}  // namespace caseload::sync
