#include "client/casework/notes.h"
#include "client/casework/status.h"
#include "client/casework/timeline.h"
#include "client/web/content.h"
#include "common/record/kinds.h"
#include "tests/unit/client/web/browser.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

bool says(const HttpResponse& response, std::string_view words) { return response.body.find(words) != std::string::npos; }

std::string hidden(const HttpResponse& response, const std::string& name) {
  const std::string before = "name=\"" + name + "\" value=\"";
  const std::size_t at = response.body.find(before);
  if (at == std::string::npos) return "";
  return response.body.substr(at + before.size(), response.body.find('"', at + before.size()) - at - before.size());
}

}  // namespace

TEST_CASE("without the cookie nothing of anybody leaves, whatever is asked for") {
  Browser browser;
  const std::string scope = browser.profile.the_case.to_string();
  for (const std::string& target :
       std::vector<std::string>{std::string("/"), "/case/" + scope, "/case/" + scope + "/timeline", std::string("/search?q=a"), std::string("/state"),
                                std::string("/sync"), std::string("/hidden"), std::string("/unlock"), std::string("/nowhere"), std::string("/start"),
                                std::string("/start?token="), std::string("/start?token=0")}) {
    CAPTURE(target);
    const HttpResponse response = browser.send({"GET", target, {{"host", "127.0.0.1:8123"}}, ""});
    CHECK((response.status == 401 || response.status == 403));
    CHECK_FALSE(says(response, browser.name()));
    CHECK_FALSE(says(response, browser.token));
  }
  for (const AssetEntry& asset : assets())
    CHECK(browser.send({"GET", "/assets/" + std::string(asset.name), {{"host", "127.0.0.1:8123"}}, ""}).status == 200);
}

TEST_CASE("an act without the form's token does nothing") {
  Browser browser;
  const std::string there = "/case/" + browser.profile.the_case.to_string() + "/note";
  for (const std::string& body : std::vector<std::string>{std::string("type=phone"), "csrf=&type=phone",
                                                          "csrf=" + std::string(64, '0') + "&type=phone", "csrf=" + browser.cookie + "&type=phone"}) {
    CAPTURE(body);
    CHECK(browser.send({"POST", there, browser.headers(), body}).status == 403);
  }
  CHECK(note_drafts(browser.profile.place()).empty());
  CHECK(browser.post(there, "type=phone").status == 303);
  CHECK(note_drafts(browser.profile.place()).size() == 1);
}

TEST_CASE("addresses that mean nothing, or nothing here, are told alike") {
  Browser browser;
  const std::string nobody = "01a20458-9b9d-70bc-af25-a28414cdf2ed";
  for (const std::string& target : std::vector<std::string>{
           "/case/" + nobody, "/record/" + nobody, "/case/x", "/case/", std::string("/record"), std::string("/nowhere"), "/draft/" + nobody,
           "/case/" + nobody + "/timeline", "/conflicts/" + nobody + "/level", "/late/" + nobody, "/handover/" + nobody,
           "/case/" + browser.profile.the_case.to_string() + "/add/nothing", "/case/" + browser.profile.the_case.to_string() + "/add/case",
           "/case/" + browser.profile.the_case.to_string() + "/list/nothing"}) {
    CAPTURE(target);
    CHECK(browser.get(target).status == 404);
  }
  CHECK(says(browser.get("/why/" + nobody), "not on this device"));
}

