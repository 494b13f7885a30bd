#include "client/keys/agent.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "client/keys/hardening.h"
#include "client/keys/private_folder.h"
#include "common/base/durable_file.h"

// Three parts: descriptors and sockets; the side that asks; the process that holds the key. What goes over a
// socket is tiny: an order of fixed size to start with, then single letters.

namespace caseload::client {
namespace {

constexpr timeval answer_time_max{2, 0};  // an agent answers at once, or is not there
constexpr timeval start_time_max{20, 0};  // a machine under load may take its time to start a program
constexpr std::uint8_t ask_key = 'k';
constexpr std::uint8_t ask_forget = 'f';
constexpr std::uint8_t is_ready = 'r';
constexpr std::size_t moment_bytes = 8;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) static_cast<void>(::close(number_));
  }
  bool ok() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

// A descriptor that the system must give us.
Descriptor must(int number, std::string_view doing) {
  if (number < 0) throw breakage_from_errno(errno, doing);
  return Descriptor(number);
}

bool send_all(int socket, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool receive_all(int socket, std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

bool send_letter(int socket, std::uint8_t letter) { return send_all(socket, {&letter, 1}); }

bool receive_letter(int socket, std::uint8_t& letter) { return receive_all(socket, {&letter, 1}); }

void limit_waiting(int socket, const timeval& most) {
  static_cast<void>(::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most));
  static_cast<void>(::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most));
}

// Whether the process at the other end is of our user.
bool is_our_user(int socket) {
  ucred other{};
  socklen_t size = sizeof other;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &other, &size) == 0 && other.uid == ::geteuid();
}

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Descriptor new_socket() { return must(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "making a socket"); }

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// A connection to an agent of our user, or none.
std::optional<Descriptor> connect_to(const std::string& path) {
  const std::optional<sockaddr_un> address = address_of(path);
  if (!address || !require_private_folder(folder_of(path))) return std::nullopt;
  Descriptor socket = new_socket();
  limit_waiting(socket.number(), answer_time_max);
  const auto* generic = reinterpret_cast<const sockaddr*>(&*address);
  if (::connect(socket.number(), generic, sizeof *address) != 0) return std::nullopt;
  if (!is_our_user(socket.number())) return std::nullopt;
  return socket;
}

// Starts the program with our end of the pair as its standard input and nothing else of ours.
pid_t spawn(const std::vector<std::string>& program, int its_end) {
  std::vector<char*> words;
  for (const std::string& word : program) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  char* no_environment[] = {nullptr};
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, its_end, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  pid_t child = -1;
  const int error = ::posix_spawn(&child, words.front(), &actions, nullptr, words.data(), no_environment);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw breakage_from_errno(error, "starting the agent");
  return child;
}

// The order that an agent starts with: until when, which key, and where to listen.
struct Order {
  Duration until{0};
  Secret key{agent_key_bytes};
  std::string path;
};

bool send_order(int socket, const Order& order) {
  Bytes moment;
  append_u64(moment, static_cast<std::uint64_t>(order.until.count()));
  Bytes size;
  append_u16(size, static_cast<std::uint16_t>(order.path.size()));
  return send_all(socket, moment) && send_all(socket, order.key.view()) && send_all(socket, size) &&
         send_all(socket, as_bytes(order.path));
}

std::optional<Order> receive_order(int socket) {
  Order order;
  ByteArray<moment_bytes> moment{};
  ByteArray<2> size{};
  if (!receive_all(socket, moment) || !receive_all(socket, order.key.writable())) return {};
  if (!receive_all(socket, size)) return {};
  order.until = Duration(static_cast<std::int64_t>(read_big_endian(moment)));
  Bytes path(read_big_endian(size));
  if (path.empty() || !receive_all(socket, path)) return {};
  order.path = as_text(path);
  return order;
}

// The socket gets its name when it listens, in place of one that a killed agent left.
Descriptor listen_at(const std::string& path) {
  const std::string part = path + ".part";
  const std::optional<sockaddr_un> address = address_of(part);
  CHECK(address.has_value(), "the path was measured before the agent was started");
  static_cast<void>(::unlink(part.c_str()));
  Descriptor socket = new_socket();
  const bool bound = ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  if (!bound || ::listen(socket.number(), 16) != 0 || std::rename(part.c_str(), path.c_str()) != 0) {
    throw breakage_from_errno(errno, "listening as an agent");
  }
  return socket;
}

// Counts asleep or awake, and whatever is done to the wall clock.
Descriptor timer_until(Duration until) {
  Descriptor timer = must(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC), "making a timer");
  itimerspec time{};
  time.it_value.tv_sec = until.count() / 1000;
  time.it_value.tv_nsec = until.count() % 1000 * 1'000'000 + 1;  // zero would mean never
  if (::timerfd_settime(timer.number(), TFD_TIMER_ABSTIME, &time, nullptr) != 0) {
    throw breakage_from_errno(errno, "setting a timer");
  }
  return timer;
}

