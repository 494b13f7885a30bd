#include "common/net/pace.h"

#include <asio/post.hpp>

#include "tests/unit/net/tls_peer.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

struct Pair {
  TestAuthority authority;
  TestOffice office{authority.issue(Usage::office)};
  std::pair<Result<TlsStream>, Result<TlsStream>> both{
      office.meet(TlsContext::device(authority.issue(Usage::device)))};
  Nudge nudge{office.io().get_executor()};
  std::array<std::uint8_t, 64> buffer{};

  TlsStream& here() { return *both.first; }
  TlsStream& there() { return *both.second; }
  asio::io_context& io() { return office.io(); }
};

}  // namespace

TEST_CASE("a nudge ends a wait for bytes, whether it came before or meanwhile, and no byte is lost by it") {
  Pair pair;
  pair.nudge.give();
  pair.nudge.give();  // two are one
  CHECK(run(pair.io(), read_or_nudge(pair.here(), pair.buffer, plenty, pair.nudge)).fault() == Fault(Fault::cancelled));
  asio::post(pair.io(), [&] { asio::post(pair.io(), [&] { pair.nudge.give(); }); });
  CHECK(run(pair.io(), read_or_nudge(pair.here(), pair.buffer, plenty, pair.nudge)).fault() == Fault(Fault::cancelled));
  const Bytes said{1, 2, 3};
  REQUIRE(run(pair.io(), pair.there().write_all(said, plenty)).ok());
  const Result<std::size_t> heard = run(pair.io(), read_or_nudge(pair.here(), pair.buffer, plenty, pair.nudge));
  REQUIRE(heard.ok());
  CHECK(*heard == 3);
}

TEST_CASE("without a nudge, a wait for bytes ends with its limit or with the peer") {
  Pair pair;
  CHECK(run(pair.io(), read_or_nudge(pair.here(), pair.buffer, TimeLimit(20), pair.nudge)).fault() ==
        Fault(Fault::timed_out));
  pair.there().close();
  CHECK(run(pair.io(), read_or_nudge(pair.here(), pair.buffer, plenty, pair.nudge)).fault() == Fault(Fault::closed));
}

TEST_CASE("a peer that makes no room ends a write within the pace, and one that does gets all of it") {
  Pair pair;
  const Bytes little(200'000, 7);
  const Pace unhurried{plenty, plenty};
  CHECK(run(pair.io(), write_at_pace(pair.here(), little, unhurried)).ok());
  const Bytes much(64U << 20, 7);
  const Pace silent{plenty, TimeLimit(50)};
  CHECK(run(pair.io(), write_at_pace(pair.here(), much, silent)).fault() == Fault(Fault::timed_out));
}

TEST_CASE("patience is what is left of the whole, and no longer than a silence may be") {
  const std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
  const Pace pace{TimeLimit(120'000), TimeLimit(30'000)};
  CHECK(patience(pace, now) == TimeLimit(30'000));
  CHECK(patience(pace, now - std::chrono::seconds(110)) <= TimeLimit(10'000));
  CHECK(patience(pace, now - std::chrono::seconds(110)) > TimeLimit(5'000));
  CHECK(patience(pace, now - std::chrono::seconds(500)) == TimeLimit(0));
}
