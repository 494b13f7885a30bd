#include "sync/ledger/audit.h"

#include <functional>

#include "tests/unit/sync/statement_law.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

struct Chain {
  Samples samples;
  AuditTip start{samples.device, 1, 0, 0, {}};

  AuditEntry entry(AuditAction action = AuditAction::consult) const {
    return {samples.noon,  samples.scope, "caseworker", action,       samples.scope,
            samples.scope, {},            AuditOutcome::done, "supervision"};
  }
  Signed<AuditSegment> segment(const AuditTip& tip, std::size_t entries = 1) const {
    return sign(next_audit_segment(samples.log, tip, std::vector<AuditEntry>(entries, entry())), samples.device_key);
  }
  // As a thief of the key would: whatever the body says.
  Signed<AuditSegment> forged(AuditSegment body) const { return {body, samples.device_key.sign(labelled(body))}; }
  Result<AuditTip> verify(const Signed<AuditSegment>& segment, const AuditTip& tip) const {
    return verify_audit(segment, tip, samples.from(samples.device_key));
  }
};

}  // namespace

TEST_CASE("audit segments follow each other, and entries are counted through") {
  const Chain chain;
  AuditTip tip = chain.start;
  std::uint64_t entries = 0;
  for (const std::size_t count : {1U, 256U, 3U}) {
    const Signed<AuditSegment> next = chain.segment(tip, count);
    CHECK(*decode<Signed<AuditSegment>>(encode(next)) == next);
    const Result<AuditTip> after = chain.verify(next, tip);
    REQUIRE(after.ok());
    entries += count;
    CHECK(after->number == tip.number + 1);
    CHECK(after->last_entry == entries);
    CHECK(after->digest == next.body.digest());
    tip = *after;
  }
}

TEST_CASE("an audit segment is a statement like the others") {
  const Chain chain;
  hold_to_its_promises(chain.samples, chain.segment(chain.start, 2).body, chain.samples.device_key);
}

TEST_CASE("an audit chain has no gap, no fork and no stranger in it") {
  const Chain chain;
  const Signed<AuditSegment> first = chain.segment(chain.start, 2);
  const AuditTip one = *chain.verify(first, chain.start);
  const Signed<AuditSegment> second = chain.segment(one, 2);
  const AuditTip two = *chain.verify(second, one);
  const Signed<AuditSegment> third = chain.segment(two);

  struct Row {
    const char* what;
    Fault::Code expected;
    Signed<AuditSegment> segment;
    AuditTip tip;
  };
  const auto altered = [&](const Signed<AuditSegment>& segment, const std::function<void(AuditSegment&)>& alter) {
    AuditSegment body = segment.body;
    alter(body);
    return chain.forged(body);
  };
  const auto entry_changed = [](AuditSegment& body) { body.entries[0].outcome = AuditOutcome::refused; };
  const std::vector<Row> rows = {
      {"the same again", Fault::replayed, second, two},
      {"an older one", Fault::replayed, first, two},
      {"one left out", Fault::out_of_order, third, one},
      {"not begun at the beginning", Fault::out_of_order, second, chain.start},
      {"the same number with other entries", Fault::twin, altered(second, entry_changed), two},
      {"built on another segment", Fault::twin, altered(second, [](AuditSegment& b) { b.previous[0] ^= 1; }), one},
      {"entries left out", Fault::bad_segment, altered(second, [](AuditSegment& b) { ++b.first_entry; }), one},
      {"entries counted twice", Fault::bad_segment, altered(second, [](AuditSegment& b) { --b.first_entry; }), one},
      {"an earlier epoch", Fault::replayed, altered(second, [](AuditSegment& b) { b.epoch = 0; }), one},
      {"a later epoch that goes on", Fault::out_of_order, altered(second, [](AuditSegment& b) { ++b.epoch; }), one},
      {"another office's", Fault::other_log, altered(second, [&](AuditSegment& b) { b.log = b.device; }), one},
      {"another device's", Fault::not_for_me, altered(second, [&](AuditSegment& b) { b.device = b.log; }), one},
      {"another's signature", Fault::bad_signature, {second.body, first.signature}, one},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(chain.verify(row.segment, row.tip).fault() == row.expected);
  }
  CHECK(chain.verify(third, two).ok());
  const Signed<AuditSegment> by_other = sign(second.body, chain.samples.ledger);
  CHECK(chain.verify(by_other, one).fault() == Fault::bad_signature);
}

