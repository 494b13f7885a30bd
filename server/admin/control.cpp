#include "server/admin/control.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/codec/codec.h"

namespace caseload::server {
namespace {

constexpr int backlog = 16;
constexpr int request_milliseconds = 5'000;  // a request is written at once; whoever says nothing is not waited for
constexpr std::size_t length_bytes = 4;

class File {
 public:
  explicit File(int file) : file_(file) {}
  ~File() {
    if (file_ >= 0) static_cast<void>(::close(file_));
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return file_; }
  int release() { return std::exchange(file_, -1); }

 private:
  int file_;
};

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Fault(Fault::too_large, "the data folder's path is too long for a socket");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool write_all(int file, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool read_all(int file, std::span<std::uint8_t> into, int milliseconds) {
  while (!into.empty()) {
    pollfd waits{file, POLLIN, 0};
    if (::poll(&waits, 1, milliseconds) <= 0) return false;
    const ssize_t got = ::recv(file, into.data(), into.size(), 0);
    if (got <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

bool send_value(int file, const Bytes& value) {
  Bytes bytes;
  append_u32(bytes, static_cast<std::uint32_t>(value.size()));
  append(bytes, value);
  return write_all(file, bytes);
}

std::optional<Bytes> receive_value(int file, int milliseconds) {
  std::array<std::uint8_t, length_bytes> length{};
  if (!read_all(file, length, milliseconds)) return std::nullopt;
  const std::uint64_t size = read_big_endian(length);
  if (size > control_bytes_max) return std::nullopt;
  Bytes value(size);
  if (!read_all(file, value, milliseconds)) return std::nullopt;
  return value;
}

}  // namespace

Result<ControlAnswer> call_server(const std::string& socket, const ControlRequest& request) {
  const Result<sockaddr_un> address = address_of(socket);
  if (!address) return address.fault();
  const File file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (file.get() < 0) throw breakage_from_errno(errno, "making a socket");
  if (::connect(file.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
    return Fault(Fault::absent, "no server is at work here");
  const Fault gone(Fault::closed, "the server went away; whether it was done, look before doing it again");
  if (!send_value(file.get(), encode(request))) return gone;
  const std::optional<Bytes> bytes = receive_value(file.get(), -1);
  if (!bytes) return gone;
  Result<ControlAnswer> answer = decode<ControlAnswer>(*bytes);
  if (!answer) return gone;
  return answer;
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::string& path, Answer answer) {
  const Result<sockaddr_un> address = address_of(path);
  if (!address) return address.fault();
  File file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (file.get() < 0) throw breakage_from_errno(errno, "making a socket");
  // Whoever owns the store owns the name: what a dead server left is in the way of nobody.
  static_cast<void>(::unlink(path.c_str()));
  const mode_t before = ::umask(0177);
  const int bound = ::bind(file.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  const int error = errno;
  ::umask(before);
  if (bound != 0) throw breakage_from_errno(error, "naming the control socket");
  if (::listen(file.get(), backlog) != 0) throw breakage_from_errno(errno, "listening to commands");
  File ending(::eventfd(0, EFD_CLOEXEC));
  if (ending.get() < 0) throw breakage_from_errno(errno, "making an event");
  return std::unique_ptr<ControlSocket>(new ControlSocket(path, file.release(), ending.release(), std::move(answer)));
}

ControlSocket::ControlSocket(std::string path, int listening, int ending, Answer answer)
    : path_(std::move(path)), listening_(listening), ending_(ending), answer_(std::move(answer)), thread_([this] {
        run();
      }) {}

ControlSocket::~ControlSocket() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(ending_, &one, sizeof one));
  thread_.join();
  static_cast<void>(::unlink(path_.c_str()));
  static_cast<void>(::close(listening_));
  static_cast<void>(::close(ending_));
}

void ControlSocket::run() {
  for (;;) {
    std::array<pollfd, 2> waits{pollfd{listening_, POLLIN, 0}, pollfd{ending_, POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
    if ((waits[1].revents & POLLIN) != 0) return;
    if ((waits[0].revents & POLLIN) == 0) continue;
    const File file(::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC));
    if (file.get() < 0) continue;
    const std::optional<Bytes> bytes = receive_value(file.get(), request_milliseconds);
    const Result<ControlRequest> request =
        bytes ? decode<ControlRequest>(*bytes) : Result<ControlRequest>(Fault::truncated);
    if (request) static_cast<void>(send_value(file.get(), encode(answer_(*request))));
  }
}

}  // namespace caseload::server
