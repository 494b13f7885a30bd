#include "client/web/site.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "client/casework/status.h"
#include "client/casework/wording.h"
#include "client/web/content.h"
#include "client/web/render.h"
#include "client/web/show.h"
#include "client/web/texts.h"

namespace caseload::client {
namespace {

constexpr const char* html = "text/html; charset=utf-8";
constexpr std::int64_t leave_after_lock = 5;  // seconds, for a browser without a script

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

// The parts that stand where the pattern has stars; nothing: it is another address.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  const std::vector<std::string> wanted = parts_of(pattern), found = parts_of(path);
  if (wanted.size() != found.size()) return std::nullopt;
  std::vector<std::string> at;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "*" && !found[i].empty()) at.push_back(found[i]);
    if (wanted[i] != "*" && wanted[i] != found[i]) return std::nullopt;
    if (wanted[i] == "*" && found[i].empty()) return std::nullopt;
  }
  return at;
}

const PageEntry* find_page(std::string_view path, bool acts, std::vector<std::string>& at) {
  for (const std::span<const PageEntry> part :
       {home_pages(), case_pages(), note_pages(), record_pages(), conflict_pages(), handover_pages(),
        team_pages(), sync_pages(), find_pages()}) {
    for (const PageEntry& entry : part) {
      if (entry.acts != acts) continue;
      if (std::optional<std::vector<std::string>> found = match(entry.path, path)) {
        at = std::move(*found);
        return &entry;
      }
    }
  }
  return nullptr;
}

std::string address_after(const std::string& wanted) {
  const bool ours = wanted.starts_with('/') && !wanted.starts_with("//") &&
                    wanted.find_first_of("\\\r\n") == std::string::npos && !wanted.starts_with("/unlock");
  return ours ? wanted : "/";
}

// What somebody had typed, but for what is the page's own.
Json carried(const Fields& form) {
  Json fields = Json::array();
  for (const auto& [name, values] : form.every()) {
    const bool ours =
        name == "csrf" || name == "passphrase" || name == "then" || name == "then_post" || name == "held";
    for (const std::string& value : values) {
      if (!ours) fields.push_back({{"name", name}, {"value", value}});
    }
  }
  return fields;
}

Screen carry_screen(const std::string& then, const Fields& form) {
  return {"carry", {{"title", text_of_key("carry.title")}, {"then", then}, {"carried", carried(form)}}};
}

int status_of(const Fault& fault) {
  switch (fault.code()) {
    case Fault::not_found:
      return 404;
    case Fault::not_allowed:
    case Fault::lease_ended:
      return 403;
    case Fault::stale:
    case Fault::already_there:
      return 409;
    default:
      return 422;
  }
}

}  // namespace

struct Site::Asked {
  const HttpRequest& request;
  std::string path;
  Fields query;
  Fields form;
  bool acts = false;
};

Site::Site(const With& with) : with_(with), guard_(with.port, with.random), idle_(with.idle) {
  idle_.touched(with_.clock);
}

std::string Site::launch_path() {
  const std::lock_guard lock(guard_mutex_);
  guard_.new_launch();
  return guard_.launch_path();
}

void Site::tend() {
  {
    const std::lock_guard lock(idle_mutex_);
    if (!idle_.is_due(with_.clock)) return;
    idle_.touched(with_.clock);
  }
  with_.sitting.lock();
}

HttpResponse Site::notice(int status, const std::string& key) {
  Json data{
      {"title", text_of_key(key + ".title")}, {"words", text_of_key(key + ".words")}, {"session", false}};
  HttpResponse response{status, html, render("notice", data), Guard::headers()};
  return response;
}

HttpResponse Site::answer(const HttpRequest& request) {
  int refused = 0;
  {
    const std::lock_guard lock(guard_mutex_);
    refused = guard_.check_place(request);
  }
  if (refused != 0)
    return {refused, "text/plain; charset=utf-8", text_of_key("refused.place") + "\n", Guard::headers()};
  const std::string target = request.target;
  Asked asked{request, target.substr(0, target.find('?')), {}, {}, request.method == "POST"};
  if (asked.path.starts_with("/assets/")) return asset(asked.path.substr(8), request);
  Result<Fields> query =
      read_fields_sent(target.find('?') == std::string::npos ? "" : target.substr(target.find('?') + 1));
  if (!query) return notice(400, "refused.form");
  asked.query = std::move(*query);
  if (asked.path == "/start" && !asked.acts) return start(asked);
  Result<Fields> form = read_fields_sent(request.body);
  if (!form) return notice(form.fault() == Fault::too_large ? 413 : 400, "refused.form");
  asked.form = std::move(*form);
  {
    const std::lock_guard lock(guard_mutex_);
    if (!guard_.knows(request)) return notice(401, "refused.stranger");
    if (asked.acts && !guard_.is_form_token(asked.form.one("csrf"))) return notice(403, "refused.token");
  }
  try {
    return act_by_page(asked);
  } catch (const Breakage& broken) {
    const bool full = broken.kind() == Breakage::What::disk_full;
    return notice(500, full ? "broken.full" : "broken.other");
  }
}

