#include "client/web/guard.h"
#include "client/web/idle.h"
#include "tests/unit/client/web/browser.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

struct Row {
  const char* what;
  const char* method;
  const char* target;
  HttpHeaders headers;
  int status;
};

const HttpHeaders ours{{"host", "127.0.0.1:8123"}};

HttpHeaders with(HttpHeaders more, const HttpHeaders& base = ours) {
  HttpHeaders all = base;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

const char* form = "application/x-www-form-urlencoded";

}  // namespace

TEST_CASE("only our own page, under our own name, gets past the guard") {
  SystemRandom random;
  const Guard guard(8123, random);
  const Row rows[] = {
      {"by number", "GET", "/", ours, 0},
      {"as localhost", "GET", "/", {{"host", "localhost:8123"}}, 0},
      {"by its long number", "GET", "/", {{"host", "[::1]:8123"}}, 0},
      {"typed into the address bar", "GET", "/", with({{"sec-fetch-site", "none"}}), 0},
      {"a form of ours", "POST", "/lock", with({{"origin", "http://127.0.0.1:8123"}, {"content-type", form}}), 0},
      {"a form of ours, with its letters named", "POST", "/lock",
       with({{"sec-fetch-site", "same-origin"}, {"content-type", "application/x-www-form-urlencoded;charset=UTF-8"}}), 0},
      {"another name that means this machine", "GET", "/", {{"host", "evil.example:8123"}}, 421},
      {"a name that begins like ours", "GET", "/", {{"host", "127.0.0.1:8123.evil.example"}}, 421},
      {"a name that ends like ours", "GET", "/", {{"host", "evil-localhost:8123"}}, 421},
      {"another port", "GET", "/", {{"host", "127.0.0.1:8124"}}, 421},
      {"no port", "GET", "/", {{"host", "127.0.0.1"}}, 421},
      {"another loopback number", "GET", "/", {{"host", "127.0.0.2:8123"}}, 421},
      {"an empty name", "GET", "/", {{"host", ""}}, 421},
      {"no name", "GET", "/", {}, 421},
      {"two names", "GET", "/", {{"host", "127.0.0.1:8123"}, {"host", "evil.example"}}, 421},
      {"from another site", "GET", "/", with({{"sec-fetch-site", "cross-site"}}), 403},
      {"from another port of this machine", "GET", "/", with({{"sec-fetch-site", "same-site"}}), 403},
      {"another origin", "GET", "/", with({{"origin", "http://evil.example"}}), 403},
      {"no origin at all, told so", "POST", "/lock", with({{"origin", "null"}, {"content-type", form}}), 403},
      {"our origin but secure", "POST", "/lock", with({{"origin", "https://127.0.0.1:8123"}, {"content-type", form}}), 403},
      {"our origin under another of our names", "POST", "/lock", with({{"origin", "http://localhost:8123"}, {"content-type", form}}), 403},
      {"two origins", "POST", "/lock", with({{"origin", "http://127.0.0.1:8123"}, {"origin", "http://evil.example"}, {"content-type", form}}), 403},
      {"an act that says not where it comes from", "POST", "/lock", with({{"content-type", form}}), 403},
      {"an act of the address bar", "POST", "/lock", with({{"sec-fetch-site", "none"}, {"content-type", form}}), 403},
      {"a form as plain text", "POST", "/lock", with({{"origin", "http://127.0.0.1:8123"}, {"content-type", "text/plain"}}), 415},
      {"a form in parts", "POST", "/lock", with({{"origin", "http://127.0.0.1:8123"}, {"content-type", "multipart/form-data; boundary=x"}}), 415},
      {"JSON", "POST", "/lock", with({{"origin", "http://127.0.0.1:8123"}, {"content-type", "application/json"}}), 415},
      {"no type", "POST", "/lock", with({{"origin", "http://127.0.0.1:8123"}}), 415},
      {"PUT", "PUT", "/", with({{"origin", "http://127.0.0.1:8123"}}), 405},
      {"DELETE", "DELETE", "/", ours, 405},
      {"garbage for a method", "G\x01T", "/", ours, 405},
      {"up a folder", "GET", "/assets/../x", ours, 404},
      {"up a folder, encoded", "GET", "/assets/%2e%2e/x", ours, 404},
      {"up a folder, encoded twice", "GET", "/assets/%252e%252e/x", ours, 404},
      {"a NUL", "GET", "/case/%00", ours, 404},
      {"backslashes", "GET", "/assets\\..\\x", ours, 404},
      {"two slashes", "GET", "//evil.example/", ours, 404},
      {"a whole address", "GET", "http://127.0.0.1:8123/", ours, 404},
      {"a star", "GET", "*", ours, 404},
      {"nothing", "GET", "", ours, 404},
      {"letters of another script", "GET", "/c\xc3\xa4se", ours, 404},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(guard.check_place({row.method, row.target, row.headers, ""}) == row.status);
  }
}

