#pragma once

#include <optional>

#include "client/web/door.h"
#include "common/base/random.h"
#include "common/base/secret.h"

namespace caseload::client {

// Guard: whom the page answers.
//
//   launch token, once ─> cookie of this browser ─> pages;  and with the cookie's own form token ─> acts
//
// Shape    a request passes by its Host (ours, by number or as localhost, with our port), by where a browser says it
//          comes from (Origin, Sec-Fetch-Site), by the cookie, and to do something by the form token.
// Promise  a page of any other site can neither read nor do anything here, under whatever name it reaches us (DNS
//          rebinding). A launch token opens once; a later one ends what the former opened. Tokens are 256 bits of
//          chance, compared in constant time.
// Errors   check_place(): the status of the refusal: 400, 403, 404, 405, 415, 421.
// Threads  one owner.
// Attacker another site in the same browser; a program of another person on this machine, which can connect and knows
//          no token. One that runs as the same person could read our memory as well; it is not kept out.
class Guard {
 public:
  Guard(std::uint16_t port, Random& random) : port_(port), random_(random) { new_launch(); }

  // Faults in how and where a request asks; 0: none.
  int check_place(const HttpRequest& request) const;

  std::string launch_path() const { return "/start?token=" + launch_; }
  void new_launch();
  // The Set-Cookie of a browser that came with the token; nothing: it was used, or never was one.
  std::optional<std::string> admit(std::string_view token);

  bool knows(const HttpRequest& request) const;
  bool is_form_token(std::string_view token) const;
  const std::string& form_token() const { return form_token_; }

  // What every answer carries: nothing runs, loads, frames, sniffs or stores it but as we say.
  static const HttpHeaders& headers();

 private:
  std::string chance();
  std::string cookie_name() const { return "caseload-" + std::to_string(port_); }

  std::uint16_t port_;
  Random& random_;
  std::string launch_;  // empty: used
  std::string cookie_;  // empty: nobody was admitted yet
  std::string form_token_;
};

}  // namespace caseload::client
