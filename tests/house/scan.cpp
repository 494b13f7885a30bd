#include "tests/house/scan.h"

#include <sys/wait.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "common/base/check.h"

namespace caseload::house {
namespace {

namespace fs = std::filesystem;

bool is_left_out(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == "build" || name == "node_modules" || name == ".git" ||
         path.generic_string().ends_with("tests/house/planted");
}

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream all;
  all << stream.rdbuf();
  return all.str();
}

void add_if_text(const fs::path& root, const fs::path& path, Files& files) {
  const std::string text = content_of(path);
  if (text.find('\0') != std::string::npos) return;
  files.push_back(file_of(fs::relative(path, root).generic_string(), text));
}

// Blanker walks through a file once and remembers across lines only what C++ lets stand across lines.
class Blanker {
 public:
  std::string blank(const std::string& line) {
    std::string code(line.size(), ' ');
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (in_comment_ || !raw_end_.empty()) {
        i = skip_to_end(line, i);
      } else if (line.compare(i, 2, "//") == 0) {
        break;
      } else if (line.compare(i, 2, "/*") == 0) {
        in_comment_ = true;
        ++i;
      } else if (line[i] == '"' && i > 0 && line[i - 1] == 'R') {
        raw_end_ = ")" + line.substr(i + 1, line.find('(', i) - i - 1) + "\"";
        code[i] = '"';
      } else if (line[i] == '"' || (line[i] == '\'' && !is_digit_separator(line, i))) {
        code[i] = line[i];
        i = end_of_quote(line, i);
        if (i < line.size()) code[i] = line[i];
      } else {
        code[i] = line[i];
      }
    }
    return code;
  }

 private:
  static bool is_digit_separator(const std::string& line, std::size_t at) {
    return at > 0 && std::isxdigit(static_cast<unsigned char>(line[at - 1])) != 0;
  }

  static std::size_t end_of_quote(const std::string& line, std::size_t start) {
    std::size_t i = start + 1;
    while (i < line.size() && line[i] != line[start]) i += line[i] == '\\' ? 2U : 1U;
    return i;
  }

  // The last character of what began on an earlier one, or of the line.
  std::size_t skip_to_end(const std::string& line, std::size_t from) {
    const std::string end = in_comment_ ? "*/" : raw_end_;
    const std::size_t found = line.find(end, from);
    if (found == std::string::npos) return line.size();
    in_comment_ = false;
    raw_end_.clear();
    return found + end.size() - 1;
  }

  bool in_comment_ = false;
  std::string raw_end_;
};

}  // namespace

std::string File::folder() const { return path.substr(0, path.find_last_of('/') + 1); }
std::string File::name() const { return path.substr(path.find_last_of('/') + 1); }
std::string File::stem() const { return path.substr(0, path.find('.', path.find_last_of('/') + 1)); }

File file_of(std::string path, std::string_view text) {
  File file{std::move(path), split(text, '\n')};
  if (!file.lines.empty() && file.lines.back().empty()) file.lines.pop_back();
  return file;
}

Files read_files(const fs::path& root, const std::vector<std::string>& below) {
  Files files;
  for (const std::string& name : below) {
    if (fs::is_regular_file(root / name)) add_if_text(root, root / name, files);
    if (!fs::is_directory(root / name)) continue;
    for (auto i = fs::recursive_directory_iterator(root / name); i != fs::recursive_directory_iterator();
         ++i) {
      if (is_left_out(i->path())) i.disable_recursion_pending();
      if (i->is_regular_file()) add_if_text(root, i->path(), files);
    }
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> code_of(const File& file) {
  Blanker blanker;
  std::vector<std::string> code;
  for (const std::string& line : file.lines) code.push_back(blanker.blank(line));
  return code;
}

std::string Complaint::to_string() const {
  return path + (line == 0 ? "" : ":" + std::to_string(line)) + ": " + rule + ": " + what;
}

Exceptions read_exceptions(const File& file, Complaints& complaints) {
  Exceptions exceptions{file.path, {}};
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = trimmed(file.lines[i]);
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> parts = split(line, '|');
    parts.resize(std::max<std::size_t>(parts.size(), 3));
    for (std::string& part : parts) part = std::string(trimmed(part));
    if (parts.size() != 3 || parts[0].find('.') == std::string::npos || parts[1].empty() ||
        parts[2].size() < 20)
      complaints.push_back(
          {file.path, i + 1, "exceptions.row", "a row is `rule | path | a reason that persuades`"});
    else
      exceptions.rows.push_back({parts[0], parts[1], parts[2], i + 1});
  }
  return exceptions;
}

Complaints without_exceptions(const Complaints& found, const Exceptions& exceptions,
                              std::string_view family) {
  Complaints left;
  std::vector<bool> used(exceptions.rows.size(), false);
  for (const Complaint& complaint : found) {
    bool excepted = false;
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (exceptions.rows[i].rule != complaint.rule || exceptions.rows[i].path != complaint.path) continue;
      excepted = used[i] = true;
    }
    if (!excepted) left.push_back(complaint);
  }
  const std::string begins = std::string(family) + ".";
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Exception& row = exceptions.rows[i];
    if (!used[i] && row.rule.starts_with(begins))
      left.push_back({exceptions.path, row.line, "exceptions.unused",
                      row.path + " no longer breaks " + row.rule + ": remove the row"});
  }
  return left;
}

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view b) { return text.starts_with(b); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string output_of(const std::string& command, int& status) {
  std::string output;
  FILE* const pipe = ::popen(("(" + command + ") 2>&1 </dev/null").c_str(), "r");
  CHECK(pipe != nullptr, "a command could not be started");
  std::array<char, 4096> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), pipe))
    output.append(block.data(), got);
  const int ended = ::pclose(pipe);
  status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128;
  return output;
}

}  // namespace caseload::house
