#include "common/program/prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "common/base/text.h"

namespace caseload {
namespace {

// What the signal handler needs; a terminal is one, and so is this.
struct Question {
  int terminal = -1;
  int wake = -1;  // the writing end of a pipe whose other end is waited on together with the terminal
  termios before{};
  termios during{};
};
Question question_open;

// Not SIGTTIN and SIGTTOU: in the background the terminal is not ours to give back.
constexpr std::array watched{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
std::array<struct sigaction, watched.size()> actions_before;

// In a handler its own signal is blocked: raised again, it would wait until we return.
void pass_on_at_once(int signal) {
  sigset_t only;
  sigset_t blocked;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::raise(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &only, &blocked);
  ::pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
}

// Gives the terminal back, lets the signal do what it would have done, and, if we still live, goes on asking or, for
// any signal but a stop, wakes the one who waits. Only calls that POSIX allows in a handler.
extern "C" void show_and_pass_on(int signal) {
  const int error = errno;
  const std::size_t which =
      static_cast<std::size_t>(std::find(watched.begin(), watched.end(), signal) - watched.begin());
  struct sigaction ours {};
  ::tcsetattr(question_open.terminal, TCSANOW, &question_open.before);
  ::sigaction(signal, &actions_before[which], &ours);
  pass_on_at_once(signal);
  ::sigaction(signal, &ours, nullptr);
  ::tcsetattr(question_open.terminal, TCSANOW, &question_open.during);
  // A full pipe has woken already.
  if (signal != SIGTSTP) static_cast<void>(!::write(question_open.wake, "", 1));
  errno = error;
}

// While a question is open: signals are watched, and what is typed is hidden if asked for.
class OpenQuestion {
 public:
  OpenQuestion(int terminal, bool hide) {
    if (::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) throw breakage_from_errno(errno, "a pipe for signals");
    question_open.terminal = terminal;
    question_open.wake = pipe_[1];
    const bool known = ::tcgetattr(terminal, &question_open.before) == 0;
    question_open.during = question_open.before;
    if (hide) question_open.during.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (hide) question_open.during.c_lflag |= ECHONL;
    watch_signals();
    // What was typed before the question was shown was not meant to be hidden; it is thrown away.
    if (known && (!hide || ::tcsetattr(terminal, TCSAFLUSH, &question_open.during) == 0)) return;
    const int error = errno;
    close();
    throw breakage_from_errno(error, "the settings of the terminal");
  }
  ~OpenQuestion() {
    ::tcsetattr(question_open.terminal, TCSANOW, &question_open.before);
    close();
  }
  OpenQuestion(const OpenQuestion&) = delete;
  OpenQuestion& operator=(const OpenQuestion&) = delete;

  int woken() const { return pipe_[0]; }

 private:
  static void watch_signals() {
    struct sigaction action {};
    action.sa_handler = show_and_pass_on;
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < watched.size(); ++i) {
      ::sigaction(watched[i], nullptr, &actions_before[i]);
      if (actions_before[i].sa_handler != SIG_IGN) ::sigaction(watched[i], &action, nullptr);
    }
  }
  void close() const {
    for (std::size_t i = 0; i < watched.size(); ++i) ::sigaction(watched[i], &actions_before[i], nullptr);
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }

  int pipe_[2] = {-1, -1};
};

Fault too_long() {
  return Fault(Fault::too_large, "an answer of at most " + std::to_string(answer_bytes_max) + " bytes");
}

// Whether there is something to read; false when a signal woke us first. A signal between question and waiting is not
// missed, as it would be by a read that a signal interrupts. A negative `woken` is nobody.
bool something_to_read(int input, int woken) {
  if (woken < 0) return true;
  std::array<pollfd, 2> both{pollfd{input, POLLIN, 0}, pollfd{woken, POLLIN, 0}};
  while (::poll(both.data(), both.size(), -1) < 0) {
    if (errno != EINTR) throw breakage_from_errno(errno, "waiting for an answer");
  }
  return both[1].revents == 0;
}

ssize_t read_byte(int input, std::uint8_t* to) {
  ssize_t got = 0;
  do {
    got = ::read(input, to, 1);
  } while (got < 0 && errno == EINTR);
  return got;
}

// One byte at a time: what stands behind the line is somebody else's. The buffer is a Secret, so that no copy is left.
Result<Secret> read_line(int input, int woken) {
  Secret buffer(answer_bytes_max + 1);
  std::size_t size = 0;
  for (;;) {
    if (!something_to_read(input, woken)) return Fault(Fault::cancelled, "by a signal");
    const ssize_t got = read_byte(input, buffer.writable().data() + size);
    // A terminal that hangs up fails rather than ends.
    if (got < 0 && errno != EIO) throw breakage_from_errno(errno, "reading an answer");
    if (got <= 0 && size == 0) return Fault(Fault::cancelled, "the input ended");
    if (got <= 0 || buffer.view()[size] == '\n') break;
    if (++size > answer_bytes_max) return too_long();
  }
  return Secret::copy_of(buffer.view().first(size));
}

}  // namespace

Result<Secret> read_secret_line(int file_descriptor) { return read_line(file_descriptor, -1); }

Result<Secret> Prompt::answer_to(std::string_view question, bool hide) const {
  if (::isatty(answers_) != 1 || !questions_.is_terminal()) {
    return Fault(Fault::absent, "a terminal to ask on; pass --passphrase-file, --passphrase-fd or the answer itself");
  }
  const OpenQuestion open(answers_, hide);
  questions_.write(question);
  questions_.write(" ");
  Result<Secret> answer = read_line(answers_, open.woken());
  // The rest of a line that was too long is not the answer to the next question.
  if (!answer && answer.fault() == Fault::too_large) ::tcflush(answers_, TCIFLUSH);
  return answer;
}

Result<std::string> Prompt::ask(std::string_view question) const {
  const Result<Secret> answer = answer_to(question, false);
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

Result<Secret> Prompt::ask_hidden(std::string_view question) const { return answer_to(question, true); }

}  // namespace caseload
