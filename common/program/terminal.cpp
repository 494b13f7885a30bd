#include "common/program/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "common/base/text.h"

namespace caseload {
namespace {

constexpr std::size_t columns_unknown = 80;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return {};
  return value;
}

// Control characters become spaces: those of ASCII, and U+0080 to U+009F, which some terminals obey as they do ESC.
std::string without_controls(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    const bool upper = byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (upper) ++at;
    if (upper || byte < 0x20 || byte == 0x7f) plain += ' ';
    else plain += text[at];
  }
  return plain;
}

}  // namespace

Terminal Terminal::of(int file_descriptor) {
  const bool is_terminal = ::isatty(file_descriptor) == 1;
  const bool has_colour = is_terminal && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  return Terminal(file_descriptor, is_terminal, has_colour);
}

std::size_t Terminal::columns() const {
  winsize size{};
  if (!is_terminal_ || ::ioctl(file_descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return columns_unknown;
  return size.ws_col;
}

void Terminal::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(file_descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string Terminal::toned(Tone tone, std::string_view text) const {
  struct Look {
    const char* sign;
    const char* colour;
  };
  static constexpr Look looks[] = {{"", ""}, {"✓ ", "\x1b[32m"}, {"! ", "\x1b[33m"}, {"✗ ", "\x1b[31m"}};
  const Look look = looks[static_cast<std::size_t>(tone)];
  const std::string said = std::string(look.sign).append(text);
  if (!has_colour_ || tone == Tone::plain) return said;
  return look.colour + said + "\x1b[0m";
}

std::string Terminal::foreign(std::string_view text) const {
  const std::string plain = without_controls(text);
  if (!is_terminal_) return plain;
  return isolate_for_display(plain);
}

}  // namespace caseload
