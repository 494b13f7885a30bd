#pragma once

#include "client/web/guard.h"
#include "client/web/idle.h"
#include "client/web/visit.h"

namespace caseload::client {

// Site: the page as a whole: a request in, its answer out.
//
//   guard ─> launch or cookie ─> form token ─┬─ locked: the passphrase; what was typed is carried through
//                                            └─ open: a page of the table, on the profile, while nobody else
//                                            is at it
//
// Promise  nothing of anybody leaves without the cookie, nor while locked. Every answer carries Guard::headers().
//          What a form held when the page had locked itself is in the answer again, to be sent once more.
// Errors   Faults of pages are screens with their wording; Breakage is one that says what is safe. None pass.
// Threads  answer(): any, at once. tend(): one.
class Site {
 public:
  struct With {
    Sitting& sitting;
    const Clock& clock;
    Random& random;
    std::uint16_t port = 0;
    Duration idle = idle_default;
  };
  explicit Site(const With& with);

  HttpResponse answer(const HttpRequest& request);
  std::string launch_path();  // of a new token; the former one is void
  void tend();                // locks what nobody has used for a time; called every second or so

 private:
  struct Asked;

  HttpResponse start(const Asked& asked);
  HttpResponse asset(const std::string& path, const HttpRequest& request);
  HttpResponse unlock(Asked& asked);
  HttpResponse ask_passphrase(const Asked& asked, Json data);
  HttpResponse act_by_page(Asked& asked);
  HttpResponse visit(Asked& asked);
  HttpResponse state();
  Json frame();  // what every screen is set in; Requires the sitting's mutex
  HttpResponse give(Screen screen, Json frame) const;
  HttpResponse notice(int status, const std::string& key);

  With with_;
  std::mutex guard_mutex_;
  Guard guard_;
  std::mutex idle_mutex_;
  Idle idle_;
};

}  // namespace caseload::client