HttpResponse Site::start(const Asked& asked) {
  std::optional<std::string> cookie;
  {
    const std::lock_guard lock(guard_mutex_);
    cookie = guard_.admit(asked.query.one("token"));
  }
  if (!cookie) return notice(403, "refused.launch");
  HttpResponse response{303, html, "", Guard::headers()};
  response.headers.emplace_back("Set-Cookie", *cookie);
  response.headers.emplace_back("Location", "/");
  return response;
}

HttpResponse Site::asset(const std::string& path, const HttpRequest& request) {
  for (const AssetEntry& entry : assets()) {
    if (entry.name != path) continue;
    const std::string tag = "\"" + std::string(entry.tag) + "\"";
    const bool known = request.header("if-none-match") == tag;
    HttpResponse response{
        known ? 304 : 200, known ? "" : std::string(entry.type), known ? "" : std::string(entry.content), {}};
    for (const auto& [name, value] : Guard::headers()) {
      response.headers.emplace_back(name, name == "Cache-Control" ? "private, no-cache" : value);
    }
    response.headers.emplace_back("ETag", tag);
    return response;
  }
  return notice(404, "refused.nowhere");
}

HttpResponse Site::act_by_page(Asked& asked) {
  if (asked.path == "/state" && !asked.acts) return state();
  // A browser without a script comes to the lock by itself, which is nobody's work.
  if (asked.path != "/unlock" || asked.acts) {
    const std::lock_guard lock(idle_mutex_);
    idle_.touched(with_.clock);
  }
  if (asked.path == "/unlock" && asked.acts) return unlock(asked);
  const bool leaves = asked.acts && (asked.path == "/lock" || asked.path == "/hide");
  if (leaves && asked.path == "/lock") with_.sitting.lock();
  if (leaves) return give(go_to(asked.path == "/lock" ? "/unlock" : "/hidden"), Json::object());
  if (asked.path == "/hidden" && !asked.acts) {
    const std::lock_guard lock(with_.sitting.mutex());
    Json bare = frame();
    for (const char* name : {"worker", "strip", "unlocked", "lease_warning"}) bare[name] = "";
    return give({"hidden", {{"title", text_of_key("hidden.title")}, {"back", "/"}}}, bare);
  }
  return visit(asked);
}

// What the little script of the page asks for, so that a screen that is left open learns that it has locked.
HttpResponse Site::state() {
  const SyncNow sync = with_.sitting.sync_now();
  const std::lock_guard lock(with_.sitting.mutex());
  const bool open = with_.sitting.workplace() != nullptr;
  const Json now{
      {"locked", !open}, {"under_way", sync.under_way}, {"pushed", sync.pushed}, {"received", sync.received}};
  return {200, "application/json", as_json(now) + "\n", Guard::headers()};
}

HttpResponse Site::ask_passphrase(const Asked& asked, Json data) {
  const bool typed = asked.acts && asked.path != "/unlock";
  const std::string from = asked.acts ? asked.form.one("then") : asked.query.one("then");
  const std::string path = typed ? asked.path : asked.path == "/unlock" ? from : asked.request.target;
  data["title"] = text_of_key("unlock.title");
  data["then"] = address_after(path);
  data["then_post"] = typed || asked.form.one("then_post") == "yes";
  data["carried"] = carried(asked.form);
  const std::lock_guard lock(with_.sitting.mutex());
  return give({"unlock", std::move(data), typed ? 423 : 200}, frame());
}

HttpResponse Site::unlock(Asked& asked) {
  const Secret typed = Secret::copy_of(asked.form.one("passphrase"));
  const Result<void> opened = with_.sitting.unlock(typed);
  if (!opened) {
    Json data;
    tell_problem(data, opened.fault(), "#passphrase");
    return ask_passphrase(asked, std::move(data));
  }
  const std::string then = address_after(asked.form.one("then"));
  if (asked.form.one("then_post") != "yes") return give(go_to(then), Json::object());
  const std::lock_guard lock(with_.sitting.mutex());
  return give(carry_screen(then, asked.form), frame());
}

