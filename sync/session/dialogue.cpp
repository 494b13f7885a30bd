#include "sync/session/dialogue.h"

#include <algorithm>
#include <numeric>

#include "sync/session/against.h"
#include "sync/session/limits.h"

namespace caseload::sync {
namespace {

// The two ways of a message: each lists its fields once, in pass().
class Saying {
 public:
  Saying(Writer& to, RecentDigests& recent) : to_(to), recent_(recent) {}

  template <class... T>
  void operator()(const T&... fields) {
    to_(fields...);
  }
  template <class T>
  void against(T& value, const T& expected) {
    say_against<T>(to_, recent_, value, expected);
  }
  void proof(Proof& proof) { recent_.say(proof, to_); }
  template <class T, class One>
  void each(std::vector<T>& list, One one) {
    to_.varint(list.size());
    for (T& element : list) one(element);
  }

 private:
  Writer& to_;
  RecentDigests& recent_;
};

class Hearing {
 public:
  Hearing(Reader& from, RecentDigests& recent) : from_(from), recent_(recent) {}

  template <class... T>
  void operator()(T&... fields) {
    from_(fields...);
  }
  template <class T>
  void against(T& value, const T& expected) {
    hear_against(from_, recent_, value, expected);
  }
  void proof(Proof& proof) { proof = recent_.hear(from_); }
  template <class T, class One>
  void each(std::vector<T>& list, One one) {
    const std::size_t size = from_.elements();
    const std::size_t size_max = message_bytes_max / said_element_bytes_min;
    if (size > size_max) throw ReadStop(Fault(Fault::too_large, "so many in one message"));
    for (std::size_t i = 0; i < size; ++i) one(list.emplace_back());
  }

 private:
  Reader& from_;
  RecentDigests& recent_;
};

// A receipt with its place in the ledger.
struct Judged {
  Signed<Receipt> receipt;
  std::uint64_t leaf = 0;
  Proof proof;
};

// Of a part of a page: what is expected from its header on.
struct PageSegmentBody {
  Acceptance acceptance;
  std::uint64_t leaf = 0;
  std::vector<std::uint16_t> indexes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(acceptance, leaf, indexes);
  }
};

// The segment that follows, as its device goes on.
SegmentHeader after(const SegmentHeader& segment, const Digest& digest) {
  SegmentHeader next = segment;
  next.number += 1;
  next.first_seq += segment.count;
  next.previous = digest;
  next.root = {};
  next.signature = {};
  return next;
}

// A count that nobody has checked.
std::size_t at_most_all(std::size_t count) { return std::min(count, segment_changes_max); }

}  // namespace

template <class Way>
void Dialogue::pass(Way& way, Hello& hello) {
  way.against(hello, hello_);
  hello_ = hello;
  hello_.brings = false;
  status_.epoch = hello.epoch;
  status_.last_position = hello.cursor;
  const bool same_head = head_.body.tree == hello.head_seen && head_.body.restore_epoch == hello.restore_epoch;
  if (!same_head) head_ = {{hello.log, hello.restore_epoch, hello.head_seen, {}}, {}};
  push_.device = hello.device;
  push_.epoch = hello.epoch;
  push_.number = hello.first_waiting;
  push_.previous = hello.previous;
  for (SegmentHeader* segment : {&push_, &page_segment_}) {
    segment->ledger_size_seen = hello.head_seen.size;
    segment->ledger_root_seen = hello.head_seen.digest;
    segment->restore_epoch_seen = hello.restore_epoch;
  }
  page_position_ = hello.cursor + 1;
  page_leaf_ = hello.head_seen.size;
  pushed_.clear();
  judged_ = 0;
}

template <class Way>
void Dialogue::pass(Way& way, Status& status) {
  status_.head = {head_, {}, {}, {}};
  way.against(status, status_);
  learn_head(status.head.head);
  hello_.epoch = status.epoch;
  if (status.epoch != push_.epoch) {
    push_.epoch = status.epoch;
    push_.number = 1;
    push_.previous = {};
  }
  next_position_ = status.last_position + 1;
  status_ = status;
  status_.want_coverage = false;
  status_.lease.clear();
  status_.certificate.clear();
}

template <class Way>
void Dialogue::pass(Way& way, Push& push) {
  way.against(push.segment, push_);
  way(push.changes);
  const SegmentHeader& segment = push.segment;
  pushed_.push_back({segment.device, segment.epoch, segment.number, digest_of(segment), segment.count});
  push_ = after(segment, pushed_.back().digest);
  hello_.first_waiting = hello_.next_number = push_.number;
  hello_.previous = push_.previous;
}

template <class Way>
void Dialogue::pass(Way& way, Receipts& message) {
  const std::size_t count = message.receipts.size();
  CHECK(message.proofs.size() == count && message.leaves.size() == count, "a leaf and a proof for each receipt");
  way.against(message.head, OfferedHead{head_, {}, {}, {}});
  learn_head(message.head.head);
  std::vector<Judged> judged;
  for (std::size_t i = 0; i < count; ++i)
    judged.push_back({message.receipts[i], message.leaves[i], message.proofs[i]});
  way.each(judged, [&](Judged& one) {
    way.against(one.receipt, expected_receipt());
    way(one.leaf);
    way.proof(one.proof);
    judged_ += 1;
    const std::optional<Acceptance> acceptance = one.receipt.body.acceptance();
    if (acceptance) next_position_ = acceptance->end_position();
  });
  message = {{}, message.head, {}, {}};
  for (Judged& one : judged) {
    message.receipts.push_back(std::move(one.receipt));
    message.leaves.push_back(one.leaf);
    message.proofs.push_back(std::move(one.proof));
  }
}

