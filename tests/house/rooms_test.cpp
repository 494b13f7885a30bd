// Every #include of common, sync, client and server against the declaration of its room: arrows that nobody
// declared, packages that belong to another room, and what a pure room may not even name.

#include <algorithm>
#include <map>

#include "tests/house/declaration.h"

#include "tests/support/test.h"

namespace caseload::house {
namespace {

const std::vector<std::string> ours{"common", "sync", "client", "server"};

const std::vector<std::string_view> standard_headers{"algorithm",
                                                     "any",
                                                     "array",
                                                     "atomic",
                                                     "barrier",
                                                     "bit",
                                                     "bitset",
                                                     "cctype",
                                                     "cerrno",
                                                     "cfenv",
                                                     "cfloat",
                                                     "charconv",
                                                     "chrono",
                                                     "cinttypes",
                                                     "climits",
                                                     "clocale",
                                                     "cmath",
                                                     "codecvt",
                                                     "compare",
                                                     "complex",
                                                     "concepts",
                                                     "condition_variable",
                                                     "coroutine",
                                                     "csetjmp",
                                                     "csignal",
                                                     "cstdarg",
                                                     "cstddef",
                                                     "cstdint",
                                                     "cstdio",
                                                     "cstdlib",
                                                     "cstring",
                                                     "ctime",
                                                     "cwchar",
                                                     "cwctype",
                                                     "deque",
                                                     "exception",
                                                     "execution",
                                                     "filesystem",
                                                     "forward_list",
                                                     "fstream",
                                                     "functional",
                                                     "future",
                                                     "initializer_list",
                                                     "iomanip",
                                                     "ios",
                                                     "iosfwd",
                                                     "iostream",
                                                     "istream",
                                                     "iterator",
                                                     "latch",
                                                     "limits",
                                                     "list",
                                                     "locale",
                                                     "map",
                                                     "memory",
                                                     "memory_resource",
                                                     "mutex",
                                                     "new",
                                                     "numbers",
                                                     "numeric",
                                                     "optional",
                                                     "ostream",
                                                     "queue",
                                                     "random",
                                                     "ranges",
                                                     "ratio",
                                                     "regex",
                                                     "scoped_allocator",
                                                     "semaphore",
                                                     "set",
                                                     "shared_mutex",
                                                     "source_location",
                                                     "span",
                                                     "sstream",
                                                     "stack",
                                                     "stdexcept",
                                                     "stop_token",
                                                     "streambuf",
                                                     "string",
                                                     "string_view",
                                                     "system_error",
                                                     "thread",
                                                     "tuple",
                                                     "type_traits",
                                                     "typeindex",
                                                     "typeinfo",
                                                     "unordered_map",
                                                     "unordered_set",
                                                     "utility",
                                                     "valarray",
                                                     "variant",
                                                     "vector",
                                                     "version"};

// Those of the standard headers that reach the world: a clock, a file, a thread, chance.
const std::vector<std::string_view> worldly_headers{
    "atomic",     "barrier", "clocale",   "condition_variable",
    "csignal",    "cstdio",  "ctime",     "filesystem",
    "fstream",    "future",  "iostream",  "latch",
    "mutex",      "random",  "semaphore", "shared_mutex",
    "stop_token", "thread"};

const std::vector<std::string_view> system_beginnings{
    "arpa/",    "linux/",    "net/",     "netinet/",   "sys/",     "dirent.h", "dlfcn.h",
    "errno.h",  "fcntl.h",   "grp.h",    "langinfo.h", "limits.h", "locale.h", "netdb.h",
    "poll.h",   "pthread.h", "pwd.h",    "sched.h",    "signal.h", "spawn.h",  "stdio.h",
    "stdlib.h", "string.h",  "syslog.h", "termios.h",  "time.h",   "unistd.h", "wchar.h"};

// Package headers thin enough to stand in a header of ours, because what they name is part of our promise.
// And what a command says is JSON by value (common/command), though that header is not thin.
const std::vector<std::string_view> thin_headers{"asio/awaitable.hpp", "cereal/", "nlohmann/json"};

bool is_one_of(std::string_view name, const std::vector<std::string_view>& list) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

struct Include {
  std::string name;
  bool quoted;
};

bool read_include(const std::string& line, const std::string& code, Include& include) {
  std::string_view rest = trimmed(code);
  if (!rest.starts_with('#') || !trimmed(rest.substr(1)).starts_with("include")) return false;
  const std::size_t start = line.find_first_of("\"<");
  if (start == std::string::npos) return false;
  include.quoted = line[start] == '"';
  const std::size_t end = line.find(include.quoted ? '"' : '>', start + 1);
  include.name = line.substr(start + 1, end - start - 1);
  return end != std::string::npos;
}

class RoomsCheck {
 public:
  RoomsCheck(const Declaration& declaration, const Files& files) : declaration_(declaration) {
    for (const File& file : files) files_.emplace(file.path, &file);
  }

  Complaints run() {
    check_order();
    for (const auto& [path, file] : files_)
      if (file->is_code()) check_file(*file);
    return complaints_;
  }

