#pragma once

#include "client/web/site.h"
#include "tests/unit/client/casework/profile.h"

namespace caseload::client {

// Seat: a sitting over Ana's profile in memory: a true one but for its keys, which are one word.
class Seat final : public Sitting {
 public:
  explicit Seat(Profile& profile) : profile_(profile) {}
  std::mutex& mutex() override { return mutex_; }
  Workplace* workplace() override { return open ? &profile_.place() : nullptr; }
  Result<void> unlock(const Secret& typed) override {
    if (as_text(typed.view()) != "open-sesame") return Fault::wrong_passphrase;
    open = true;
    return {};
  }
  void lock() override { open = false; }
  void begin_sync() override { ++asked; }
  SyncNow sync_now() override { return now; }
  std::string office() const override { return "office.example:7443"; }

  bool open = true;
  int asked = 0;
  SyncNow now;

 private:
  Profile& profile_;
  std::mutex mutex_;
};

// Browser: what a browser sends, and what it keeps, on one site.
class Browser {
 public:
  static constexpr std::uint16_t port = 8123;

  explicit Browser(const std::string& role = "caseworker")
      : profile(role), seat(profile), clock(from_milliseconds(1'790'000'000'000)), site({seat, clock, random, port, std::chrono::minutes(10)}) {
    const HttpResponse admitted = send({"GET", site.launch_path(), {{"host", "127.0.0.1:8123"}, {"sec-fetch-site", "none"}}, ""});
    for (const auto& [name, value] : admitted.headers) {
      if (name == "Set-Cookie") cookie = value.substr(0, value.find(';'));
    }
    const std::string page = get("/").body;
    const std::string before = "name=\"csrf\" value=\"";
    const std::size_t at = page.find(before);
    if (at != std::string::npos) token = page.substr(at + before.size(), 64);
  }

  HttpResponse send(const HttpRequest& request) { return site.answer(request); }
  HttpHeaders headers() const {
    return {{"host", "127.0.0.1:8123"},
            {"origin", "http://127.0.0.1:8123"},
            {"sec-fetch-site", "same-origin"},
            {"cookie", cookie},
            {"content-type", "application/x-www-form-urlencoded"}};
  }
  HttpResponse get(const std::string& target) {
    HttpHeaders sent = headers();
    sent.erase(sent.begin() + 1);  // a browser names no origin where it only reads
    return send({"GET", target, sent, ""});
  }
  HttpResponse post(const std::string& target, const std::string& form) {
    return send({"POST", target, headers(), "csrf=" + token + (form.empty() ? "" : "&") + form});
  }
  std::string name() const { return profile.words_of(profile.the_case, sync::case_name); }
  static std::string location(const HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Location") return value;
    }
    return "";
  }

  Profile profile;
  Seat seat;
  ManualClock clock;
  SystemRandom random;
  Site site;
  std::string cookie;
  std::string token;
};

}  // namespace caseload::client
