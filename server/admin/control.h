#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/result.h"

namespace caseload::server {

// Commands for a server that is at work: it owns the store, so it carries them out.
//
// Shape    a socket in the data folder, which only the folder's owner may open; one request and one answer a
//          connection:
//          the words of the command, and what it printed.
// Errors   call_server(): absent: no server is at work here; closed: it went away without an answer; nobody knows then
//          whether it was done.
struct ControlRequest {
  std::vector<std::string> words;
  std::string folder;  // where it was typed: paths begin there
  bool terminal = false;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(words, folder, terminal);
  }
};
struct ControlAnswer {
  std::uint8_t exit_code = 0;
  std::string out;
  std::string err;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(exit_code, out, err);
  }
};
constexpr std::size_t control_bytes_max = 64U << 20;  // a report of an office

Result<ControlAnswer> call_server(const std::string& socket, const ControlRequest& request);

// ControlSocket: the server's end, on a thread of its own, one command at a time.
//
// Errors   open(): in_use: another server is at work here; too_large: a path too long for a socket. Breakage.
class ControlSocket {
 public:
  using Answer = std::function<ControlAnswer(const ControlRequest&)>;

  static Result<std::unique_ptr<ControlSocket>> open(const std::string& path, Answer answer);
  ~ControlSocket();  // ends the thread; a command under way is finished
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  ControlSocket(std::string path, int listening, int ending, Answer answer);
  void run();

  const std::string path_;
  const int listening_;
  const int ending_;  // an eventfd: it is time to end
  const Answer answer_;
  std::thread thread_;
};

}  // namespace caseload::server
