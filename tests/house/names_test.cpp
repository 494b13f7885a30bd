// One name, one type: two types of one name in one namespace, in one program, are silently taken for each other by the
// linker. The engine and the tests are linked in many ways, so the rule is for the tree as a whole. And one test, one
// name: a semicolon parts the lists of CMake, which would then ask for two tests that nobody wrote, and find no fault.

#include <map>

#include "tests/house/declaration.h"

#include "tests/support/test.h"

namespace caseload::house {
namespace {

// The type that the line begins to define, at the start of a line as all of ours are; empty if none.
std::string defined_type(const std::string& code) {
  static const std::vector<std::string_view> kinds{"class ", "struct ", "enum class ", "union "};
  if (!starts_with_any(code, kinds) || code.find('{') == std::string::npos) return {};
  std::string_view rest = std::string_view(code).substr(code.find(' ', code.starts_with("enum ") ? 5 : 0) + 1);
  if (rest.starts_with("[[")) rest = trimmed(rest.substr(rest.find("]]") + 2));
  const std::string name(rest.substr(0, rest.find_first_of(" {")));
  return name.find('<') == std::string::npos ? name : std::string();  // a special case of a template
}

// What the file defines for others to link to: "namespace::Type", of named namespaces only.
std::map<std::string, std::size_t> types_of(const File& file) {
  std::map<std::string, std::size_t> types;
  std::vector<std::string> inside;
  const std::vector<std::string> code = code_of(file);
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].starts_with("namespace ") && code[i].find('{') != std::string::npos)
      inside.emplace_back(trimmed(std::string_view(code[i]).substr(10, code[i].find('{') - 10)));
    else if (code[i].starts_with("}") && trimmed(file.lines[i]).find("// namespace") != std::string_view::npos &&
             !inside.empty())
      inside.pop_back();
    const std::string type = defined_type(code[i]);
    if (type.empty()) continue;
    std::string name;
    bool hidden = false;
    for (const std::string& space : inside) {
      hidden = hidden || space.empty();
      name += space + "::";
    }
    if (!hidden) types.emplace(name + type, i + 1);
  }
  return types;
}

Complaints check_types(const Files& files) {
  Complaints complaints;
  std::map<std::string, std::string> first;
  for (const File& file : files) {
    if (!file.is_code()) continue;
    for (const auto& [type, line] : types_of(file)) {
      const auto [at, fresh] = first.emplace(type, file.path);
      if (!fresh && !file.path.starts_with("tests/house/planted/"))
        complaints.push_back(
            {file.path, line, "names.twice", type + " is in " + at->second + " too: name one of them anew"});
    }
  }
  return complaints;
}

// A name may stand on lines of its own, up to the brace that opens the test.
Complaints check_test_names(const Files& files) {
  Complaints complaints;
  for (const File& file : files) {
    bool heading = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      heading = heading || line.starts_with("TEST_CASE");
      if (!heading) continue;
      const std::size_t from = line.find('"'), to = line.rfind('"');
      if (from != to && line.substr(from, to - from).find(';') != std::string::npos)
        complaints.push_back({file.path, i + 1, "names.test", "a test whose name has a semicolon is never run"});
      heading = line.find('{', to == std::string::npos ? 0 : to) == std::string::npos;
    }
  }
  return complaints;
}

}  // namespace

TEST_CASE("no name of a test has a semicolon, at which the build would cut it in two") {
  hold(check_test_names(our_files({"tests"})), "names");
}

TEST_CASE("a test whose name has a semicolon is found, and one elsewhere is let be") {
  const auto complaints_with = [](const std::string& text) {
    return check_test_names({file_of("tests/a_test.cpp", text)}).size();
  };
  CHECK(complaints_with("TEST_CASE(\"one; two\") {\n}\n") == 1);
  CHECK(complaints_with("TEST_CASE_TEMPLATE(\"one;two\", T, int) {\n}\n") == 1);
  CHECK(complaints_with("TEST_CASE(\n    \"one, {two} \"\n    \"three; four\") {\n}\n") == 1);
  CHECK(complaints_with("TEST_CASE(\"one, two\") {\n  CHECK(a == \"b;c\");\n}\n") == 0);
  CHECK(complaints_with("TEST_CASE(\"one\") {}  // first; second\n") == 0);
}

TEST_CASE("no two types have one name in one namespace") {
  hold(check_types(our_files({"common", "sync", "client", "server", "tests"})), "names");
}

TEST_CASE("a type that is defined twice is named, and what merely looks like it is not") {
  const File one =
      file_of("common/a.h", "namespace caseload {\nstruct A {\n  int a;\n};\n}  // namespace caseload\n");
  const auto complaints_with = [&](const std::string& text) {
    return check_types({one, file_of("tests/b.cpp", text)}).size();
  };
  CHECK(complaints_with("namespace caseload {\nclass A {\n};\n}  // namespace caseload\n") == 1);
  CHECK(complaints_with("namespace caseload {\nenum class A { x };\n}  // namespace caseload\n") == 1);
  CHECK(complaints_with(
            "namespace caseload {\nnamespace {\n}  // namespace\nstruct A : B {\n};\n}  // namespace caseload\n") ==
        1);
  CHECK(complaints_with("namespace caseload {\nclass A;\n}  // namespace caseload\n") == 0);
  CHECK(complaints_with(
            "namespace caseload {\nnamespace {\nclass A {\n};\n}  // namespace\n}  // namespace caseload\n") == 0);
  CHECK(complaints_with("namespace caseload::sync {\nclass A {\n};\n}  // namespace caseload::sync\n") == 0);
  CHECK(complaints_with("namespace caseload {\nclass B {\n  struct A {\n  };\n};\n}  // namespace caseload\n") == 0);
  CHECK(complaints_with(
            "namespace caseload {\n// struct A {\ntemplate <>\nstruct A<int> {\n};\n}  // namespace caseload\n") ==
        0);
  CHECK(complaints_with("namespace caseload {\nstruct A::Body {\n};\n}  // namespace caseload\n") == 0);
  CHECK(complaints_with("namespace caseload {\nclass [[nodiscard]] A {\n};\n}  // namespace caseload\n") == 1);
  CHECK(check_types({one, one}).size() == 1);
}

}  // namespace caseload::house
