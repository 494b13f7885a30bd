// What a reader may count on: headers that tell their contract, rooms that say what is absent, one layout, one way
// of naming, and a text that speaks of the project alone.

#include <algorithm>
#include <cctype>

#include "tests/house/declaration.h"

#include "tests/support/test.h"

namespace caseload::house {
namespace {

const std::vector<std::string> programs{"common", "sync", "client", "server"};
const std::vector<std::string> top_level{"CMakeLists.txt", "CMakePresets.json",
                                         "LICENSE",        "README.md",
                                         "client",         "common",
                                         "deploy",         "server",
                                         "sync",           "tests"};

bool is_comment(const File& file, std::size_t index) { return trimmed(file.lines[index]).starts_with("//"); }

// A class or struct that is defined at the start of a line: what stands deeper belongs to the contract above it.
bool opens_class(const std::string& code) {
  return (code.starts_with("class ") || code.starts_with("struct ")) && code.find('{') != std::string::npos;
}

// Whether the line declares or calls a function. What stands behind a value's '=' is that value; and being compared
// member by member is what a value is, not a promise.
bool shows_function(const std::string& code) {
  const std::size_t opened = code.find('(');
  if (opened == std::string::npos || code.starts_with("#")) return false;
  if (code.find("operator==(") != std::string::npos) return code.find("= default;") == std::string::npos;
  return code.find("operator") < opened || code.find('=') > opened;
}

bool has_function(const std::vector<std::string>& code, std::size_t from) {
  for (std::size_t i = from; i < code.size(); ++i) {
    if (shows_function(code[i])) return true;
    if (code[i].starts_with("}") || code[i].ends_with("};")) return false;
  }
  return false;
}

// Whether the class needs no contract of its own: it keeps the one of a class above it in the same header, it is a
// special case of one, or it stands in one group with what is directly above.
bool is_told_above(const std::vector<std::string>& code, std::size_t opened, std::size_t first_line) {
  if (first_line > 0 && (code[first_line - 1] == "};" || code[first_line - 1] == "template <>")) return true;
  const std::size_t derived = code[opened].find(" : public ");
  if (derived == std::string::npos) return false;
  const std::string base = split(code[opened].substr(derived + 10), ' ').front();
  return std::any_of(
      code.begin(), code.begin() + static_cast<std::ptrdiff_t>(opened), [&](const std::string& line) {
        return line.starts_with("class " + base + " ") || line.starts_with("struct " + base + " ");
      });
}

Complaints check_header(const File& file) {
  Complaints complaints;
  if (file.lines.empty() || file.lines.front() != "#pragma once")
    complaints.push_back({file.path, 1, "header.once", "the first line is #pragma once"});
  const std::vector<std::string> code = code_of(file);
  bool told = false;  // whether a comment came before the first function
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (is_comment(file, i)) told = true;
    if (!told && shows_function(code[i])) {
      complaints.push_back({file.path, i + 1, "header.contract",
                            "no comment before the first functions says what they promise"});
      told = true;
    }
    if (!opens_class(code[i]) || !has_function(code, i)) continue;
    std::size_t first = i;
    while (first > 0 && code[first - 1].starts_with("template <") && code[first - 1] != "template <>")
      --first;
    const bool commented = first > 0 && is_comment(file, first - 1);
    if (!commented && !is_told_above(code, i, first))
      complaints.push_back(
          {file.path, i + 1, "header.contract", "a class with functions has its contract directly above it"});
  }
  return complaints;
}

// Whether the word stands in the line by itself.
bool has_word(const std::string& line, const std::string& word) {
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
    const bool before = at > 0 && is_letter(line[at - 1]);
    const bool after = at + word.size() < line.size() && is_letter(line[at + word.size()]);
    if (!before && !after) return true;
  }
  return false;
}

