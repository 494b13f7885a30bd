#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "client/casework/cases.h"
#include "client/cli/run.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using nlohmann::json;

namespace {

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
  json value() const { return json::parse(out); }
};

struct Desk {
  explicit Desk(const std::string& role = "caseworker") : p(role) {
    REQUIRE(add_case(p.place(), {.name = "Sam Example", .reference = "C-7"}).ok());
  }
  ~Desk() { ::unsetenv("VISUAL"); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  Ran run(const std::vector<std::string>& arguments, bool person = false) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    const Terminal screen = Terminal::of(-1);  // no terminal: signs, and no colour
    const ExitCode code = run_command(p.place(), arguments, {in, out, err, &screen, person});
    return {static_cast<int>(code), out.str(), err.str()};
  }
  Ran ask(std::vector<std::string> arguments, bool person = false) {
    arguments.emplace_back("--json");
    return run(arguments, person);
  }
  void use_editor(const std::string& script) {
    std::ofstream(folder / "editor") << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(folder / "editor", std::filesystem::perms::owner_all);
    ::setenv("VISUAL", (folder / "editor").c_str(), 1);
  }
  Profile p;
  TempFolder folder;
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("cases are listed by priority, and each says why it stands where it does") {
  Desk desk;
  REQUIRE(desk.ask({"crisis", "add", "C-7", "type=missing", "status=open", "situation=Not at home"}).code == 0);
  REQUIRE(desk.ask({"action", "add", "C-7", "status=open", "what=Ring", "due=yesterday"}).code == 0);
  const json rows = desk.ask({"case", "list"}).value();
  CHECK(rows.at(0)["reference"] == "C-7");
  CHECK(rows.at(0)["priority"].get<int>() > rows.at(1)["priority"].get<int>());
  CHECK(rows.at(0)["overdue"] == 1);
  CHECK(desk.ask({"case", "list", "--by", "name"}).value().at(1)["reference"] == "C-7");
  CHECK(desk.ask({"case", "list", "--by", "weight"}).value()["error"] == "bad_value");
  const json why = desk.ask({"why", "C-7"}).value()["priority"];
  CHECK(why["score"] == rows.at(0)["priority"]);
  CHECK(why["reasons"].at(0)["criterion"] == "crisis");
  CHECK(why["reasons"].at(0)["words"] == "a crisis is open");
  const json shown = desk.ask({"case", "show", "C-7"}).value();
  CHECK(shown["deadlines"].at(0)["what"] == "action");
  CHECK(shown["deadlines"].at(0)["days"] == -1);
  CHECK(desk.ask({"status"}).value()["overdue"] == 1);
  CHECK(desk.ask({"workload"}).value()["minutes"]["state"] == "unknown");
}

TEST_CASE("what is urgent stands behind a sign, and nothing of it in JSON") {
  Desk desk;
  CHECK_FALSE(has(desk.run({"status"}).out, "! overdue"));
  REQUIRE(desk.ask({"action", "add", "C-7", "status=open", "what=Ring", "due=1.1.2020"}).code == 0);
  CHECK(has(desk.run({"status"}).out, "! overdue: 1"));
  CHECK(has(desk.run({"case", "list"}).out, "! 1"));
  CHECK_FALSE(has(desk.run({"status"}).out, "\x1b"));
}

TEST_CASE("people and units stand by their names where people read, and by their identifiers where programs do") {
  Desk desk;
  const std::string ana = desk.p.place().worker.to_string();
  CHECK(has(desk.run({"timeline", "C-7"}).out, "Ana"));
  CHECK_FALSE(has(desk.run({"timeline", "C-7"}).out, desk.p.place().worker.short_form()));
  CHECK(desk.ask({"timeline", "C-7"}).value().at(0)["author"] == ana);
  // Two of one name are told apart.
  const auto twin = desk.p.team.hire("ana", "caseworker");
  desk.p.everybody_meets();
  CHECK(has(desk.run({"timeline", "C-7"}).out, "Ana (" + desk.p.place().worker.short_form() + ")"));
}

TEST_CASE("records of one kind are listed, in a case or in all") {
  Desk desk;
  const std::string other = desk.p.the_case.short_form();
  REQUIRE(desk.ask({"action", "add", "C-7", "status=open", "what=Ring", "due=2026-12-01"}).code == 0);
  REQUIRE(desk.ask({"action", "add", other, "status=open", "what=Write", "due=2026-12-02"}).code == 0);
  CHECK(desk.ask({"action", "list"}).value().size() == 2);
  const json one = desk.ask({"action", "list", "C-7"}).value();
  REQUIRE(one.size() == 1);
  CHECK(one.at(0)["status"] == "open");
  CHECK(one.at(0)["due"] == "2026-12-01");
  CHECK(one.at(0)["text"] == "Ring");
  CHECK(desk.ask({"worker", "list"}).value()["error"] == "bad_name");
  CHECK(desk.ask({"action", "list", "nowhere"}).value()["error"] == "not_found");
}

TEST_CASE("a note is written in one's own editor, and only where somebody sits at a terminal") {
  Desk desk;
  desk.use_editor("printf 'Sam rang.\\n' > \"$1\"");
  const json added = desk.ask({"note", "add", "C-7", "--type", "phone"}, true).value();
  const json shown = desk.ask({"draft", "show", added["id"]}).value();
  CHECK(shown["fields"]["text"] == "Sam rang.");
  desk.use_editor("grep -q 'Sam rang' \"$1\" && printf ' Twice.' >> \"$1\"");
  REQUIRE(desk.ask({"note", "edit", added["id"]}, true).code == 0);
  CHECK(desk.ask({"draft", "show", added["id"]}).value()["fields"]["text"] == "Sam rang. Twice.");
  CHECK(desk.ask({"note", "sign", added["id"]}).code == 0);
  CHECK(desk.ask({"draft", "show", added["id"]}).value()["error"] == "not_found");

  desk.use_editor("true");
  CHECK(desk.ask({"note", "add", "C-7", "--type", "phone"}, true).value()["error"] == "cancelled");
  CHECK(desk.ask({"draft", "list"}).value().empty());
  desk.use_editor("printf '\\377' > \"$1\"");
  const json refused = desk.ask({"note", "add", "C-7", "--type", "phone"}, true).value();
  CHECK(refused["error"] == "text_encoding");
  const std::string message = refused["message"];
  const std::size_t at = message.find("are in ") + 7;
  const std::filesystem::path kept = message.substr(at, message.find("note.txt") + 8 - at);
  CHECK(std::filesystem::exists(kept));
  std::filesystem::remove_all(kept.parent_path());
  desk.use_editor("exit 9");  // would fail, if it were asked
  CHECK(desk.ask({"note", "add", "C-7", "--type", "phone"}).code == 0);
  CHECK(desk.ask({"note", "add", "C-7", "--type", "oversight"}, true).value()["error"] == "not_allowed");
}

TEST_CASE("a case is offered, listed and declined by commands, and every mistake is named") {
  Desk desk;
  const std::string scope = desk.p.the_case.short_form();
  const std::string mia = desk.p.team.mia->identity.worker.to_string();
  struct Row {
    std::vector<std::string> arguments;
    std::string_view error;
  };
  for (const Row& row : {Row{{"handover", "begin", scope, "--summary", "x"}, "required"},
                         {{"handover", "begin", scope, "--to", mia}, "required"},
                         {{"handover", "begin", "C-7", "--to", mia, "--summary", "x"}, "not_allowed"},  // nobody leads it
                         {{"handover", "begin", scope, "--to", mia, "--summary", "x", "--on", "31.2.2027"}, "bad_date"},
                         {{"handover", "begin", scope, "--to", mia, "--summary", "x", "--reason", "holidays"}, "bad_name"},
                         {{"handover", "accept", scope}, "unknown_kind"},
                         {{"handover", "move", "beef"}, "not_found"}}) {
    CAPTURE(row.arguments.back());
    CHECK(desk.ask(row.arguments).value()["error"] == row.error);
  }
  const Ran begun = desk.ask({"handover", "begin", scope, "--to", mia, "--summary", "She trusts slowly", "--on", "tomorrow"});
  REQUIRE(begun.code == 0);
  const std::string id = begun.value()["id"];
  const json row = desk.ask({"handover", "list"}).value().at(0);
  CHECK(row["status"] == "offered");
  CHECK(row["to"] == mia);
  CHECK(has(desk.run({"handover", "list"}).out, "Mia"));
  CHECK(desk.ask({"handover", "accept", id}).value()["error"] == "not_allowed");
  CHECK(desk.ask({"handover", "cancel", id}).code == 0);
  CHECK(desk.ask({"handover", "list", scope}).value().at(0)["status"] == "cancelled");
}
