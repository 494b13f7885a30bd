#include <fstream>
#include <set>
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

// A worker at the keyboard. Everything after the words comes by standard input.
struct Desk {
  Desk() {
    REQUIRE(add_case(p.place(), {.name = "Sam Example", .reference = "C-7"}).ok());
  }
  Ran run(std::vector<std::string> arguments, const std::string& typed = {}) {
    std::istringstream in(typed);
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = run_command(p.place(), arguments, {in, out, err});
    return {static_cast<int>(code), out.str(), err.str()};
  }
  Ran ask(std::vector<std::string> arguments, const std::string& typed = {}) {
    arguments.emplace_back("--json");
    return run(std::move(arguments), typed);
  }
  Profile p;
};

std::set<std::string> keys(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

bool has_all(const json& object, const std::set<std::string>& wanted) {
  const std::set<std::string> there = keys(object);
  return std::includes(there.begin(), there.end(), wanted.begin(), wanted.end());
}

}  // namespace

TEST_CASE("a day's work goes through the commands, each with the keys that scripts rely on") {
  Desk desk;
  const Ran added = desk.ask({"note", "add", "C-7", "--type", "phone", "--text-file", "-", "--sign"}, "Sam rang.");
  REQUIRE(added.code == 0);
  CHECK(added.value()["state"] == "on_this_device");
  const std::string note = added.value()["id"];

  const json row = desk.ask({"timeline", "c-7", "--type=phone"}).value().at(0);
  CHECK(has_all(row, {"id", "kind", "type", "occurred", "recorded", "received", "author", "text", "state", "amended"}));
  CHECK(row["text"] == "Sam rang.");
  CHECK(desk.ask({"note", "amend", note, "--reason", "Forgot", "--text-file", "-"}, "At noon.").code == 0);
  CHECK(desk.ask({"note", "show", note}).value()["amendments"].size() == 1);
  CHECK(has_all(desk.ask({"search", "rang"}).value().at(0), {"id", "kind", "case", "occurred", "snippet"}));

  const json draft = desk.ask({"note", "add", "C-7", "--type", "contact"}).value();
  CHECK(draft["state"] == "draft");
  CHECK(desk.ask({"draft", "list"}).value().size() == 1);
  CHECK(desk.ask({"note", "edit", draft["id"], "--field", "place=The office", "--text-file", "-"}, "Met him.").code == 0);
  CHECK(desk.ask({"note", "sign", draft["id"]}).code == 0);

  const json action = desk.ask({"action", "add", "C-7", "what=Ring the school", "due=2026-12-01", "status=open"}).value();
  CHECK(desk.ask({"set", action["id"], "urgency=soon"}).code == 0);
  CHECK(desk.ask({"action", "done", action["id"], "evidence=They know"}).code == 0);
  const json shown = desk.ask({"get", action["id"]}).value();
  CHECK(has_all(shown, {"id", "kind", "case", "fields", "conflicts"}));
  CHECK(shown["fields"]["status"] == "done");
  CHECK(has_all(desk.ask({"history", action["id"]}).value().at(0),
                {"change", "author", "device", "stamp", "received", "field", "value"}));
  CHECK(desk.ask({"void", action["id"], "--reason", "Twice"}).code == 0);
  CHECK(desk.ask({"get", action["id"]}).value()["void"] == true);

  const json cases = desk.ask({"case", "list"}).value();
  CHECK(has_all(cases.at(0), {"id", "reference", "name", "status", "lead", "unit", "priority", "last_contact", "next_contact"}));
  const json status = desk.ask({"status"}).value();
  CHECK(has_all(status, {"unsent", "late", "conflicts", "cases", "last_session", "lease_until", "tree_size"}));
  CHECK(status["unsent"].get<int>() >= 7);
  const json why = desk.ask({"why", "C-7"}).value();
  CHECK(has_all(why, {"here", "level", "rules"}));
  CHECK(why["level"] == "write");
}