TEST_CASE("a note goes from its type to the signature, and what its type demands is asked for") {
  Browser browser;
  const std::string scope = browser.profile.the_case.to_string();
  CHECK(browser.post("/case/" + scope + "/note", "type=nonsense").status == 422);
  const HttpResponse begun = browser.post("/case/" + scope + "/note", "type=home_visit");
  REQUIRE(begun.status == 303);
  const std::string draft = Browser::location(begun);
  const HttpResponse saved = browser.post(draft, "act=autosave&text=Half+a+sen&occurred=never");
  CHECK(saved.status == 200);
  CHECK(says(saved, "\"problems\":1"));  // the day is wrong; the words are kept all the same
  CHECK(says(browser.get(draft), "Half a sen"));
  const HttpResponse early = browser.post(draft, "act=sign&text=&occurred=yesterday");
  CHECK(early.status == 422);
  CHECK(says(early, "href=\"#f-text\""));
  const HttpResponse done = browser.post(draft, "act=sign&text=%3Cscript%3Ealert(1)%3C/script%3E&result=Well&occurred=yesterday");
  REQUIRE(done.status == 303);
  const HttpResponse shown = browser.get(Browser::location(done));
  CHECK(says(shown, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK_FALSE(says(shown, "<script>alert"));
  CHECK(says(shown, "On this device"));
  CHECK(Browser::location(browser.post(draft, "act=sign")).find("/record/") == 0);  // a second press of the button
  CHECK(note_drafts(browser.profile.place()).empty());
  CHECK(status(browser.profile.place()).unsent == 1);
}

TEST_CASE("a manager's kinds of note are refused to a caseworker, in words") {
  Browser browser;
  const HttpResponse response = browser.post("/case/" + browser.profile.the_case.to_string() + "/note", "type=oversight");
  CHECK(response.status == 403);
  CHECK(says(response, "There is a problem"));
  CHECK(note_drafts(browser.profile.place()).empty());
}

TEST_CASE("a form sent twice is one record, and one that is incomplete is asked about once") {
  Browser browser;
  const std::string there = "/case/" + browser.profile.the_case.to_string() + "/add/action";
  const std::string id = hidden(browser.get(there), "act_id");
  REQUIRE(id.size() == 36);
  const std::string form = "act_id=" + id + "&type=task&status=open&due=tomorrow&what=Ring&why=Because&owner_side=worker&owner=" +
                           browser.profile.place().worker.to_string();
  const HttpResponse first = browser.post(there, form), second = browser.post(there, form);
  REQUIRE(first.status == 303);
  CHECK(Browser::location(first) == Browser::location(second));
  CHECK(timeline(browser.profile.place(), {browser.profile.the_case, {}, kinds::action})->rows.size() == 1);
  const HttpResponse incomplete = browser.post(there, "status=open&due=tomorrow&what=Write");
  CHECK(incomplete.status == 422);
  CHECK(says(incomplete, "value=\"incomplete\""));
  CHECK(says(incomplete, ">Write</textarea>"));  // nothing that was typed is lost
  CHECK(browser.post(there, "act=incomplete&status=open&due=tomorrow&what=Write").status == 303);
  for (const char* wrong : {"status=nonsense", "due=29.2.2025", "owner=nobody", "owner=01a20458-9b9d-70bc-af25-a28414cdf2ed", "what=%FF"}) {
    CAPTURE(wrong);
    CHECK(browser.post(there, std::string("act=incomplete&why=a&") + wrong).status == 422);
  }
}

TEST_CASE("a form that was open while somebody else wrote overwrites nothing") {
  Browser browser;
  Workplace& place = browser.profile.place();
  const KindEntry& kind = *place.catalogue().find_kind(kinds::action);
  const FieldNumber what = kind.find_field("what")->number, due = kind.find_field("due")->number;
  const Result<Done> made = perform(place, {kinds::action, browser.profile.the_case, {}, {{what, Value::of_text("Ring")}}, {}});
  REQUIRE(made.ok());
  const std::string there = "/record/" + made->record.to_string() + "/edit";
  const std::string seen = hidden(browser.get(there), "seen");
  REQUIRE(perform(place, {0, {}, made->record, {{what, Value::of_text("Ring at six")}}, {}}).ok());
  const HttpResponse stale = browser.post(there, "seen=" + seen + "&what=Write&due=tomorrow");
  CHECK(stale.status == 409);
  CHECK(says(stale, "Ring at six"));        // theirs
  CHECK(says(stale, ">Write</textarea>"));  // yours
  CHECK(browser.profile.words_of(made->record, what) == "Ring at six");
  const HttpResponse anew = browser.post(there, "seen=" + hidden(stale, "seen") + "&what=Write&due=tomorrow");
  CHECK(anew.status == 303);
  CHECK(browser.profile.words_of(made->record, what) == "Write");
  CHECK_FALSE(place.store.record(made->record).view(place.catalogue(), due).in_force.empty());
}

TEST_CASE("locked, nothing is shown, and what was being sent is carried through, and sent once more by a person") {
  Browser browser;
  const std::string there = "/case/" + browser.profile.the_case.to_string() + "/add/action";
  CHECK(browser.post("/lock", "").status == 303);
  CHECK_FALSE(browser.seat.open);
  for (const char* target : {"/", "/search?q=a", "/conflicts", "/nowhere"}) {
    const HttpResponse response = browser.get(target);
    CHECK(response.status == 303);
    CHECK(Browser::location(response).find("/unlock") == 0);
  }
  CHECK(says(browser.get("/state"), "\"locked\":true"));
  const HttpResponse held = browser.post(there, "what=Words+that+stay&act=incomplete");
  CHECK(held.status == 423);
  CHECK(says(held, "value=\"Words that stay\""));
  const std::string carried = "then=" + in_address(there) + "&then_post=yes&what=Words+that+stay&act=incomplete";
  const HttpResponse wrong = browser.post("/unlock", "passphrase=nonsense&" + carried);
  CHECK(wrong.status == 200);
  CHECK(says(wrong, "There is a problem"));
  CHECK(says(wrong, "value=\"Words that stay\""));
  CHECK_FALSE(says(wrong, "nonsense"));
  const HttpResponse opened = browser.post("/unlock", "passphrase=open-sesame&" + carried);
  CHECK(says(opened, "action=\"" + there + "\""));
  CHECK(timeline(browser.profile.place(), {browser.profile.the_case, {}, kinds::action})->rows.empty());  // nobody has said so yet
  const HttpResponse by_script = browser.post(there, "held=yes&what=Words+that+stay&act=incomplete");
  CHECK(by_script.status == 200);
  CHECK(timeline(browser.profile.place(), {browser.profile.the_case, {}, kinds::action})->rows.empty());
  CHECK(browser.post(there, "what=Words+that+stay&act=incomplete").status == 303);
}

TEST_CASE("unlocking leads to no other site") {
  Browser browser;
  for (const char* wanted : {"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/unlock", ""}) {
    CAPTURE(wanted);
    browser.seat.open = false;
    CHECK(Browser::location(browser.post("/unlock", "passphrase=open-sesame&then=" + in_address(wanted))) == "/");
  }
}

TEST_CASE("nobody at work for ten minutes, and it is locked, and looking whether it is locked is no work") {
  Browser browser;
  browser.clock.advance(std::chrono::minutes(9));
  browser.site.tend();
  CHECK(browser.seat.open);
  browser.get("/state");
  browser.get("/unlock");
  browser.clock.advance(std::chrono::minutes(1));
  browser.site.tend();
  CHECK_FALSE(browser.seat.open);
}

TEST_CASE("without a script, a screen leaves by itself once the page has locked, and one that somebody writes on stays") {
  Browser browser;
  CHECK(says(browser.get("/"), "<noscript><meta http-equiv=\"refresh\" content=\"605;url=/unlock\">"));
  CHECK_FALSE(says(browser.get("/case/" + browser.profile.the_case.to_string() + "/add/action"), "refresh"));
  browser.seat.open = false;
  CHECK_FALSE(says(browser.get("/unlock"), "refresh"));
}

TEST_CASE("a screen that is hidden says nothing of anybody, and asks for no passphrase") {
  Browser browser;
  REQUIRE(browser.post("/hide", "").status == 303);
  const HttpResponse hidden_screen = browser.get("/hidden");
  CHECK_FALSE(says(hidden_screen, browser.name()));
  CHECK_FALSE(says(hidden_screen, "/conflicts"));
  CHECK(browser.seat.open);
}

TEST_CASE("names as people have them stand on the screen as they are, in their own direction") {
  Browser browser;
  for (const char* name : {"O'Brien", "<b>Null</b>", "\xd9\x84\xd9\x8a\xd9\x84\xd9\x89", "T\xc4\x81newai", "\xf0\x9f\x98\x80", "{{csrf}}", "=1+1",
                           "a\xe2\x80\xae"
                           "b"}) {
    CAPTURE(name);
    const HttpResponse made =
        browser.post("/case/" + browser.profile.the_case.to_string() + "/add/person", "act=incomplete&type=family&name=" + in_address(name));
    REQUIRE(made.status == 303);
    const HttpResponse shown = browser.get(Browser::location(made));
    CHECK(shown.status == 200);
    CHECK_FALSE(says(shown, "<b>Null"));
    CHECK_FALSE(says(shown, "<h1 class=\"govuk-heading-l\"><bdi>Person: " + browser.token));
  }
  CHECK(browser.post("/case/" + browser.profile.the_case.to_string() + "/add/person", "act=incomplete&name=%07").status == 422);
}

TEST_CASE("every screen answers on a profile with little in it") {
  Browser browser("manager");
  const std::string scope = browser.profile.the_case.to_string();
  for (const std::string& target : std::vector<std::string>{std::string("/"),
                                                            std::string("/?show=mine&page=2"),
                                                            std::string("/?page=99999999999"),
                                                            std::string("/work"),
                                                            std::string("/conflicts"),
                                                            std::string("/handovers"),
                                                            std::string("/team"),
                                                            std::string("/workload"),
                                                            std::string("/search"),
                                                            std::string("/search?q=*"),
                                                            std::string("/sync"),
                                                            std::string("/help"),
                                                            std::string("/cases/new"),
                                                            "/case/" + scope,
                                                            "/case/" + scope + "/timeline",
                                                            "/case/" + scope + "/timeline?from=nonsense&page=99",
                                                            "/case/" + scope + "/note",
                                                            "/case/" + scope + "/handover",
                                                            "/case/" + scope + "/client",
                                                            "/case/" + scope + "/assign",
                                                            "/record/" + scope,
                                                            "/record/" + scope + "/edit",
                                                            "/why/" + scope}) {
    CAPTURE(target);
    const HttpResponse response = browser.get(target);
    CHECK(response.status == 200);
    CHECK(says(response, "</html>"));
  }
}