 private:
  void complain(const File& file, std::size_t line, const std::string& rule, const std::string& what) {
    complaints_.push_back({file.path, line, "rooms." + rule, what});
  }

  void check_order() {
    for (std::size_t i = 0; i < declaration_.rooms.size(); ++i) {
      const Room& room = declaration_.rooms[i];
      for (const std::string& used : room.uses) {
        const Room* const found = declaration_.find(used);
        if (found == nullptr || found >= &room)
          complaints_.push_back({room.at + "/CMakeLists.txt", 0, "rooms.order",
                                 "room " + room.name + " USES " + used +
                                     ", which is not declared before it: arrows point down"});
      }
    }
  }

  void check_file(const File& file) {
    const Room* const room = declaration_.room_of(file);
    if (room == nullptr)
      return complain(file, 0, "nowhere", "stands in no room: declare one with room(), or move it");
    const auto& sources = room->sources;
    if (file.is_source() && file.path != room->at + "/main.cpp" &&
        std::find(sources.begin(), sources.end(), file.path) == sources.end())
      complain(file, 0, "unlisted",
               "is not among the SOURCES of room " + room->name + ": list it or remove it");
    const std::vector<std::string> code = code_of(file);
    Include include;
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (!read_include(file.lines[i], code[i], include)) continue;
      const std::string top = include.name.substr(0, include.name.find('/'));
      if (include.quoted)
        check_own(file, i + 1, *room, include.name);
      else if (std::find(ours.begin(), ours.end(), top) != ours.end())
        complain(file, i + 1, "path", "our own headers stand in quotes: \"" + include.name + "\"");
      else
        check_foreign(file, i + 1, *room, include.name);
    }
  }

  void check_own(const File& file, std::size_t line, const Room& room, const std::string& name) {
    const auto found = files_.find(name);
    if (found == files_.end())
      return complain(file, line, "path",
                      "\"" + name + "\" is no header of a room, named from the root of the repository");
    const Room* const other = declaration_.room_of(*found->second);
    if (other == nullptr || room.may_use(*other)) return;
    complain(file, line, "arrow",
             "\"" + name + "\" is of room " + other->name + ", which room " + room.name +
                 " does not USE: add the arrow to " + room.at + "/CMakeLists.txt, or do without");
  }

  void check_foreign(const File& file, std::size_t line, const Room& room, const std::string& name) {
    if (is_one_of(name, standard_headers)) {
      if (room.pure && is_one_of(name, worldly_headers)) complain_impure(file, line, room, name);
    } else if (std::vector<std::string> owners = packages_of(name); !owners.empty()) {
      check_package(file, line, room, name, owners);
    } else if (!starts_with_any(name, system_beginnings)) {
      complain(file, line, "unknown", "<" + name + "> is of no package in deploy/third_party/packages.cmake");
    } else if (room.pure) {
      complain_impure(file, line, room, name);
    }
  }

  void complain_impure(const File& file, std::size_t line, const Room& room, const std::string& name) {
    complain(file, line, "impure",
             "<" + name + "> reaches the world, and room " + room.name + " is pure: have it handed in");
  }

  void check_package(const File& file, std::size_t line, const Room& room, const std::string& name,
                     const std::vector<std::string>& owners) {
    const bool declared = std::any_of(owners.begin(), owners.end(), [&](const std::string& owner) {
      return std::find(room.packages.begin(), room.packages.end(), owner) != room.packages.end();
    });
    if (!declared)
      complain(file, line, "package",
               "<" + name + "> is of package " + owners.front() +
                   ", which is not among the PACKAGES of room " + room.name + ": use the room that wraps it");
    else if (file.is_header() && !starts_with_any(name, thin_headers) && !is_private(file, room))
      complain(file, line, "header", "<" + name + "> stands in a header: name the package in the .cpp only");
  }

  // Whether a header serves the sources of its room, and nobody else reads it.
  bool is_private(const File& header, const Room& room) const {
    bool is_read = false;
    for (const auto& [path, file] : files_) {
      const std::string wanted = "#include \"" + header.path + "\"";
      if (std::find(file->lines.begin(), file->lines.end(), wanted) == file->lines.end()) continue;
      if (!file->is_source() || declaration_.room_of(*file) != &room) return false;
      is_read = true;
    }
    return is_read;
  }

  std::vector<std::string> packages_of(const std::string& name) const {
    std::vector<std::string> owners;
    for (const Package& package : declaration_.packages) {
      for (const std::string& header : package.headers) {
        if (name == header || (header.ends_with('/') && name.starts_with(header)))
          owners.push_back(package.name);
      }
    }
    return owners;
  }