// A path of somebody's machine: one of these folders at the start of a path, not in the middle of one.
bool has_machine_path(const std::string& line) {
  for (const std::string folder : {"/root/", "/home/", "/work/", "/tmp/"}) {
    for (std::size_t at = line.find(folder); at != std::string::npos; at = line.find(folder, at + 1)) {
      const char before = at == 0 ? ' ' : line[at - 1];
      if (std::isalnum(static_cast<unsigned char>(before)) == 0 &&
          std::string_view("_}).*-/").find(before) == std::string_view::npos)
        return true;
    }
  }
  return false;
}

Complaints check_words(const File& file) {
  Complaints complaints;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    const auto complain = [&](const std::string& rule, const std::string& what) {
      complaints.push_back({file.path, i + 1, rule, what});
    };
    for (const std::string word : {"TODO", "FIXME", "XXX"})
      if (has_word(line, word))
        complain("words.unfinished", word + ": finish it, or say plainly what is absent");
    for (const std::string host : {"registry.npmjs", "deb.debian.org", "security.debian.org"})
      if (line.find(host) != std::string::npos)
        complain("words.registry", "a package is named, never the address it comes from");
    if (!file.path.starts_with("tests/") && has_machine_path(line))
      complain("words.path",
               "a path of one machine: build it from where the program stands, or from a setting");
  }
  return complaints;
}

bool is_snake_case(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 ||
           std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
  });
}

Complaints check_name(const File& file) {
  static const std::vector<std::string> endings{".h",   ".cpp", ".cmake", ".sql", ".mustache",
                                                ".njk", ".mjs", ".js",    ".css", ".sh"};
  const std::string name = file.name();
  const bool is_ours = std::any_of(endings.begin(), endings.end(),
                                   [&](const std::string& end) { return name.ends_with(end); });
  if (!is_ours || is_snake_case(name)) return {};
  return {{file.path, 0, "names.file", "files of ours are named in snake_case"}};
}

Complaints check_readmes(const Declaration& declaration, const Files& files) {
  Complaints complaints;
  std::vector<std::string> folders = programs;
  for (const Room& room : declaration.rooms) folders.push_back(room.at);
  std::sort(folders.begin(), folders.end());
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  for (const std::string& folder : folders) {
    const std::string path = folder + "/README.md";
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path == path; });
    if (found == files.end()) {
      complaints.push_back(
          {path, 0, "readme.missing", "a room has a README.md: purpose, map, what is absent, decisions"});
      continue;
    }
    const bool tells = std::any_of(found->lines.begin(), found->lines.end(), [](const std::string& line) {
      return has_word(line, "absent") || has_word(line, "Absent");
    });
    if (!tells)
      complaints.push_back(
          {path, 0, "readme.absent", "say what is absent from the room, and where it is instead"});
  }
  return complaints;
}

Complaints check_top_level(const std::vector<std::string>& names) {
  Complaints complaints;
  for (const std::string& name : names) {
    if (name.starts_with('.') || name == "build" ||
        std::find(top_level.begin(), top_level.end(), name) != top_level.end())
      continue;
    complaints.push_back(
        {name, 0, "names.top_level", "the top level is fixed: move it into one of its folders"});
  }
  return complaints;
}

// A lock file that pins every package by digest and leaves open where it comes from.
Complaints check_lock(const File& file) {
  Complaints complaints;
  bool pinned = true;
  std::size_t entry = 0;
  const auto finish_entry = [&] {
    if (!pinned) complaints.push_back({file.path, entry, "lock.digest", "a package without its integrity"});
  };
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = trimmed(file.lines[i]);
    if (line.starts_with("\"resolved\""))
      complaints.push_back({file.path, i + 1, "lock.address",
                            "the address is left out: omit-lockfile-registry-resolved in .npmrc"});
    if (line.starts_with("\"integrity\": \"sha512-")) pinned = true;
    if (!line.starts_with("\"node_modules/")) continue;
    finish_entry();
    pinned = false;
    entry = i + 1;
  }
  finish_entry();
  return complaints;
}

