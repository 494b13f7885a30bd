#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace caseload::house {

// File: a text file of the project, or one planted in a test.
//
// Shape    path from the root of the repository, lines without their ends.
struct File {
  std::string path;
  std::vector<std::string> lines;

  bool is_header() const { return path.ends_with(".h"); }
  bool is_source() const { return path.ends_with(".cpp"); }
  bool is_code() const { return is_header() || is_source(); }
  std::string folder() const;
  std::string name() const;
  std::string stem() const;  // the path without the ending of its name: one for a header and its source
};
using Files = std::vector<File>;

File file_of(std::string path, std::string_view text);

// Every text file among and below these of the root, in order of path. What is built or planted is left out.
Files read_files(const std::filesystem::path& root, const std::vector<std::string>& below);

// The lines of a C++ file with comments, and what stands inside quotes, blanked out: what is left is code.
std::vector<std::string> code_of(const File& file);

// Complaint: one place that breaks one rule, and what to do about it.
struct Complaint {
  std::string path;
  std::size_t line;  // from 1; 0 for the file as a whole
  std::string rule;  // "family.rule", the word that exceptions.txt uses
  std::string what;

  std::string to_string() const;
};
using Complaints = std::vector<Complaint>;

// One row of exceptions.txt: this rule, in this file, may be broken, for this reason.
struct Exception {
  std::string rule;
  std::string path;
  std::string reason;
  std::size_t line;
};
struct Exceptions {
  std::string path;
  std::vector<Exception> rows;
};

// Rows are `rule | path | reason`; # begins a comment. A row without a reason is a complaint of its own.
Exceptions read_exceptions(const File& file, Complaints& complaints);

// What is left of the complaints of a family once the exceptions are taken out, and a complaint for each exception
// of that family that nothing needs any more.
Complaints without_exceptions(const Complaints& found, const Exceptions& exceptions, std::string_view family);

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& beginnings);
std::string_view trimmed(std::string_view text);
std::vector<std::string> split(std::string_view text, char at);

// What a command prints, both streams; its exit status goes to `status`.
std::string output_of(const std::string& command, int& status);

}  // namespace caseload::house
