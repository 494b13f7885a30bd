#pragma once

#include <vector>

#include "sync/session/states.h"
#include "tests/unit/sync/ledger_samples.h"

namespace caseload::sync {

// The session that PROTOCOL.md shows in bytes. A device that has read up to position 1 pushes a note, is told to let go of
// a case, receives a colleague's note of which it may see one part of two, and parts. Everything in it is made from one
// seed, and everything in it holds: keys, digests, proofs.
struct ProtocolExample {
  ProtocolExample();

  struct Said {
    Side from;
    Message message;
  };
  std::vector<Said> session() const;

  Samples office;  // its log, its ledger key, the device and its key
  SeededRandom random{1};
  SigningKey colleague_key = SigningKey::generate(random);
  Id worker, colleague, colleague_device, scope, withdrawn_scope;
  Change own_note, colleague_note, colleague_note_as_seen;
  SegmentHeader first_segment, own_segment, colleague_segment;
  std::vector<Acceptance> acceptances;  // the ledger's three leaves
  TreeNodes nodes;
  Coverage coverage;                    // as HELLO says

  Hello hello;
  Status status;
  Push push;
  Receipts receipts;
  Reach reach;
  Page page;
  Complete complete;
  Purged purged;

 private:
  void write_notes();
  void cut_and_accept();
  void say_hello();
  void answer();
  WallTime after(int seconds) const { return office.noon + std::chrono::seconds(seconds); }
  OfferedHead offer(std::uint64_t size, std::uint64_t since, int seconds) const;
};

}  // namespace caseload::sync