void add(Complaints& to, const Complaints& more) { to.insert(to.end(), more.begin(), more.end()); }

Complaints check_text(const std::string& path, const std::string& text) {
  const File file = file_of(path, text);
  Complaints complaints = check_words(file);
  add(complaints, check_name(file));
  if (file.is_header()) add(complaints, check_header(file));
  if (file.name() == "package-lock.json") add(complaints, check_lock(file));
  return complaints;
}

}  // namespace

TEST_CASE("every header tells its contract") {
  Complaints complaints;
  for (const File& file : our_files(programs))
    if (file.is_header()) add(complaints, check_header(file));
  hold(complaints, "header");
}

TEST_CASE("every room says what it is for and what is absent from it") {
  hold(check_readmes(our_declaration(), our_files(programs)), "readme");
}

TEST_CASE("the top level is as laid out, and files are named alike") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(CASELOAD_SOURCE))
    names.push_back(entry.path().filename().string());
  Complaints complaints = check_top_level(names);
  for (const File& file : our_files(top_level)) add(complaints, check_name(file));
  hold(complaints, "names");
}

TEST_CASE("nothing unfinished, no registry's address, and no path of one machine stands in the project") {
  std::vector<std::string> below = top_level;
  for (const char* const hidden : {".ci", ".gitignore", ".clang-format"}) below.emplace_back(hidden);
  Complaints complaints;
  for (const File& file : our_files(below))
    if (file.path != "tests/house/header_contract_test.cpp") add(complaints, check_words(file));
  hold(complaints, "words");
}

TEST_CASE("packages of the page are pinned by digest and come from no address") {
  const Files files = our_files({"deploy/third_party/package-lock.json"});
  REQUIRE(files.size() == 1);
  CHECK(std::count_if(files.front().lines.begin(), files.front().lines.end(), [](const std::string& line) {
          return line.find("\"integrity\"") != std::string::npos;
        }) >= 5);
  hold(check_lock(files.front()), "lock");
}

TEST_CASE("what keeps to the rules raises no complaint") {
  const std::string sound[][2] = {
      {"common/a.h",
       "#pragma once\nnamespace caseload {\n// A: what it is.\ntemplate <class T>\nclass A {\n  int "
       "f();\n};\n}"},
      {"common/a.h",
       "#pragma once\nnamespace caseload {\nstruct A {\n  int a;\n};\n// So many.\nint f();\n}"},
      {"common/a.h",
       "#pragma once\nnamespace caseload {\n// A.\nint f();\ntemplate <>\nclass A<void> {\n  int "
       "f();\n};\n}"},
      {"common/a.h",
       "#pragma once\n// A.\nclass A {\n  int f();\n};\n\nclass B : public A {\n  int f();\n};"},
      {"common/a.h", "#pragma once\n// A.\nstruct A {\n  int f();\n};\nstruct B {\n  int f();\n};"},
      {"common/a.h", "#pragma once\nconstexpr Duration a = days(30);  // a month\n// So many.\nint f();"},
      {"common/a.h",
       "#pragma once\n\nstruct A {\n  int a = 0;\n  friend bool operator==(const A&, const A&) = default;\n};"},
      {"README.md", "See ${HOME}/tmp/ and build/tmp/x, and mastodons; XXXL."},
      {"tests/a.cpp", "write(\"/tmp/x\")"},
      {"deploy/package-lock.json",
       "\"node_modules/a\": {\n\"integrity\": \"sha512-x\"\n},\n\"node_modules/b\": {\n\"integrity\": "
       "\"sha512-y\""},
  };
  for (const auto& row : sound) {
    CAPTURE(row[1]);
    CHECK(check_text(row[0], row[1]).empty());
  }
  CHECK(check_top_level({".git", "build", "README.md", "sync"}).empty());
}

