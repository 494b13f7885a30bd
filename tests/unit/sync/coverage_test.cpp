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
  CHECK(*coverage_of(*decode<CoverageTable>(encode(*table_of(coverage)))) == coverage);
  CHECK(digest_of(coverage) == digest_of(Coverage(coverage)));
  for (const auto& alter : alterations) {
    Coverage other = coverage;
    alter(other);
    CHECK(digest_of(other) != digest_of(coverage));
  }
}

TEST_CASE("a table says a mask once, and the coverage of as many scopes as a device may have fits into a message") {
  const Mask mask = some_mask();
  Coverage coverage;
  for (std::uint32_t n = 0; n < coverage_entries_max; ++n) {
    coverage[numbered(n)] = CoverageEntry{n % 2 == 0 ? mask : Mask(), Backfill{mask, 1'000'000, Phase::rest, 999'999}};
  }
  const Result<CoverageTable> table = table_of(coverage);
  REQUIRE(table.ok());
  CHECK(table->masks == std::vector{mask, Mask()});
  CHECK(encode(*table).size() < 1U << 20);
  CHECK(*coverage_of(*table) == coverage);
  coverage[numbered(coverage_entries_max)];
  CHECK(table_of(coverage).fault() == Fault::too_many);
}

TEST_CASE("a table that no coverage gives is refused") {
  const Mask mask = some_mask();
  const CoverageTable good{{mask, Mask()},
                           {{numbered(1), 0, CoverageFilling{1, 10, Phase::recent, 3}}, {numbered(2), 1, std::nullopt}}};
  REQUIRE(coverage_of(good).ok());
  struct Row {
    const char* what;
    std::function<void(CoverageTable&)> alter;
    Fault fault;
  };
  const Row rows[] = {
      {"a mask that is not there", [](CoverageTable& t) { t.rows[1].mask = 2; }, Fault::not_canonical},
      {"of a backfill", [](CoverageTable& t) { t.rows[0].backfill->held = 9; }, Fault::not_canonical},
      {"a mask that nobody names", [&](CoverageTable& t) { t.masks.push_back(mask); }, Fault::not_canonical},
      {"a mask twice", [&](CoverageTable& t) { t.masks[1] = mask; }, Fault::not_canonical},
      {"masks in another order", [](CoverageTable& t) { std::swap(t.masks[0], t.masks[1]); std::swap(t.rows[0].mask, t.rows[1].mask);
                                                        t.rows[0].backfill->held = 0; }, Fault::not_canonical},
      {"rows in another order", [](CoverageTable& t) { std::swap(t.rows[0], t.rows[1]); }, Fault::not_canonical},
      {"a scope twice", [](CoverageTable& t) { t.rows[1].scope = t.rows[0].scope; }, Fault::not_canonical},
      {"too many scopes", [](CoverageTable& t) { t.rows.resize(coverage_entries_max + 1); }, Fault::too_many},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CoverageTable bad = good;
    row.alter(bad);
    CHECK(coverage_of(bad).fault() == row.fault);
  }
  const Bytes bytes = encode(good);
  for (std::size_t at = 0; at < bytes.size(); ++at) CHECK_FALSE(decode<CoverageTable>(BytesView(bytes).first(at)).ok());
}

}  // namespace caseload::sync
