// The size guide of the house style, as limits.

#include <algorithm>
#include <map>

#include "tests/house/declaration.h"

#include "tests/support/test.h"

namespace caseload::house {
namespace {

constexpr std::size_t header_lines_max = 150;
constexpr std::size_t source_lines_max = 400;
constexpr std::size_t columns_max = 120;
constexpr std::size_t columns_of_tests_max = 160;  // a row of a table is one line
constexpr std::size_t function_lines_max = 60;
constexpr std::size_t files_max = 24;  // twelve pairs of header and source
constexpr std::size_t depth_max = 3;

std::size_t columns_of(const std::string& line) {
  std::size_t columns = 0;
  for (const char c : line) columns += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1U : 0U;
  return columns;
}

std::string too_many(std::size_t found, std::size_t most, const std::string& what) {
  return std::to_string(found) + " " + what + ", at most " + std::to_string(most);
}

// Braces tells by what stands before a brace whether it opens a function's body, something that may hold functions
// (a namespace, a class), or something that may not (an initializer, whatever is inside a function).
class Braces {
 public:
  explicit Braces(const File& file) : file_(file) {}

  Complaints run() {
    for (const std::string& code : code_of(file_)) {
      ++line_;
      if (trimmed(code).starts_with('#')) continue;
      for (const char c : code) step(c);
      head_ += ' ';
    }
    return complaints_;
  }

 private:
  enum class Kind { scope, function, other };
  struct Open {
    Kind kind;
    std::string head;  // what goes on after the brace is closed: braces inside parentheses end nothing
  };

  void step(char c) {
    if (c == '{') {
      const bool inside =
          std::count(head_.begin(), head_.end(), '(') > std::count(head_.begin(), head_.end(), ')');
      open_.push_back({inside ? Kind::other : kind_of(trimmed(head_)), inside ? head_ : ""});
      head_.clear();
    } else if (c == '}') {
      close();
    } else if (c == ';' || (c == ':' && is_access(trimmed(head_)))) {
      head_.clear();
    } else {
      if (trimmed(head_).empty() && c != ' ') head_line_ = line_;
      head_ += c;
    }
  }

  static bool is_access(std::string_view head) {
    return head == "public" || head == "protected" || head == "private";
  }

  Kind kind_of(std::string_view head) {
    if (!open_.empty() && open_.back().kind != Kind::scope) return Kind::other;
    while (head.starts_with("template")) head = after_angles(head);
    static const std::vector<std::string_view> scopes{"namespace", "class ", "struct ",
                                                      "union ",    "enum ",  "extern "};
    if (starts_with_any(head, scopes)) return Kind::scope;
    const std::size_t arguments = head.find('(');
    const bool is_value = arguments == std::string_view::npos ||
                          (head.find("operator") > arguments && head.find('=') < arguments);
    if (!is_value) function_line_ = head_line_;
    return is_value ? Kind::other : Kind::function;
  }

  static std::string_view after_angles(std::string_view head) {
    int depth = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
      depth += head[i] == '<' ? 1 : head[i] == '>' ? -1 : 0;
      if (head[i] == '>' && depth == 0) return trimmed(head.substr(i + 1));
    }
    return {};
  }

  void close() {
    if (open_.empty()) return;
    const Open closed = open_.back();
    open_.pop_back();
    head_ = closed.head;
    const std::size_t lines = line_ - function_line_ + 1;
    if (closed.kind == Kind::function && lines > function_lines_max)
      complaints_.push_back({file_.path, function_line_, "size.function",
                             too_many(lines, function_lines_max, "lines in a function")});
  }

  const File& file_;
  std::size_t line_ = 0;
  std::size_t head_line_ = 0;
  std::size_t function_line_ = 0;
  std::string head_;
  std::vector<Open> open_;
  Complaints complaints_;
};

Complaints check_file(const File& file) {
  Complaints complaints;
  const std::size_t most = file.is_header() ? header_lines_max : source_lines_max;
  if (file.lines.size() > most)
    complaints.push_back({file.path, 0, "size.file", too_many(file.lines.size(), most, "lines")});
  const bool is_test = file.path.starts_with("tests/");
  const std::size_t widest = is_test ? columns_of_tests_max : columns_max;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::size_t columns = columns_of(file.lines[i]);
    if (columns > widest)
      complaints.push_back({file.path, i + 1, "size.column", too_many(columns, widest, "columns")});
  }
  // A test case is a table as often as not, so tests are held to the length of files and lines only.
  if (!is_test) {
    for (const Complaint& complaint : Braces(file).run()) complaints.push_back(complaint);
  }
  return complaints;
}

std::size_t depth_below(const Room& room, const std::string& path) {
  std::size_t depth = 0;
  for (std::size_t i = room.at.size() + 1; i < path.size(); ++i) depth += path[i] == '/' ? 1U : 0U;
  return depth;
}

Complaints check_sizes(const Declaration& declaration, const Files& files) {
  Complaints complaints;
  std::map<std::string, std::size_t> files_in;
  for (const File& file : files) {
    if (!file.is_code()) continue;
    for (const Complaint& complaint : check_file(file)) complaints.push_back(complaint);
    if (!file.path.starts_with("tests/")) ++files_in[file.folder()];
    const Room* const room = declaration.room_of(file);
    if (room != nullptr && depth_below(*room, file.path) > depth_max)
      complaints.push_back({file.path, 0, "size.depth",
                            too_many(depth_below(*room, file.path), depth_max, "folders below the room")});
  }
  for (const auto& [folder, count] : files_in)
    if (count > files_max)
      complaints.push_back({folder, 0, "size.folder", too_many(count, files_max, "headers and sources")});
  return complaints;
}