TEST_CASE("what breaks a rule is named with its file, line and rule") {
  struct Row {
    std::string path;
    std::string text;
    std::string complaint;
  };
  const Row rows[] = {
      {"common/a.h", "\n#pragma once", "common/a.h:1: header.once: "},
      {"common/a.h", "#pragma once\nnamespace caseload {\nint f();\n// late\n",
       "common/a.h:3: header.contract: "},
      {"common/a.h", "#pragma once\nnamespace caseload {\n// a\nint f();\n\nclass A {\n  int f();\n};",
       "common/a.h:6: header.contract: "},
      {"common/a.h",
       "#pragma once\nnamespace caseload {\n// a\n\ntemplate <class T>\nstruct A {\n  int f();\n};",
       "common/a.h:6: header.contract: "},
      {"common/a.h", "#pragma once\n// A.\nclass A {\n  int f();\n};\n\nclass B : public C {\n  int f();\n};",
       "common/a.h:7: header.contract: "},
      {"common/a.h", "#pragma once\n// A.\nint f();\n\nstruct A {\n  bool operator==(const A&) const;\n};",
       "common/a.h:5: header.contract: "},
      {"common/a.h", "#pragma once\n// A.\nint f();\n\nstruct A {\n  A& operator=(A&&);\n};",
       "common/a.h:5: header.contract: "},
      {"common/a.h", "#pragma once\n// A.\nint f();\n\nstruct A {\n  int f(int a = 0);\n};",
       "common/a.h:5: header.contract: "},
      {"common/a.h", "#pragma once\nconstexpr int a = g(30);\nint f();",
       "common/a.h:3: header.contract: "},
      {"sync/a.cpp", "\n// TODO: more", "sync/a.cpp:2: words.unfinished: "},
      {"deploy/setup", "FIXME", "deploy/setup:1: words.unfinished: "},
      {"README.md", "from https://registry.npmjs.org", "README.md:1: words.registry: "},
      {"deploy/setup", "cd /root/caseload", "deploy/setup:1: words.path: "},
      {"client/a.cpp", "open(\"/tmp/x\")", "client/a.cpp:1: words.path: "},
      {"common/BadName.h", "#pragma once", "common/BadName.h: names.file: "},
      {"deploy/make-it.sh", "", "deploy/make-it.sh: names.file: "},
      {"deploy/package-lock.json",
       "\"node_modules/a\": {\n},\n\"node_modules/b\": {\n\"integrity\": \"sha512-y\"",
       "deploy/package-lock.json:1: lock.digest: "},
      {"deploy/package-lock.json", "\"node_modules/a\": {\n\"integrity\": \"sha1-x\"",
       "deploy/package-lock.json:1: lock.digest: "},
      {"deploy/package-lock.json", "\"resolved\": \"https://example.org\"",
       "deploy/package-lock.json:1: lock.address: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.complaint);
    const Complaints complaints = check_text(row.path, row.text);
    REQUIRE(complaints.size() == 1);
    CHECK(complaints.front().to_string().starts_with(row.complaint));
  }
  REQUIRE(check_top_level({"src", "README.md"}).size() == 1);
  CHECK(check_top_level({"src"}).front().to_string().starts_with("src: names.top_level: "));
}

TEST_CASE("a room without a README, and one that does not say what is absent, are named") {
  const Declaration declaration = read_declaration(
      file_of("rooms.txt", "room name=a at=common/a uses= packages= pure=no library= sources="));
  Files files;
  for (const char* const folder : {"common", "sync", "client", "server"})
    files.push_back(file_of(std::string(folder) + "/README.md", "Absent"));
  Complaints complaints = check_readmes(declaration, files);
  REQUIRE(complaints.size() == 1);
  CHECK(complaints.front().to_string().starts_with("common/a/README.md: readme.missing: "));
  files.push_back(file_of("common/a/README.md", "Everything is here."));
  complaints = check_readmes(declaration, files);
  REQUIRE(complaints.size() == 1);
  CHECK(complaints.front().to_string().starts_with("common/a/README.md: readme.absent: "));
}

}  // namespace caseload::house