  const Declaration& declaration_;
  std::map<std::string, const File*> files_;
  Complaints complaints_;
};

const char* const planted_rooms =
    "room name=low at=common/low uses= packages= pure=no library=/a b/low.a sources=common/low/low.cpp\n"
    "room name=wrap at=common/wrap uses=low packages=sqlcipher pure=no library= "
    "sources=common/wrap/wrap.cpp\n"
    "room name=top at=sync uses=wrap packages= pure=yes library= sources=sync/top.cpp\n"
    "package name=sqlcipher headers=sqlite3.h\n"
    "package name=cereal headers=cereal/\n";

// The complaints about three sound rooms and one more file.
Complaints complaints_with(const std::string& path, const std::string& text,
                           const std::string& rows = planted_rooms) {
  const Declaration declaration = read_declaration(file_of("rooms.txt", rows));
  const Files files{file_of("common/low/low.h", "#include <string>\n#include <sys/stat.h>"),
                    file_of("common/low/low.cpp", "#include \"common/low/low.h\""),
                    file_of("common/wrap/wrap.h", "#include \"common/low/low.h\""),
                    file_of("common/wrap/wrap.cpp", "// #include <nowhere.h>\n#include <sqlite3.h>"),
                    file_of("sync/top.cpp", "#include <map>\n#include \"common/wrap/wrap.h\""),
                    file_of(path, text)};
  return RoomsCheck(declaration, files).run();
}

}  // namespace

TEST_CASE("every include is of its own room, or of a room or package that its room declares") {
  const Declaration declaration = our_declaration();
  REQUIRE(declaration.find("base") != nullptr);
  const Files files = our_files(ours);
  REQUIRE(files.size() > 10);
  hold(RoomsCheck(declaration, files).run(), "rooms");
}

TEST_CASE("a package may stand in a header that only the sources of its room read") {
  const Declaration declaration = read_declaration(file_of("rooms.txt", planted_rooms));
  Files files{file_of("common/wrap/inner.h", "#include <sqlite3.h>"),
              file_of("common/wrap/wrap.cpp", "#include \"common/wrap/inner.h\"")};
  CHECK(RoomsCheck(declaration, files).run().empty());
  files.push_back(file_of("common/wrap/wrap.h", "#include \"common/wrap/inner.h\""));
  const Complaints complaints = RoomsCheck(declaration, files).run();
  REQUIRE(complaints.size() == 1);
  CHECK(complaints.front().to_string().starts_with("common/wrap/inner.h:1: rooms.header: "));
}

TEST_CASE("sound rooms raise no complaint") {
  CHECK(complaints_with("sync/README.md", "#include <nowhere.h>").empty());
}

TEST_CASE("an include that breaks a rule is named with its file, line and rule") {
  struct Row {
    std::string path;
    std::string text;
    std::string complaint;
  };
  const Row rows[] = {
      {"common/low/more.h", "\n#include \"common/wrap/wrap.h\"", "common/low/more.h:2: rooms.arrow: "},
      {"sync/more.h", "#include \"common/low/low.h\"",
       "sync/more.h:1: rooms.arrow: "},  // an arrow's arrow is none
      {"sync/more.h", "#include \"top.h\"", "sync/more.h:1: rooms.path: "},
      {"sync/more.h", "#include \"../common/wrap/wrap.h\"", "sync/more.h:1: rooms.path: "},
      {"sync/more.h", "#include \"tests/support/test.h\"", "sync/more.h:1: rooms.path: "},
      {"common/wrap/more.h", "#include <common/low/low.h>", "common/wrap/more.h:1: rooms.path: "},
      {"common/low/more.h", "#include <sqlite3.h>", "common/low/more.h:1: rooms.package: "},
      {"common/wrap/more.h", "#  include <cereal/cereal.hpp>", "common/wrap/more.h:1: rooms.package: "},
      {"common/wrap/more.h", "#include <sqlite3.h>", "common/wrap/more.h:1: rooms.header: "},
      {"common/low/more.h", "#include <boost/asio.hpp>", "common/low/more.h:1: rooms.unknown: "},
      {"sync/more.h", "#include <string>\n#include <unistd.h>", "sync/more.h:2: rooms.impure: "},
      {"sync/more.h", "#include <thread>", "sync/more.h:1: rooms.impure: "},
      {"sync/more.cpp", "", "sync/more.cpp: rooms.unlisted: "},
      {"server/more.h", "", "server/more.h: rooms.nowhere: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.complaint);
    const Complaints complaints = complaints_with(row.path, row.text);
    REQUIRE(complaints.size() == 1);
    CHECK(complaints.front().to_string().starts_with(row.complaint));
  }
}

TEST_CASE("a room may not use one that is declared after it, nor one that is not declared") {
  const std::string after = "room name=a at=common/a uses=b packages= pure=no library= sources=\n";
  const std::string before = "room name=b at=common/b uses= packages= pure=no library= sources=\n";
  CHECK(complaints_with("README.md", "", planted_rooms + before + after).empty());
  for (const std::string& rows : {after, after + before}) {
    const Complaints complaints = complaints_with("README.md", "", planted_rooms + rows);
    REQUIRE(complaints.size() == 1);
    CHECK(complaints.front().to_string().starts_with("common/a/CMakeLists.txt: rooms.order: "));
  }
}

}  // namespace caseload::house
