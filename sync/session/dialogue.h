#pragma once

#include "sync/session/messages.h"
#include "sync/session/recent_digests.h"

namespace caseload::sync {

// Dialogue: the messages of one connection as they go over the line: what the other side knows already is not said.
//
// Shape    HELLO, STATUS, PUSH, RECEIPTS, PAGE and COMPLETE are said against what both sides expect them to be
//          (PROTOCOL.md, section 5.5); all others are said as they are. What is expected follows from the messages of
//          before on this connection, in both directions; the table of states gives them one order.
// Promise  hear() of what say() gave is the message, byte for byte, if both ends have said and heard the same so far.
//          Each message has one form at its place. Nothing is believed for being expected: what is signed is filled in,
//          and then verified like everything else.
// Errors   hear(): those of decoding; not_canonical for what is expected and said all the same; too_large for a message
//          that would be beyond message_bytes_max in full. A Dialogue that gave a Fault is of no further use.
// Attacker who says anything gets at most some 30 MB of memory for one message while it is read, and 9 MB for the names
//          of the segments of one session.
// Requires of say(): a message of this project's own, whole and sound.
// Threads  one owner: one side of one connection.
class Dialogue {
 public:
  Bytes say(BytesView message);
  Result<Bytes> hear(BytesView said);

 private:
  template <class Way>
  void pass(Way& way, Hello& hello);
  template <class Way>
  void pass(Way& way, Status& status);
  template <class Way>
  void pass(Way& way, Push& push);
  template <class Way>
  void pass(Way& way, Receipts& receipts);
  template <class Way>
  void pass(Way& way, Page& page);
  template <class Way>
  void pass(Way& way, PageSegment& segment);
  template <class Way>
  void pass(Way& way, Complete& complete);
  template <class T>
  Bytes say_as(BytesView body);
  template <class T>
  Result<Bytes> hear_as(BytesView body);

  void learn_head(const Signed<TreeHead>& head);
  Signed<Receipt> expected_receipt() const;
  Completeness expected_statement(std::span<const ScopeHoldings> scopes) const;

  // What is expected next, of each.
  Hello hello_;
  Status status_;
  SegmentHeader push_;
  SegmentHeader page_segment_;
  std::uint64_t page_position_ = 1;
  std::uint64_t page_leaf_ = 0;
  Signed<TreeHead> head_;             // the last one; before it, as far as HELLO said
  std::vector<SegmentName> pushed_;   // by the device in this session
  std::size_t judged_ = 0;            // of these, have a receipt
  std::uint64_t next_position_ = 1;   // of what is accepted in this session
  RecentDigests recent_;
};

}  // namespace caseload::sync
