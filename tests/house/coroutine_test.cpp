// No statement with co_await is one that g++ 12 miscompiles. coroutine_lint.txt lists them, clang reads them.

#include <algorithm>
#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "tests/house/declaration.h"

#include "tests/support/test.h"

namespace caseload::house {
namespace {

// A program's source, and the flags that clang needs to read it.
struct Unit {
  std::string path;
  std::string flags;
};

// The words of a command as a shell takes them apart, each still quoted as it was.
std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words{""};
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == ' ' && quote == 0) {
      words.emplace_back();
      continue;
    }
    words.back() += c;
    if (c == '\\' && quote != '\'' && i + 1 < command.size())
      words.back() += command[++i];
    else if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
  }
  return words;
}

// Where headers are, what is defined, which language: the rest is for g++ alone.
std::string flags_for_clang(const std::string& command) {
  std::string flags = "-w -DASIO_HAS_CO_AWAIT=1";
  const std::vector<std::string> words = words_of(command);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "-isystem" && i + 1 < words.size())
      flags += " -isystem " + words[++i];
    else if (starts_with_any(words[i], {"-I", "-D", "-std="}))
      flags += " " + words[i];
  }
  return flags;
}

bool awaits(const std::string& path) {
  const Files files = read_files("/", {path.substr(1)});
  if (files.empty()) return false;
  const std::vector<std::string> code = code_of(files.front());
  return std::any_of(code.begin(), code.end(),
                     [](const std::string& line) { return line.find("co_await") != std::string::npos; });
}

std::vector<Unit> our_units() {
  std::ifstream stream(CASELOAD_BUILD "/compile_commands.json");
  std::vector<Unit> units;
  for (const auto& entry : nlohmann::json::parse(stream)) {
    const std::string path = entry.at("file");
    if (!path.starts_with(CASELOAD_SOURCE "/") || path.starts_with(CASELOAD_BUILD) || !path.ends_with(".cpp"))
      continue;
    if (awaits(path)) units.push_back({path, flags_for_clang(entry.at("command"))});
  }
  return units;
}

// Rows of clang-query are "path:line:column: note: "root" binds here". A row that tells of an error means that clang
// did not understand the file, and so that nothing was looked at.
Complaints complaints_from(const Unit& unit, const std::string& output, int status) {
  Complaints complaints;
  std::set<std::string> seen;
  for (const std::string& row : split(output, '\n')) {
    const bool unread = row.find(" error: ") != std::string::npos || row.starts_with("Error");
    if (unread || (status != 0 && seen.empty())) {
      complaints.push_back(
          {unit.path, 0, "coroutines.unread", row + " (clang-query-14 comes with: deploy/setup test)"});
      return complaints;
    }
    const std::string root = CASELOAD_SOURCE "/";
    if (row.find("note: \"root\" binds here") == std::string::npos || !row.starts_with(root)) continue;
    const std::vector<std::string> parts = split(row.substr(root.size()), ':');
    if (seen.insert(parts[0] + ":" + parts[1]).second)
      complaints.push_back({parts[0], std::stoul(parts[1]), "coroutines.statement",
                            "g++ 12 miscompiles this statement with co_await: name the braces, lambda or ?: "
                            "in a line before it"});
  }
  return complaints;
}

Complaints lint(const Unit& unit) {
  int status = 0;
  const std::string command = "clang-query-14 -f '" CASELOAD_SOURCE "/tests/house/coroutine_lint.txt' '" +
                              unit.path + "' -- " + unit.flags;
  const std::string output = output_of(command, status);
  return complaints_from(unit, output, status);
}

Complaints lint_all(const std::vector<Unit>& units) {
  std::vector<Complaints> found(units.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < units.size(); i = next++) found[i] = lint(units[i]);
  };
  std::thread second(work);
  work();
  second.join();
  Complaints complaints;
  std::set<std::string> seen;  // a header is read by many
  for (const Complaints& some : found)
    for (const Complaint& complaint : some)
      if (seen.insert(complaint.to_string()).second) complaints.push_back(complaint);
  return complaints;
}

}  // namespace

TEST_CASE("no statement with co_await is one that the compiler gets wrong") {
  hold(lint_all(our_units()), "coroutines");
}

TEST_CASE("each planted statement that the compiler gets wrong is caught, and no sound one") {
  const std::string path = "tests/house/planted/coroutines.cpp";
  const Files files = our_files({path});
  REQUIRE(files.size() == 1);
  std::set<std::size_t> marked;
  for (std::size_t i = 0; i < files.front().lines.size(); ++i)
    if (files.front().lines[i].ends_with("// caught")) marked.insert(i + 1);
  REQUIRE(marked.size() == 13);
  std::set<std::size_t> caught;
  for (const Complaint& complaint : lint({CASELOAD_SOURCE "/" + path, "-std=c++20"})) {
    CHECK(complaint.rule == "coroutines.statement");
    CHECK(complaint.path == path);
    caught.insert(complaint.line);
  }
  for (const std::size_t line : marked)
    CHECK_MESSAGE(caught.contains(line), path, ":", line, " is not caught");
  for (const std::size_t line : caught)
    CHECK_MESSAGE(marked.contains(line), path, ":", line, " is sound, and was caught");
}

TEST_CASE("a file that clang cannot read is a complaint, not a sound file") {
  const Complaints complaints = lint({CASELOAD_SOURCE "/tests/house/planted/coroutines.cpp", "-std=c++11"});
  REQUIRE(complaints.size() == 1);
  CHECK(complaints.front().rule == "coroutines.unread");
  CHECK(lint({CASELOAD_SOURCE "/no/such/file.cpp", "-std=c++20"}).front().rule == "coroutines.unread");
}

TEST_CASE("clang is given the flags that it shares with g++, quoted as they were") {
  CHECK(flags_for_clang("ccache g++ -DA=\\\"b\\ c\\\" -D'E=f g' -I/x -isystem /y -O2 -Wall -fno-x -std=c++20 "
                        "-o a.o -c a.cpp") ==
        "-w -DASIO_HAS_CO_AWAIT=1 -DA=\\\"b\\ c\\\" -D'E=f g' -I/x -isystem /y -std=c++20");
}

}  // namespace caseload::house