TEST_CASE("a conflict is shown with every value, and settled by its number") {
  Desk desk;
  const std::string record = desk.ask({"action", "add", desk.p.the_case.short_form(), "status=open", "what=Ring"}).value()["id"];
  desk.p.everybody_meets();
  desk.p.team.write(*desk.p.team.mia, *Id::parse(record), {{16, Value::of_code(2)}});
  REQUIRE(desk.ask({"set", record, "status=cancelled"}).code == 0);
  desk.p.everybody_meets();
  const Ran open = desk.ask({"conflicts"});
  CHECK(open.code == 1);  // somebody is asked
  const json conflict = open.value().at(0);
  CHECK(has_all(conflict, {"record", "kind", "case", "field", "policy", "in_force", "values"}));
  CHECK(has_all(conflict["values"].at(0), {"value", "author", "device", "stamp"}));
  CHECK(desk.ask({"status"}).code == 1);
  CHECK(desk.ask({"resolve", record, "status", "--take", "3", "--reason", "x"}).value()["error"] == "not_found");
  CHECK(desk.ask({"resolve", record, "status", "--reason", "x"}).value()["error"] == "required");
  REQUIRE(desk.ask({"resolve", record, "status", "--take", "1", "--reason", "She said so"}).code == 0);
  CHECK(desk.ask({"get", record}).value()["fields"]["status"] == conflict["values"].at(0)["value"]);
  CHECK(desk.ask({"conflicts"}).code == 0);
}

TEST_CASE("a table comes in by one command and a case leaves by another") {
  Desk desk;
  const TempFolder folder;
  const std::string table = folder / "table.csv";
  const std::string mapping = folder / "mapping.toml";
  std::ofstream(mapping) << "source = \"t\"\n[table]\nkey = [\"id\"]\n[case]\nfields.name = \"{name}\"\n";
  std::ofstream(table) << "id,name\n1,Ann\n2,\n";
  const Ran refused = desk.ask({"import", table, "--mapping", mapping});
  CHECK(refused.code == 3);
  CHECK(has_all(refused.value(), {"error", "message", "kept", "do", "rows", "created", "skipped", "errors"}));
  CHECK(refused.value()["created"] == 0);
  const json wrong = refused.value()["errors"].at(0);
  CHECK(has_all(wrong, {"row", "column", "message"}));
  CHECK(wrong["row"] == 3);
  CHECK(wrong["column"] == "name");
  CHECK(desk.run({"import", table, "--mapping", mapping}).code == 3);  // for people, too

  std::ofstream(table) << "id,name\n1,Ann\n2,Bo\n";
  const Ran dry = desk.ask({"import", table, "--mapping", mapping, "--dry-run"});
  CHECK(dry.code == 0);
  CHECK(dry.value()["created"] == 2);
  CHECK(desk.ask({"case", "list"}).value().size() == 2);
  const Ran taken = desk.ask({"import", table, "--mapping", mapping});
  CHECK(taken.value()["created"] == 2);
  CHECK(taken.value()["errors"].empty());
  CHECK(desk.ask({"case", "list"}).value().size() == 4);
  CHECK(desk.ask({"import", table, "--mapping", mapping}).value()["skipped"] == 2);

  const Ran given = desk.ask({"export", "C-7", "--out", folder / "case.html", "--field", "recipient=The court"});
  CHECK(given.code == 0);
  CHECK(given.value()["records"] == 1);
  CHECK(given.value()["digest"].get<std::string>().size() == 64);
  const json disclosure = desk.ask({"get", given.value()["disclosure"]}).value();
  CHECK(disclosure["fields"]["recipient"] == "The court");

  struct Row {
    std::vector<std::string> arguments;
    int code;
    std::string_view error;
  };
  const Row rows[] = {
      {{"import", table}, 3, "required"},
      {{"import", "--mapping", mapping}, 2, "required"},
      {{"import", folder / "none", "--mapping", mapping}, 3, "absent"},
      {{"import", folder.path(), "--mapping", mapping}, 3, "absent"},
      {{"import", "/dev/zero", "--mapping", mapping}, 3, "absent"},
      {{"import", table, "--mapping", folder / "none"}, 3, "absent"},
      {{"import", table, "--mapping", table}, 3, "bad_line"},
      {{"import", table, "--mapping", "/dev/zero"}, 3, "bad_value"},
      {{"import", table, "--mapping", mapping, "--dryrun"}, 2, "bad_name"},
      {{"import", mapping, "--mapping", mapping}, 3, "bad_line"},
      {{"export", "C-7"}, 3, "required"},
      {{"export", "C-8", "--out", folder / "x.csv"}, 3, "not_found"},
      {{"export", "C-7", "--out", folder / "case.html"}, 3, "already_there"},
      {{"export", "C-7", "--out", "/dev/null"}, 3, "bad_name"},
      {{"export", "C-7", "--out", folder / "x.csv", "--field", "recipent=x"}, 3, "unknown_field"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.arguments.back());
    const Ran ran = desk.ask(row.arguments);
    CHECK(ran.code == row.code);
    CHECK(ran.value()["error"] == row.error);
  }
}