HttpResponse Site::visit(Asked& asked) {
  std::unique_lock lock(with_.sitting.mutex());
  Workplace* const place = with_.sitting.workplace();
  if (place == nullptr) {
    lock.unlock();
    if (asked.acts || asked.path == "/unlock") return ask_passphrase(asked, Json::object());
    return give(go_to("/unlock?then=" + in_address(asked.request.target)), Json::object());
  }
  if (asked.path == "/unlock") return give(go_to("/"), Json::object());
  // Sent by the page's script because it had locked, and not by a person: nothing is done until they say so.
  if (asked.acts && asked.form.one("held") == "yes")
    return give(carry_screen(asked.path, asked.form), frame());
  Visit visit{*place, with_.sitting, std::move(asked.query), std::move(asked.form),
              {},     asked.acts,    asked.request.target};
  const PageEntry* const page = find_page(asked.path, asked.acts, visit.at);
  if (page == nullptr) {
    Json data{{"title", text_of_key("refused.nowhere.title")},
              {"words", text_of_key("refused.nowhere.words")}};
    return give({"notice", std::move(data), 404}, frame());
  }
  Result<Screen> screen = page->page(visit);
  if (!screen) {
    Json data{{"title", text_of_key("fault.title")}, {"words", ""}};
    tell_problem(data, screen.fault());
    return give({"notice", std::move(data), status_of(screen.fault())}, frame());
  }
  const std::string done = visit.query.one("done");
  if (screen->go.empty() && has_text("done." + done)) screen->data["done"] = text_of_key("done." + done);
  if (!screen->go.empty() || screen->as_json) return give(std::move(*screen), Json::object());
  return give(std::move(*screen), frame());
}

Json Site::frame() {
  Json frame{{"session", true}, {"unlocked", false}, {"worker", ""}, {"strip", ""}, {"lease_warning", ""}};
  {
    const std::lock_guard lock(guard_mutex_);
    frame["csrf"] = guard_.form_token();
  }
  Workplace* const place = with_.sitting.workplace();
  if (place == nullptr) return frame;
  const Status now = status_but_deadlines(*place);
  const auto count = [](std::size_t n) {
    return n == 0 ? std::string() : n > 99 ? "99+" : std::to_string(n);
  };
  const std::size_t unsent = now.unsent + now.waiting;
  frame["unlocked"] = true;
  frame["leave_seconds"] = std::chrono::duration_cast<std::chrono::seconds>(with_.idle).count() + leave_after_lock;
  frame["worker"] = Naming(*place).of(place->worker);
  frame["nav_conflicts"] = count(now.conflicts);
  frame["nav_late"] = count(now.late_to_judge);
  frame["nav_unsent"] = count(unsent);
  const std::string last =
      now.last_session ? moment_in_words(*place, *now.last_session) : text_of_key("strip.never");
  frame["strip"] = text_of_key(unsent == 0 ? "strip.all_sent" : "strip.unsent",
                               {{"n", std::to_string(unsent)}, {"last", last}});
  const sync::LeaseState lease = now.lease.state;
  if (lease == sync::LeaseState::ending_soon) {
    const std::string until = day_in_words(place->zone.date_at(now.lease_until));
    frame["lease_warning"] = text_of_key("lease.soon", {{"day", until}});
  } else if (lease != sync::LeaseState::active) {
    frame["lease_warning"] = text_of_key("lease.ended");
  }
  return frame;
}

HttpResponse Site::give(Screen screen, Json frame) const {
  if (!screen.go.empty()) {
    HttpResponse response{303, html, "", Guard::headers()};
    response.headers.emplace_back("Location", screen.go);
    return response;
  }
  if (screen.as_json)
    return {screen.status, "application/json", as_json(screen.data) + "\n", Guard::headers()};
  for (auto& [name, value] : screen.data.items()) frame[name] = std::move(value);
  for (const char* name : {"problem", "problems", "done"}) {
    if (!frame.contains(name)) frame[name] = "";
  }
  return {screen.status, html, render(screen.view, frame), Guard::headers()};
}

Screen go_to(std::string path) {
  return {.view = {}, .data = Json::object(), .status = 303, .go = std::move(path)};
}

Screen go_to(const std::string& path, std::string_view done) {
  return go_to(path + (path.find('?') == std::string::npos ? "?done=" : "&done=") + std::string(done));
}

Result<Id> id_at(const Visit& visit, std::size_t which) {
  const Result<Id> id = which < visit.at.size() ? Id::parse(visit.at[which]) : Result<Id>(Fault::not_found);
  if (!id) return Fault::not_found;
  return *id;
}

void tell_problem(Json& data, const Fault& fault, const std::string& href) {
  const Wording words = wording_of(fault);
  data["problem"] = true;
  data["problem_kept"] = words.kept;
  data["problem_remedy"] = words.remedy;
  if (!data.contains("problems")) data["problems"] = Json::array();
  data["problems"].push_back({{"words", words.happened}, {"href", href}});
}

void add_problem(Json& data, std::string words, std::string href) {
  data["problem"] = true;
  if (!data.contains("problems")) data["problems"] = Json::array();
  data["problems"].push_back({{"words", std::move(words)}, {"href", std::move(href)}});
}

}  // namespace caseload::client