std::string lines(std::size_t count, const std::string& line = "int x;") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += line + "\n";
  return text;
}

// The lines with something before and after, that many in all.
std::string around(const std::string& before, std::size_t count, const std::string& after) {
  return before + "\n" + lines(count - 2) + after + "\n";
}

std::vector<std::string> complaints_about(const std::string& path, const std::string& text) {
  const Declaration declaration = read_declaration(
      file_of("rooms.txt", "room name=low at=common/low uses= packages= pure=no library= sources="));
  std::vector<std::string> texts;
  for (const Complaint& complaint : check_sizes(declaration, {file_of(path, text)}))
    texts.push_back(complaint.to_string());
  return texts;
}

}  // namespace

TEST_CASE("headers, sources, lines, functions, folders and trees of folders are of a size to be read") {
  hold(check_sizes(our_declaration(), our_files({"common", "sync", "client", "server", "tests"})), "size");
}

TEST_CASE("what is just small enough raises no complaint") {
  CHECK(complaints_about("common/low/a.h", lines(150)).empty());
  CHECK(complaints_about("common/low/a.cpp", lines(400)).empty());
  CHECK(complaints_about("common/low/a/b/c/d.h", "").empty());
  CHECK(complaints_about("common/low/a.h", "// " + lines(1, std::string(58, 'x') + "äöüß…")).empty());
  CHECK(complaints_about("common/low/a.cpp", around("void f() {", 60, "}")).empty());
  CHECK(complaints_about("common/low/a.cpp", around("namespace a {", 300, "}")).empty());
  CHECK(complaints_about("common/low/a.cpp", around("template <class T>\nstruct S : B<T> {", 300, "};"))
            .empty());
  CHECK(complaints_about("common/low/a.cpp", around("const Row rows[] = {", 300, "};")).empty());
  CHECK(complaints_about("common/low/a.cpp", around("constexpr auto rows = std::to_array<Row>({", 300, "});"))
            .empty());
  CHECK(complaints_about("common/low/a.cpp", "const Row rows[] = {\n" + lines(100, "{f(1), {g(2)}},") + "};")
            .empty());
  CHECK(complaints_about("tests/unit/a_test.cpp", std::string(160, 'x')).empty());
  CHECK(complaints_about("tests/unit/a_test.cpp", around("TEST_CASE(\"long\") {", 200, "}")).empty());
}

TEST_CASE("what is too large is named with its file, line and rule") {
  struct Row {
    std::string path;
    std::string text;
    std::string complaint;
  };
  const Row rows[] = {
      {"common/low/a.h", lines(151), "common/low/a.h: size.file: 151 lines"},
      {"common/low/a.cpp", lines(401), "common/low/a.cpp: size.file: 401 lines"},
      {"tests/unit/a_test.cpp", lines(401), "tests/unit/a_test.cpp: size.file: 401 lines"},
      {"common/low/a.h", "\n" + std::string(121, 'x'), "common/low/a.h:2: size.column: 121 columns"},
      {"tests/unit/a_test.cpp", std::string(161, 'x'), "tests/unit/a_test.cpp:1: size.column: 161 columns"},
      {"common/low/a/b/c/d/e.h", "", "common/low/a/b/c/d/e.h: size.depth: 4 folders"},
      {"common/low/a.cpp", around("void f() {", 61, "}"), "common/low/a.cpp:1: size.function: 61 lines"},
      {"common/low/a.cpp", "namespace a {\n" + around("A::A(int b) : b_{b}, c_(2) {", 61, "}") + "}",
       "common/low/a.cpp:2: size.function: 61 lines"},
      {"common/low/a.cpp", "class A {\n public:\n" + around("int f(\n) const {", 61, "}") + "};",
       "common/low/a.cpp:3: size.function: 62 lines"},
      {"common/low/a.cpp", around("bool operator==(const A& a = {}, const B& b = {}) {", 61, "}"),
       "common/low/a.cpp:1: size.function: 61 lines"},
      {"common/low/a.cpp", "template <class T>\n" + around("T f() { if (x) {} {", 61, "} }"),
       "common/low/a.cpp:1: size.function: 62 lines"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.complaint);
    const std::vector<std::string> texts = complaints_about(row.path, row.text);
    REQUIRE(texts.size() == 1);
    CHECK(texts.front().starts_with(row.complaint));
  }
}

TEST_CASE("a folder of more than twelve pairs is too full, and one of twelve is not") {
  Files files;
  for (char c = 'a'; c < 'a' + 12; ++c) {
    files.push_back(file_of("common/low/" + std::string(1, c) + ".h", ""));
    files.push_back(file_of("common/low/" + std::string(1, c) + ".cpp", ""));
  }
  CHECK(check_sizes({}, files).empty());
  files.push_back(file_of("common/low/z.h", ""));
  const Complaints complaints = check_sizes({}, files);
  REQUIRE(complaints.size() == 1);
  CHECK(complaints.front().to_string().starts_with("common/low/: size.folder: 25 headers"));
}

}  // namespace caseload::house