TEST_CASE("every mistake has its exit code and its name, one JSON value and nothing beside it") {
  Desk desk;
  const std::string folder = std::filesystem::temp_directory_path().string();
  const std::string nobody = "0199dead-beef-7001-8002-030405060708";
  struct Row {
    std::vector<std::string> arguments;
    int code;
    std::string_view error;
    std::string typed{};
  };
  const Row rows[] = {
      {{"nonsense"}, 2, "bad_name"},
      {{"case"}, 2, "bad_name"},
      {{"case", "lst"}, 2, "bad_name"},
      {{"CASE", "list"}, 2, "bad_name"},
      {{""}, 2, "bad_name"},
      {{"--"}, 2, "bad_name"},
      {{"\xff\xfe"}, 2, "bad_name"},
      {{std::string(1'000'000, 'x')}, 2, "bad_name"},
      {{"unit", "add", "C-7", "name=x"}, 2, "bad_name"},  // no kind of a case
      {{"help", "nonsense"}, 2, "bad_name"},
      {{"timeline"}, 2, "required"},
      {{"timeline", "C-7", "C-7"}, 2, "too_many"},
      {{"timeline", "C-7", "--sinc", "2026"}, 2, "bad_name"},
      {{"timeline", "C-7", "--since"}, 2, "required"},
      {{"timeline", "C-7", "--type", "a", "--type", "b"}, 2, "already_there"},
      {{"case", "list", "--all=yes"}, 2, "bad_value"},
      {{"case", "list", "--limit", "-1"}, 2, "bad_name"},
      {{"resolve", "x"}, 2, "required"},
      {{"set", "C-7"}, 2, "required"},
      {{"timeline", "--", "--type"}, 3, "not_found"},
      {{"timeline", "C-8"}, 3, "not_found"},
      {{"timeline", ""}, 3, "not_found"},
      {{"timeline", "../../etc/passwd"}, 3, "not_found"},
      {{"timeline", "C-7", "--since", "yesterdays"}, 3, "bad_date"},
      {{"timeline", "C-7", "--since", "2026-02-30"}, 3, "bad_date"},
      {{"timeline", "C-7", "--kind", "nots"}, 3, "unknown_kind"},
      {{"get", "abc"}, 3, "bad_value"},
      {{"get", nobody}, 3, "not_found"},
      {{"set", "C-7", "name"}, 3, "bad_line"},
      {{"set", "C-7", "nmae=x"}, 3, "unknown_field"},
      {{"set", "C-7", "name=\x1b[2J"}, 3, "text_control"},
      {{"set", "C-7", "name=\xff"}, 3, "text_encoding"},
      {{"set", "C-7", "reference=other"}, 3, "already_there"},
      {{"set", "C-7", "status=ended"}, 3, "bad_name"},
      {{"set", "C-7", "next_contact=soon"}, 3, "bad_date"},
      {{"risk", "add", "C-7", "level=enormous"}, 3, "bad_name"},
      {{"assignment", "add", "C-7", "role=lead"}, 3, "not_allowed"},
      {{"case", "add"}, 3, "required"},
      {{"case", "add", "--name", "x", "--reference", "C-7"}, 3, "already_there"},
      {{"case", "add", "--name", "x", "--unit", nobody}, 3, "not_found"},
      {{"case", "close", "C-7"}, 3, "required"},
      {{"case", "assign", "C-7"}, 3, "required"},
      {{"case", "assign", "C-7", "--to", nobody}, 3, "not_found"},
      {{"note", "add", "C-7"}, 3, "required"},
      {{"note", "add", "C-7", "--type", "gossip"}, 3, "bad_name"},
      {{"note", "add", "C-7", "--type", "decision"}, 3, "not_allowed"},
      {{"note", "add", "C-7", "--type", "phone", "--occurred", "32.1."}, 3, "bad_date"},
      {{"note", "add", "C-7", "--type", "phone", "--text-file", folder}, 3, "absent"},
      {{"note", "add", "C-7", "--type", "phone", "--text-file", folder + "/not/there"}, 3, "absent"},
      {{"note", "add", "C-7", "--type", "phone", "--text-file", "/dev/zero"}, 3, "absent"},
      {{"note", "add", "C-7", "--type", "phone", "--text-file", "-"}, 3, "too_large", std::string((1U << 20) + 1, 'x')},
      {{"note", "add", "C-7", "--type", "phone", "--text-file", "-"}, 3, "text_encoding", "\xff\xfe"},
      {{"note", "add", "C-7", "--type", "phone", "--text-file", "-"}, 3, "text_control", std::string("a\0b", 3)},
      {{"note", "sign", nobody}, 3, "not_found"},
      {{"note", "amend", nobody, "--reason", "x"}, 3, "not_found"},
      {{"note", "show", "C-7"}, 3, "bad_value"},
      {{"action", "done", "C-7"}, 3, "unknown_kind"},
      {{"void", "C-7"}, 3, "required"},
      {{"restore", "C-7"}, 3, "already_there"},
      {{"search", "\x07"}, 3, "text_control"},
      {{"search", "x", "--case", "C-8"}, 3, "not_found"},
      {{"conflicts", "C-8"}, 3, "not_found"},
      {{"resolve", nobody, "status", "--take", "1", "--reason", "x"}, 3, "not_found"},
  };
  for (const Row& row : rows) {
    std::string line;
    for (const std::string& argument : row.arguments) line += argument.substr(0, 40) + " ";
    CAPTURE(line);
    std::vector<std::string> arguments = row.arguments;
    arguments.insert(arguments.begin(), "--json");  // what follows "--" is no option
    const Ran ran = desk.run(std::move(arguments), row.typed);
    CHECK(ran.code == row.code);
    CHECK(ran.err.empty());
    const json value = ran.value();
    CHECK(keys(value) == std::set<std::string>{"do", "error", "kept", "message"});
    CHECK(value["error"] == row.error);
  }
}