TEST_CASE("a later epoch begins a chain of its own") {
  const Chain chain;
  const AuditTip one = *chain.verify(chain.segment(chain.start, 5), chain.start);
  const AuditTip granted{chain.samples.device, 2, 0, 0, {}};
  const Result<AuditTip> after = chain.verify(chain.segment(granted, 3), one);
  REQUIRE(after.ok());
  CHECK(after->epoch == 2);
  CHECK(after->number == 1);
  CHECK(after->last_entry == 3);
}

TEST_CASE("an audit entry says who, what and why in codes, never in sentences") {
  const Chain chain;
  CHECK(chain.entry().check().ok());
  struct Row {
    const char* what;
    Fault::Code expected;
    std::function<void(AuditEntry&)> alter;
  };
  const std::vector<Row> rows = {
      {"no role", Fault::bad_value, [](AuditEntry& e) { e.role = ""; }},
      {"a role in words", Fault::bad_value, [](AuditEntry& e) { e.role = "Case Worker"; }},
      {"a reason in words", Fault::bad_value, [](AuditEntry& e) { e.reason = "looked up her neighbour"; }},
      {"a capital letter", Fault::bad_value, [](AuditEntry& e) { e.reason = "Duty"; }},
      {"a new line", Fault::bad_value, [](AuditEntry& e) { e.reason = "duty\n"; }},
      {"a letter beyond ASCII", Fault::bad_value, [](AuditEntry& e) { e.reason = "pr\xc3\xbc" "fung"; }},
      {"a NUL", Fault::bad_value, [](AuditEntry& e) { e.reason = std::string(1, '\0'); }},
      {"a long reason", Fault::too_large, [](AuditEntry& e) { e.reason = std::string(65, 'a'); }},
      {"a long role", Fault::too_large, [](AuditEntry& e) { e.role = std::string(1000, 'a'); }},
      {"an action of number 0", Fault::bad_value, [](AuditEntry& e) { e.action = static_cast<AuditAction>(0); }},
      {"an action not listed", Fault::bad_value, [](AuditEntry& e) { e.action = static_cast<AuditAction>(13); }},
      {"an outcome not listed", Fault::bad_value, [](AuditEntry& e) { e.outcome = static_cast<AuditOutcome>(4); }},
      {"no time of ours", Fault::bad_value, [](AuditEntry& e) { e.at = moment_max + Duration(1); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    AuditEntry entry = chain.entry();
    row.alter(entry);
    CHECK(decode<AuditEntry>(encode(entry)).fault() == row.expected);
  }
  AuditEntry failed_login = chain.entry(AuditAction::login_failed);
  failed_login.worker = failed_login.scope = failed_login.record = Id{};
  failed_login.reason = "";
  CHECK(decode<AuditEntry>(encode(failed_login)).ok());
  for (std::uint8_t number = 1; number <= 12; ++number) {
    const AuditEntry entry = chain.entry(static_cast<AuditAction>(number));
    CHECK(*decode<AuditEntry>(encode(entry)) == entry);
  }
}

TEST_CASE("an audit segment that can never be true is not read") {
  const Chain chain;
  struct Row {
    const char* what;
    Fault::Code expected;
    std::function<void(AuditSegment&)> alter;
  };
  const AuditTip one = *chain.verify(chain.segment(chain.start), chain.start);
  const std::vector<Row> rows = {
      {"no log", Fault::bad_value, [](AuditSegment& s) { s.log = {}; }},
      {"no device", Fault::bad_value, [](AuditSegment& s) { s.device = {}; }},
      {"number 0", Fault::bad_value, [](AuditSegment& s) { s.number = 0; }},
      {"first, yet built on another", Fault::bad_value, [](AuditSegment& s) { s.number = 1; }},
      {"later, yet built on none", Fault::bad_value, [](AuditSegment& s) { s.previous = {}; }},
      {"entry 0", Fault::bad_value, [](AuditSegment& s) { s.first_entry = 0; }},
      {"an entry number that wraps", Fault::bad_value, [](AuditSegment& s) { s.first_entry = ~std::uint64_t{0}; }},
      {"a number that wraps", Fault::bad_value, [](AuditSegment& s) { s.number = ~std::uint64_t{0}; }},
      {"no entries", Fault::bad_value, [](AuditSegment& s) { s.entries.clear(); }},
      {"257 entries", Fault::too_many, [](AuditSegment& s) { s.entries.assign(257, s.entries[0]); }},
      {"an entry without a role", Fault::bad_value, [](AuditSegment& s) { s.entries[0].role.clear(); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    AuditSegment body = chain.segment(one).body;
    row.alter(body);
    CHECK(decode<Signed<AuditSegment>>(encode(chain.forged(body))).fault() == row.expected);
    CHECK(chain.verify(chain.forged(body), one).fault() == row.expected);
  }
}
