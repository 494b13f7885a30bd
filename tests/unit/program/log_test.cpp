#include "common/program/log.h"

#include <type_traits>
#include <vector>

#include "tests/unit/program/pseudo_terminal.h"

#include "tests/support/test.h"

using namespace caseload;

// What could carry a name, a note or a secret does not compile.
static_assert(!std::is_constructible_v<LogValue, std::string>);
static_assert(!std::is_constructible_v<LogValue, std::string_view>);
static_assert(!std::is_constructible_v<LogValue, const char*>);
static_assert(!std::is_constructible_v<LogValue, char*>);
static_assert(!std::is_constructible_v<LogValue, char>);
static_assert(!std::is_constructible_v<LogValue, char32_t>);
static_assert(!std::is_constructible_v<LogValue, Bytes>);
static_assert(!std::is_constructible_v<LogValue, BytesView>);
static_assert(!std::is_constructible_v<LogValue, Secret>);
static_assert(!std::is_constructible_v<LogValue, const Secret&>);
static_assert(!std::is_constructible_v<LogValue, Id>);
static_assert(!std::is_constructible_v<LogValue, const void*>);
static_assert(!std::is_constructible_v<LogWord, std::string>);
static_assert(!std::is_constructible_v<LogWord, std::string_view>);
static_assert(!std::is_constructible_v<LogWord, const char*>);
static_assert(!std::is_constructible_v<LogTag, std::string>);
static_assert(!std::is_constructible_v<LogTag, std::string_view>);
static_assert(std::is_constructible_v<LogValue, int> && std::is_constructible_v<LogValue, LogWord>);

namespace {

struct Written {
  LogTime now{1'795'305'601'234, 5'000};  // 2026-11-22T00:00:01.234Z
  std::vector<std::string> lines;

  Log::Sink sink() {
    return [this](std::string_view line) { lines.emplace_back(line); };
  }
  Log::Now clock() {
    return [this] { return now; };
  }
};

Id id_of_bytes_in_a_row() {
  Id id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i);
  return id;
}

}  // namespace

TEST_CASE("a line says when, how grave, what, and the fields in their order") {
  Written written;
  Log log(written.sink(), written.clock());
  const Fault fault(Fault::closed, "a detail that stays out");
  log.event("session_ended", {{"device", LogTag::device(id_of_bytes_in_a_row())},
                              {"ms", std::chrono::seconds(12)},
                              {"bytes", std::uint64_t{18'446'744'073'709'551'615u}},
                              {"offset", -3},
                              {"resumed", false},
                              {"fault", fault},
                              {"step", LogWord("push")}});
  REQUIRE(written.lines.size() == 1);
  CHECK(written.lines[0] ==
        R"({"time":"2026-11-22T00:00:01.234Z","steady_ms":5000,"level":"info","event":"session_ended",)"
        R"("device":"0a0b0c0d0e0f","ms":12000,"bytes":18446744073709551615,"offset":-3,"resumed":false,)"
        R"("fault":"closed","step":"push"})"
        "\n");
}

TEST_CASE("what is graver than asked for is written, what is less is not") {
  Written written;
  Log log(written.sink(), written.clock(), LogLevel::warning);
  log.error("a");
  log.warning("b");
  log.event("c");
  log.debug("d");
  REQUIRE(written.lines.size() == 2);
  CHECK(written.lines[0].find(R"("level":"error","event":"a"})") != std::string::npos);
  CHECK(written.lines[1].find(R"("level":"warning","event":"b"})") != std::string::npos);
}

TEST_CASE("a flood of one event is counted, and hides no other") {
  Written written;
  {
    Log log(written.sink(), written.clock(), LogLevel::info, 3);
    for (int i = 0; i < 10; ++i) log.event("refused", {{"number", i}});
    log.event("started");
    CHECK(written.lines.size() == 4);
    written.now.steady_ms += 999;
    log.event("refused");
    CHECK(written.lines.size() == 4);
    written.now.steady_ms += 1;
    log.event("started");
    REQUIRE(written.lines.size() == 6);
    CHECK(written.lines[4].find(R"("event":"dropped","of":"refused","lines":8})") != std::string::npos);
    for (int i = 0; i < 5; ++i) log.event("refused");
    CHECK(written.lines.size() == 9);
  }
  REQUIRE(written.lines.size() == 10);
  CHECK(written.lines[9].find(R"("of":"refused","lines":2})") != std::string::npos);
}

TEST_CASE("a wall clock that steps back does not loosen the budget") {
  Written written;
  Log log(written.sink(), written.clock(), LogLevel::info, 1);
  log.event("refused");
  written.now.utc_ms -= 86'400'000;
  log.event("refused");
  CHECK(written.lines.size() == 1);
}

TEST_CASE("a hashed tag is SipHash-2-4 under its key") {
  // The published vector for the key 00..0f and the bytes 00..0f; ours is written most significant byte first.
  Secret key(16);
  for (std::size_t i = 0; i < key.size(); ++i) key.writable()[i] = static_cast<std::uint8_t>(i);
  const LogTag tag = LogTag::hashed(id_of_bytes_in_a_row(), key);
  CHECK(tag.text() == "3f2acc7f57c29bdb");
  CHECK(LogTag::hashed(id_of_bytes_in_a_row(), Secret(16)).text() != tag.text());
  CHECK(LogTag::hashed(Id(), key).text() != tag.text());
}

TEST_CASE("a log that cannot be written does not stop the work") {
  Written written;
  Log throws([](std::string_view) { throw Breakage(Breakage::What::disk_full, "the log"); }, written.clock());
  throws.event("started");
  Log closed(log_to(-1), written.clock());
  closed.event("started");
}

TEST_CASE("a log to a descriptor arrives there") {
  Written written;
  Pipe pipe;
  {
    Log log(log_to(pipe.in()), written.clock());
    log.event("started");
  }
  CHECK(pipe.close_and_read() ==
        R"({"time":"2026-11-22T00:00:01.234Z","steady_ms":5000,"level":"info","event":"started"})"
        "\n");
}