Signed<Receipt> Dialogue::expected_receipt() const {
  Receipt receipt;
  receipt.log = head_.body.log;
  receipt.restore_epoch = head_.body.restore_epoch;
  if (judged_ < pushed_.size()) receipt.segment = pushed_[judged_];
  receipt.accepted = ChangeBits::first(at_most_all(receipt.segment.count));
  receipt.first_position = next_position_;
  receipt.accepted_at = head_.body.at;
  receipt.head_size = head_.body.tree.size;
  return {receipt, {}};
}

template <class Way>
void Dialogue::pass(Way& way, Page& page) {
  way.against(static_cast<PageFront&>(page), PageFront{{}, Phase::safety, next_position_ - 1, true, {}, {}});
  way.each(page.segments, [&](PageSegment& segment) { pass(way, segment); });
  way.proof(page.proof);
  if (page.scope.is_none()) hello_.cursor = page.upto;
}

template <class Way>
void Dialogue::pass(Way& way, PageSegment& carried) {
  way.against(carried.segment, page_segment_);
  page_segment_ = after(carried.segment, digest_of(carried.segment));
  const ChangeBits all = ChangeBits::first(at_most_all(carried.segment.count));
  PageSegmentBody expected{{page_segment_.previous, page_position_, head_.body.at, all}, page_leaf_, {}};
  expected.indexes.resize(all.count());
  std::iota(expected.indexes.begin(), expected.indexes.end(), std::uint16_t{0});
  PageSegmentBody body{carried.acceptance, carried.leaf, carried.indexes};
  way.against(body, expected);
  way(carried.changes, carried.proof);
  page_position_ = body.acceptance.end_position();
  page_leaf_ = body.leaf + 1;
  carried.acceptance = body.acceptance;
  carried.leaf = body.leaf;
  carried.indexes = std::move(body.indexes);
}

template <class Way>
void Dialogue::pass(Way& way, Complete& complete) {
  way(complete.scopes);
  bool has_statement = complete.statement.has_value();
  way(has_statement);
  if (!has_statement) return;
  if (!complete.statement) complete.statement.emplace();
  way.against(*complete.statement, Signed<Completeness>{expected_statement(complete.scopes), {}});
  hello_.counted = complete.statement->body.cursor;
  hello_.coverage = complete.statement->body.coverage;
}

Completeness Dialogue::expected_statement(std::span<const ScopeHoldings> scopes) const {
  Completeness says;
  says.log = head_.body.log;
  says.restore_epoch = head_.body.restore_epoch;
  says.device = hello_.device;
  says.since = hello_.counted;
  says.cursor = next_position_ - 1;
  says.coverage = hello_.coverage;
  says.holdings = digest_of(scopes);
  for (const ScopeHoldings& scope : scopes) says.count += scope.count;
  return says;
}

void Dialogue::learn_head(const Signed<TreeHead>& head) {
  head_ = head;
  hello_.log = head.body.log;
  hello_.head_seen = head.body.tree;
  hello_.restore_epoch = head.body.restore_epoch;
}

template <class T>
Bytes Dialogue::say_as(BytesView body) {
  Result<T> message = decode<T>(body);
  CHECK(message.ok(), "a message of our own");
  Bytes said;
  Writer writer(said);
  Saying way(writer, recent_);
  pass(way, *message);
  return said;
}

template <class T>
Result<Bytes> Dialogue::hear_as(BytesView body) {
  const ReadLimits limits{said_elements_max, ReadLimits{}.depth_max};
  const Result<T> message = read_all(body, limits, [this](Reader& reader) {
    T heard{};
    Hearing way(reader, recent_);
    pass(way, heard);
    return heard;
  });
  if (!message) return message.fault();
  Bytes full = encode(*message);
  if (full.size() > message_bytes_max) return Fault(Fault::too_large, "a message, once all of it is filled in");
  return full;
}

namespace {

template <class T>
std::uint8_t type_of() {
  return static_cast<std::uint8_t>(Message(T{}).index() + 1);
}

template <class... T, class Use>
bool with_one_of(std::uint8_t type, Use use) {
  return ((type == type_of<T>() && (use(std::type_identity<T>()), true)) || ...);
}

// Has `use` do it for the type that the message is of, where those are said in short. Gives whether they are.
template <class Use>
bool in_short(std::uint8_t type, Use use) {
  return with_one_of<Hello, Status, Push, Receipts, Page, Complete>(type, use);
}

}  // namespace

Bytes Dialogue::say(BytesView message) {
  CHECK(!message.empty(), "a message has a type");
  const BytesView body = message.subspan(1);
  Bytes said{message[0]};
  const bool is_short =
      in_short(message[0], [&]<class T>(std::type_identity<T>) { append(said, say_as<T>(body)); });
  if (!is_short) append(said, body);
  return said;
}

Result<Bytes> Dialogue::hear(BytesView said) {
  if (said.empty()) return Fault(Fault::truncated, "a message without a type");
  const BytesView body = said.subspan(1);
  Result<Bytes> full = Bytes();
  const bool is_short = in_short(said[0], [&]<class T>(std::type_identity<T>) { full = hear_as<T>(body); });
  if (!full) return full.fault();
  Bytes message{said[0]};
  append(message, is_short ? BytesView(*full) : body);
  return message;
}

}  // namespace caseload::sync