// The signals that end a process, as something to read: the key is wiped before it goes.
Descriptor ending_signals() {
  sigset_t signals{};
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&signals, signal);
  if (::sigprocmask(SIG_BLOCK, &signals, nullptr) != 0) throw breakage_from_errno(errno, "holding signals");
  return must(::signalfd(-1, &signals, SFD_CLOEXEC), "reading signals");
}

// Whether to go on after what this one asked.
bool answer(int socket, const Secret& key) {
  limit_waiting(socket, answer_time_max);
  std::uint8_t asked = 0;
  if (!is_our_user(socket) || !receive_letter(socket, asked)) return true;
  if (asked == ask_key) static_cast<void>(send_all(socket, key.view()));
  return asked != ask_forget;
}

// Returns when the key is wiped. Whoever asked to forget waits until his connection closes, which the end of
// the process does.
void hold(const Descriptor& listener, Order order) {
  const Descriptor timer = timer_until(order.until);
  const Descriptor signals = ending_signals();
  for (;;) {
    pollfd ready[] = {{timer.number(), POLLIN, 0}, {signals.number(), POLLIN, 0}, {listener.number(), POLLIN, 0}};
    if (::poll(ready, 3, -1) < 0) {
      if (errno == EINTR) continue;
      throw breakage_from_errno(errno, "waiting as an agent");
    }
    if (ready[0].revents != 0 || ready[1].revents != 0) return;
    const int asking = ::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC);
    if (asking < 0) continue;
    if (!answer(asking, order.key)) return;
    static_cast<void>(::close(asking));
  }
}

// Standard input is the socket to whoever started us; it closes when we are ready, and no terminal stays
// held.
void say_ready(int orders) {
  static_cast<void>(send_letter(orders, is_ready));
  const Descriptor nothing = must(::open("/dev/null", O_RDWR | O_CLOEXEC), "opening nothing");
  static_cast<void>(::dup2(nothing.number(), orders));
}

}  // namespace

Result<void> start_agent(const AgentPlace& place, const Secret& key, Duration until) {
  CHECK(key.size() == agent_key_bytes && !place.program.empty(), "a database key, and a program to hold it");
  if (!address_of(place.socket + ".part")) return Fault(Fault::too_large, "the path of the agent's socket");
  if (Result<void> folder = make_private_folder(folder_of(place.socket)); !folder) return folder;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw breakage_from_errno(errno, "making a socket");
  }
  const Descriptor ours(ends[0]);
  pid_t child = -1;
  {
    const Descriptor its(ends[1]);
    child = spawn(place.program, its.number());
  }
  limit_waiting(ours.number(), start_time_max);
  const bool sent = send_order(ours.number(), {.until = until, .key = key.clone(), .path = place.socket});
  std::uint8_t letter = 0;
  const bool ready = sent && receive_letter(ours.number(), letter) && letter == is_ready;
  if (!ready) static_cast<void>(::kill(child, SIGKILL));  // an agent leaves a child of its own and ends at once
  static_cast<void>(::waitpid(child, nullptr, 0));
  if (!ready) throw Breakage(Breakage::What::refused, "the agent did not start");
  return {};
}

Result<Secret> agent_key(const std::string& socket) {
  const std::optional<Descriptor> agent = connect_to(socket);
  Secret key(agent_key_bytes);
  if (!agent || !send_letter(agent->number(), ask_key) || !receive_all(agent->number(), key.writable())) {
    return Fault::locked;
  }
  return key;
}

void forget_in_agent(const std::string& socket) {
  const std::optional<Descriptor> agent = connect_to(socket);
  if (!agent) return;
  std::uint8_t never = 0;
  static_cast<void>(send_letter(agent->number(), ask_forget));
  static_cast<void>(receive_letter(agent->number(), never));  // returns when the process is gone
  static_cast<void>(::unlink(socket.c_str()));
}

int run_agent(int orders) {
  try {
    harden_process();
    ::umask(077);
    const pid_t holder = ::fork();  // before there is a key to copy
    if (holder < 0) return 4;
    if (holder > 0) ::_exit(0);
    ::setsid();
    limit_waiting(orders, start_time_max);
    std::optional<Order> order = receive_order(orders);
    if (!order) return 4;
    const Descriptor listener = listen_at(order->path);
    if (::chdir("/") != 0) return 4;  // nobody's stick or folder is kept in use
    say_ready(orders);
    hold(listener, *std::move(order));
    return 0;
  } catch (const Breakage&) {
    return 4;
  }
}

}  // namespace caseload::client