TEST_CASE("an address opens once, and a later one ends what the former opened") {
  SystemRandom random;
  Guard guard(8123, random);
  const std::string token = guard.launch_path().substr(guard.launch_path().find('=') + 1);
  CHECK(token.size() == 64);
  for (const std::string& wrong : std::vector<std::string>{std::string(), token.substr(1), token + "0", std::string(64, '0')})
    CHECK_FALSE(guard.admit(wrong));
  const std::optional<std::string> cookie = guard.admit(token);
  REQUIRE(cookie);
  for (const char* part : {"HttpOnly", "SameSite=Strict", "Path=/", "caseload-8123="}) CHECK(cookie->find(part) != std::string::npos);
  CHECK_FALSE(guard.admit(token));
  CHECK_FALSE(guard.admit(""));
  const std::string pair = cookie->substr(0, cookie->find(';'));
  const auto knows = [&](const std::string& sent) { return guard.knows({"GET", "/", {{"cookie", sent}}, ""}); };
  CHECK(knows(pair));
  CHECK(knows("other=1; " + pair + "; more=2"));
  for (const std::string& wrong :
       std::vector<std::string>{pair.substr(0, pair.size() - 1), pair + "0", "caseload-8123=", std::string("caseload-8123"), pair + "; " + pair,
                                "caseload-8123=x; " + pair, "caseload-8124=" + pair.substr(14), std::string(";;;"), std::string()}) {
    CAPTURE(wrong);
    CHECK_FALSE(knows(wrong));
  }
  CHECK_FALSE(guard.knows({"GET", "/", {}, ""}));
  guard.new_launch();
  CHECK(knows(pair));  // a new address is printed; nobody has used it
  REQUIRE(guard.admit(guard.launch_path().substr(guard.launch_path().find('=') + 1)));
  CHECK_FALSE(knows(pair));
}

TEST_CASE("a form token is one alone") {
  SystemRandom random;
  Guard guard(8123, random);
  CHECK_FALSE(guard.is_form_token(""));  // nobody was admitted: there is none
  REQUIRE(guard.admit(guard.launch_path().substr(guard.launch_path().find('=') + 1)));
  CHECK(guard.is_form_token(guard.form_token()));
  for (const std::string& wrong :
       std::vector<std::string>{std::string(), guard.form_token() + "0", guard.form_token().substr(1), std::string(64, 'a')})
    CHECK_FALSE(guard.is_form_token(wrong));
}

TEST_CASE("every answer forbids what a page may not do") {
  std::string policy, cache;
  for (const auto& [name, value] : Guard::headers()) {
    if (name == "Content-Security-Policy") policy = value;
    if (name == "Cache-Control") cache = value;
  }
  CHECK(cache == "no-store");
  for (const char* part : {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"})
    CHECK(policy.find(part) != std::string::npos);
  for (const char* part : {"unsafe", "*", "http:", "https:"}) CHECK(policy.find(part) == std::string::npos);
}

TEST_CASE("the page locks when nobody has worked for a time, and when the machine has slept") {
  ManualClock clock(from_milliseconds(1'790'000'000'000));
  Idle idle(std::chrono::minutes(10));
  idle.touched(clock);
  CHECK_FALSE(idle.is_due(clock));
  clock.advance(std::chrono::minutes(9));
  CHECK_FALSE(idle.is_due(clock));
  clock.advance(std::chrono::minutes(1));
  CHECK(idle.is_due(clock));
  idle.touched(clock);
  CHECK_FALSE(idle.is_due(clock));
  clock.set(clock.now() + std::chrono::hours(1));  // asleep: the steady clock stood still
  CHECK(idle.is_due(clock));
  idle.touched(clock);
  clock.set(clock.now() - std::chrono::hours(1));  // set right, backwards: nobody slept
  CHECK_FALSE(idle.is_due(clock));
}
