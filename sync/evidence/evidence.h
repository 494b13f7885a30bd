#pragma once

#include <map>

#include "sync/enrolment/enrolment.h"
#include "sync/session/pull.h"

namespace caseload::sync {

constexpr std::uint8_t evidence_format = 1;
constexpr std::size_t evidence_bytes_max = 64U << 20;

// Evidence: a record's history as the office took it into its ledger, for somebody who has nothing but this file.
//
// Shape    file := "caseload evidence\n" and this, in our canonical bytes. Of each segment that has something to
//          do with
//          the record the changes of the record, as its exporter may see them; of all others that the same proof goes
//          over, digests. The devices that signed come with their own records, which the office's device signed.
// Promise  what was withheld from the exporter is withheld here, and everything verifies all the same. It proves that
//          each change was signed by its author's device and accepted before the head; not that nothing is missing, and
//          not the time beyond the office's word. Whose office it is says the ledger's key, which is to be compared.
struct EvidenceSegment {
  SegmentHeader segment;
  Acceptance acceptance;
  std::uint64_t leaf = 0;
  std::vector<std::uint16_t> indexes;  // of the changes that the proof goes over
  std::vector<Digest> digests;         // one for each index
  std::vector<Bytes> changes;          // packed: those of them that are shown, in their order
  std::vector<Digest> proof;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment, acceptance, leaf, indexes, digests, changes, proof);
  }
};
struct EvidencePage {
  std::vector<std::uint64_t> leaves;  // that the proof goes over
  std::vector<Digest> hashes;         // one for each leaf
  Proof proof;                        // in the head
  std::vector<EvidenceSegment> segments;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(leaves, hashes, proof, segments);
  }
};
struct Evidence {
  std::uint8_t format = evidence_format;
  Id record;
  Id log;
  Id office_device;
  PublicKey office_key{};
  PublicKey ledger_key{};
  Signed<TreeHead> head;
  std::vector<EvidencePage> pages;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, record, log, office_device, office_key, ledger_key, head, pages);
  }
};

Bytes write_evidence(const Evidence& evidence);
// Errors   wrong_protocol: no evidence; upgrade_needed: of a later form; and those of decode.
Result<Evidence> read_evidence(BytesView file);

// What holds, and why anything does not. No reasons: all of it holds.
struct EvidencedChange {
  Change change;
  Id device;
  std::uint64_t position = 0;
  WallTime received{};
};
struct EvidenceFound {
  std::vector<EvidencedChange> changes;  // of the record, by position; only those that hold
  std::vector<Fault> reasons;            // bad_signature, bad_proof, bad_segment, bad_change, not_found, other_log …
};
EvidenceFound verify_evidence(const Evidence& evidence, const SignatureChecker& checker);

// EvidenceGatherer: the pages of a session, of which it keeps what proves one record.
//
// Shape    give it every page of a session that sends the record's scope and the office's anew; then take().
// Errors   take(): not_found: nothing of the record was accepted, or nothing of it is shared with this device.
class EvidenceGatherer {
 public:
  explicit EvidenceGatherer(const Id& record) : record_(record) {}

  void look(const Page& page);
  Result<Evidence> take(const OfficeTrust& office, const Signed<TreeHead>& head) const;

 private:
  const Id record_;
  std::vector<Page> with_record_;
  std::vector<Page> with_devices_;  // and nothing of the record
};

}  // namespace caseload::sync
