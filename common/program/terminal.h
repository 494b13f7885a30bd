#pragma once

#include <string>
#include <string_view>

namespace caseload {

// What a message means. Its sign says it everywhere; colour is added where there is colour, and never alone.
enum class Tone { plain, good, warning, bad };

// Terminal: where text for people goes, and what that place can do.
//
// Promise  colour and foreign text's direction marks appear on a terminal only. NO_COLOR (if not empty) and
//          TERM=dumb are obeyed. What cannot be written is dropped: nobody is there to read it.
// Threads  one owner.
class Terminal {
 public:
  // Looks at the descriptor, which stays the caller's, and at the environment.
  static Terminal of(int file_descriptor);

  bool is_terminal() const { return is_terminal_; }
  bool has_colour() const { return has_colour_; }
  std::size_t columns() const;  // asked anew each time: windows change; 80 where nobody knows
  int file_descriptor() const { return file_descriptor_; }

  void write(std::string_view text) const;

  // "✓ Saved", "! 3 conflicts are open", "✗ Wrong passphrase", in colour where there is colour.
  std::string toned(Tone tone, std::string_view text) const;

  // Text that somebody else wrote, as it may stand in a line of ours: in one line, without control characters, and on a
  // terminal unable to reorder what stands around it.
  std::string foreign(std::string_view text) const;

 private:
  Terminal(int file_descriptor, bool is_terminal, bool has_colour)
      : file_descriptor_(file_descriptor), is_terminal_(is_terminal), has_colour_(has_colour) {}

  int file_descriptor_;
  bool is_terminal_;
  bool has_colour_;
};

}  // namespace caseload