TEST_CASE("people are told in three sentences, beside the output") {
  Desk desk;
  const Ran ran = desk.run({"timeline", "C-8"});
  CHECK(ran.code == 3);
  CHECK(ran.out.empty());
  CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 3);
}

TEST_CASE("text for people is a table, in which nothing foreign moves the screen") {
  Desk desk;
  REQUIRE(desk.run({"case", "add", "--name", "\u202egnal", "--reference", "C-9"}).code == 0);
  const Ran ran = desk.run({"case", "list"});
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("id "));
  CHECK(ran.out.find("C-7") != std::string::npos);
  CHECK(ran.out.find("\u2068") != std::string::npos);  // wrapped in isolates
  CHECK(ran.out.find(desk.p.the_case.short_form()) != std::string::npos);
  CHECK(desk.run({"conflicts"}).out == "None.\n");
}

TEST_CASE("output that nobody receives is no success") {
  Desk desk;
  std::istringstream in;
  std::ostringstream err;
  std::ofstream full("/dev/full");
  const std::vector<std::string> status{"status", "--json"};
  if (full.is_open()) CHECK(run_command(desk.p.place(), status, {in, full, err}) == ExitCode::world);
}

TEST_CASE("help names every command on one screen, and each command tells its options") {
  Desk desk;
  const Ran help = desk.run({"help"});
  CHECK(help.code == 0);
  CHECK(std::count(help.out.begin(), help.out.end(), '\n') <= 48);
  std::istringstream lines(help.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 110);
  CHECK(desk.run({}).out == help.out);
  const Ran note = desk.run({"help", "note", "add"});
  CHECK(note.out.find("--text-file F") != std::string::npos);
  CHECK(note.out.find("[--field NAME=VALUE]…") != std::string::npos);
}
