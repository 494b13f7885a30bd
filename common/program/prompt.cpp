#include "common/program/prompt.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "common/base/text.h"

namespace caseload {
namespace {

// What a signal handler needs; a terminal is one, and so is this.
struct Hiding {
  int terminal = -1;
  termios shown{};
  termios hidden{};
};
Hiding hiding;

// Not SIGTTIN and SIGTTOU: in the background the terminal is not ours to give back.
constexpr std::array watched{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
std::array<struct sigaction, watched.size()> before;

std::atomic<bool> stopped_and_continued{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

// Gives the terminal back, lets the signal do what it would have done, and, if we still live, hides again. Only calls
// that POSIX allows in a handler.
extern "C" void show_and_pass_on(int signal) {
  const int error = errno;
  const std::size_t which = static_cast<std::size_t>(
      std::find(watched.begin(), watched.end(), signal) - watched.begin());
  struct sigaction ours {};
  ::tcsetattr(hiding.terminal, TCSANOW, &hiding.shown);
  ::sigaction(signal, &before[which], &ours);
  ::raise(signal);
  ::sigaction(signal, &ours, nullptr);
  ::tcsetattr(hiding.terminal, TCSANOW, &hiding.hidden);
  if (signal == SIGTSTP) stopped_and_continued = true;
  errno = error;
}

// Hides what is typed, for as long as it lives.
class Hidden {
 public:
  explicit Hidden(int terminal) {
    if (::tcgetattr(terminal, &hiding.shown) != 0) throw breakage_from_errno(errno, "reading the terminal's settings");
    hiding.terminal = terminal;
    hiding.hidden = hiding.shown;
    hiding.hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    hiding.hidden.c_lflag |= ECHONL;
    watch_signals();
    // What was typed before the question was shown was not meant to be hidden; it is thrown away.
    if (::tcsetattr(terminal, TCSAFLUSH, &hiding.hidden) != 0) {
      const int error = errno;
      unwatch_signals();
      throw breakage_from_errno(error, "hiding what is typed");
    }
  }
  ~Hidden() {
    ::tcsetattr(hiding.terminal, TCSANOW, &hiding.shown);
    unwatch_signals();
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

 private:
  // No SA_RESTART: a signal that the program survives ends the read. SA_NODEFER: raise() in the handler acts at once.
  static void watch_signals() {
    struct sigaction action {};
    action.sa_handler = show_and_pass_on;
    action.sa_flags = SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < watched.size(); ++i) {
      ::sigaction(watched[i], nullptr, &before[i]);
      if (before[i].sa_handler != SIG_IGN) ::sigaction(watched[i], &action, nullptr);
    }
  }
  static void unwatch_signals() {
    for (std::size_t i = 0; i < watched.size(); ++i) ::sigaction(watched[i], &before[i], nullptr);
  }
};

Fault too_long() { return Fault(Fault::too_large, "an answer of at most " + std::to_string(answer_bytes_max) + " bytes"); }

}  // namespace

// One byte at a time: what stands behind the line is somebody else's. The buffer is a Secret, so that no copy is left.
Result<Secret> read_secret_line(int file_descriptor) {
  Secret buffer(answer_bytes_max + 1);
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(file_descriptor, buffer.writable().data() + size, 1);
    if (got < 0 && errno == EINTR) {
      if (stopped_and_continued.exchange(false)) continue;
      return Fault(Fault::cancelled, "by a signal");
    }
    // A terminal that hangs up fails rather than ends.
    if (got < 0 && errno != EIO) throw breakage_from_errno(errno, "reading an answer");
    if (got <= 0 && size == 0) return Fault(Fault::cancelled, "the input ended");
    if (got <= 0 || buffer.view()[size] == '\n') break;
    if (++size > answer_bytes_max) return too_long();
  }
  return Secret::copy_of(buffer.view().first(size));
}

Result<Secret> Prompt::answer_to(std::string_view question) const {
  if (::isatty(answers_) != 1 || !questions_.is_terminal()) {
    return Fault(Fault::absent, "a terminal to ask on; pass --passphrase-file, --passphrase-fd or the answer itself");
  }
  questions_.write(question);
  questions_.write(" ");
  Result<Secret> answer = read_secret_line(answers_);
  // The rest of a line that was too long is not the answer to the next question.
  if (!answer && answer.fault() == Fault::too_large) ::tcflush(answers_, TCIFLUSH);
  return answer;
}

Result<std::string> Prompt::ask(std::string_view question) const {
  const Result<Secret> answer = answer_to(question);
  if (!answer) return answer.fault();
  return check_line(as_text(answer->view()), answer_bytes_max);
}

Result<bool> Prompt::ask_yes_no(std::string_view question, std::optional<bool> standard) const {
  std::string_view choices = "[y/n]";
  if (standard) choices = *standard ? "[Y/n]" : "[y/N]";
  const std::string full = std::string(question).append(" ").append(choices);
  for (;;) {
    const Result<std::string> answer = ask(full);
    if (!answer) return answer.fault();
    if (answer->empty() && standard) return *standard;
    if (*answer == "y" || *answer == "Y" || *answer == "yes") return true;
    if (*answer == "n" || *answer == "N" || *answer == "no") return false;
  }
}

Result<Secret> Prompt::ask_hidden(std::string_view question) const {
  if (::isatty(answers_) != 1) return answer_to(question);
  const Hidden hidden(answers_);
  return answer_to(question);
}

}  // namespace caseload
