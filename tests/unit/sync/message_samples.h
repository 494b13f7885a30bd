#pragma once

#include <algorithm>
#include <vector>

#include "sync/session/messages.h"
#include "tests/unit/sync/ledger_samples.h"

namespace caseload::sync {

// Messages of every type, with seeded content: for tests that look at bytes, and for the first inputs of fuzzers.
// What is signed is sound, but nothing here signs it.
class MessageSamples {
 public:
  explicit MessageSamples(std::uint64_t seed) : random_(seed) {}

  // In the order of their types.
  std::vector<Message> one_of_each() {
    const Statements& s = statements();
    return {hello(), status(), *table_of(coverage()), push(), PushAudit{bytes()}, AuditKept{number()},
            Purged{{s.purge_receipt(), signature()}}, PushEnd{}, receipts(), reach(), page(), complete(),
            WantAttachment{digest(), number()}, AttachmentChunk{digest(), number(), number(), bytes()},
            Parting{coin()}, Wake{}, Refused{number<std::uint16_t>()}};
  }

  Mask mask() {
    const std::vector<SectionNumber> sections{0, 1, 7};
    const std::vector<CodeNumber> types{2, 6};
    const std::vector<CodeNumber> markings{3};
    std::vector<MaskRow> rows;
    for (KindNumber kind = 1; kind < 4; ++kind) {
      std::vector<std::vector<Decision>> sheets(2 * (types.size() + 1) * (markings.size() + 1));
      for (std::vector<Decision>& sheet : sheets) {
        for (std::size_t i = 0; i < sections.size(); ++i) {
          sheet.push_back({static_cast<Level>(random_.below(4)), coin(), coin(), number<std::uint16_t>(), 0});
        }
      }
      rows.push_back(make_row({kind, sections, types, markings, sheets}));
    }
    return Mask(std::move(rows));
  }

 private:
  using Statements = Samples;
  static const Statements& statements() {
    static const Statements made;
    return made;
  }

  // Of any size: as many small numbers as large ones.
  template <class T = std::uint64_t>
  T number() {
    constexpr unsigned bits = sizeof(T) * 8;
    return static_cast<T>(random_.next() >> (64 - bits) >> random_.below(bits));
  }
  bool coin() { return random_.chance(1, 2); }
  Id id() { return Id::make(number() >> 16, random_); }
  Digest digest() { return random_.bytes<32>(); }
  Signature signature() { return random_.bytes<64>(); }
  Bytes bytes() {
    Bytes made(random_.below(40));
    random_.fill(made);
    return made;
  }
  template <class Make>
  auto some(std::size_t most, Make make) {
    std::vector<decltype(make())> made;
    for (std::size_t count = random_.below(most + 1); count > 0; --count) made.push_back(make());
    return made;
  }
  Proof proof() {
    return some(3, [&] { return digest(); });
  }
  Phase phase() { return static_cast<Phase>(1 + random_.below(3)); }
  std::optional<Backfill> backfill() {
    if (coin()) return std::nullopt;
    return Backfill{coin() ? Mask() : mask(), number(), phase(), number()};
  }

  Coverage coverage() {
    Coverage made;
    for (std::size_t count = 1 + random_.below(2); count > 0; --count) made[id()] = CoverageEntry{mask(), backfill()};
    return made;
  }
  OfferedHead head() {
    const auto restore = [&] { return Signed<Restore>{statements().restore(), signature()}; };
    return {{statements().head(), signature()}, proof(), some(2, restore), proof()};
  }
  SegmentHeader segment() {
    return {segment_format, id(),     number<std::uint32_t>(), number(), number(), number<std::uint16_t>(), digest(), digest(),
            number(),       digest(), number<std::uint32_t>(), number<std::int64_t>(), number(), signature()};
  }

  Hello hello() {
    return {{number<std::uint16_t>(), number<std::uint16_t>()}, id(), id(), number<std::uint32_t>(), number(), digest(), number(),
            coin(), number(), number(), digest(), {number(), digest()}, number<std::uint32_t>(), number()};
  }
  Status status() {
    return {static_cast<Greeting>(1 + random_.below(7)), number<std::uint16_t>(), number<std::uint32_t>(), coin(), number(),
            number(), number(), number<std::int64_t>(), bytes(), bytes(), head()};
  }
  Push push() {
    return {segment(), some(3, [&] { return bytes(); })};
  }
  Receipts receipts() {
    Receipts made;
    made.receipts = some(2, [&] { return Signed<Receipt>{statements().receipt(), signature()}; });
    made.head = head();
    made.proofs = some(2, [&] { return proof(); });
    made.leaves = some(2, [&] { return number(); });
    return made;
  }
  Reach reach() { return {id(), coin() ? std::optional(mask()) : std::nullopt, backfill()}; }
  Page page() {
    const auto record = [&] { return RecordReach{id(), some(4, [&] { return number<SectionNumber>(); })}; };
    const auto part = [&] {
      ChangeBits some_changes = ChangeBits::first(1 + random_.below(20));
      some_changes.add(random_.below(256));
      return PageSegment{segment(), Acceptance{digest(), 1 + random_.below(1000), statements().noon, some_changes}, number(),
                         some(3, [&] { return number<std::uint16_t>(); }), some(3, [&] { return bytes(); }), proof()};
    };
    const auto erased = [&] { return ErasedPart{id(), number<SectionNumber>()}; };
    return {coin() ? Id{} : id(), phase(), number(), coin(), some(2, record), some(2, erased), some(2, part), proof()};
  }
  Complete complete() {
    const auto scope = [&] { return ScopeHoldings{id(), coin(), number(), digest()}; };
    std::optional<Signed<Completeness>> statement;
    if (coin()) statement = Signed<Completeness>{statements().completeness(), signature()};
    return {statement, some(3, scope)};
  }

  SeededRandom random_;
};

}  // namespace caseload::sync
