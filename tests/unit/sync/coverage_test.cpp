#include "sync/ledger/coverage.h"

#include <functional>

#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

Mask some_mask() {
  const Bench bench;
  ScopeFacts scope;
  scope.scope = numbered(20);
  scope.assignments.push_back({numbered(10), AssignmentRole::lead});
  ViewerFacts viewer;
  viewer.worker = numbered(10);
  viewer.memberships.push_back({unit_four, "clerk"});
  return bench.rules.mask(viewer, scope);
}

}  // namespace

TEST_CASE("a backfill goes through its phases, each from the beginning, and is done after the last") {
  CoverageEntry entry;
  entry.backfill = Backfill{Mask(), 10, Phase::safety, 0};
  struct Step {
    std::uint64_t upto;
    std::optional<Backfill> then;
  };
  const Step steps[] = {
      {4, Backfill{Mask(), 10, Phase::safety, 4}},
      {9, Backfill{Mask(), 10, Phase::safety, 9}},
      {10, Backfill{Mask(), 10, Phase::recent, 0}},
      {10, Backfill{Mask(), 10, Phase::rest, 0}},
      {7, Backfill{Mask(), 10, Phase::rest, 7}},
      {10, std::nullopt},
      {10, std::nullopt},
  };
  for (const Step& step : steps) {
    advance(entry, step.upto);
    CHECK(entry.backfill == step.then);
  }
  CoverageEntry empty;  // a scope that is new where the log is still empty
  empty.backfill = Backfill{Mask(), 0, Phase::safety, 0};
  for (int phase = 0; phase < 3; ++phase) advance(empty, 0);
  CHECK_FALSE(empty.backfill.has_value());
}

TEST_CASE("the digest of a coverage tells every difference") {
  const Mask mask = some_mask();
  REQUIRE_FALSE(mask.is_empty());
  Coverage coverage;
  coverage[numbered(1)] = CoverageEntry{mask, Backfill{Mask(), 10, Phase::recent, 3}};
  coverage[numbered(2)] = CoverageEntry{mask, std::nullopt};
  const std::function<void(Coverage&)> alterations[] = {
      [](Coverage& c) { c.erase(numbered(2)); },
      [](Coverage& c) { c[numbered(3)]; },
      [](Coverage& c) { c[numbered(1)].backfill.reset(); },
      [](Coverage& c) { c[numbered(1)].backfill->upto = 4; },
      [](Coverage& c) { c[numbered(1)].backfill->base = 11; },
      [](Coverage& c) { c[numbered(1)].backfill->phase = Phase::rest; },
      [&](Coverage& c) { c[numbered(1)].backfill->held = mask; },
      [](Coverage& c) { c[numbered(2)].mask = Mask(); },
      [](Coverage& c) { std::swap(c[numbered(1)], c[numbered(2)]); },
  };
  CHECK(*decode<Coverage>(encode(coverage)) == coverage);
  CHECK(digest_of(coverage) == digest_of(Coverage(coverage)));
  for (const auto& alter : alterations) {
    Coverage other = coverage;
    alter(other);
    CHECK(digest_of(other) != digest_of(coverage));
  }
  Bytes bytes = encode(Coverage{{numbered(1), CoverageEntry{Mask(), Backfill{}}}});
  for (std::size_t at = 0; at < bytes.size(); ++at)
    CHECK_FALSE(decode<Coverage>(BytesView(bytes).first(at)).ok());
}

}  // namespace caseload::sync
