#include "client/web/door.h"

#include <atomic>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

// What is sent as it stands, to a door of our own; its first line in answer, or nothing if it was let go of without one.
class Line {
 public:
  explicit Line(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~Line() { ::close(socket_); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void send(const std::string& bytes) const {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t sent = ::send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }
  void done() const { ::shutdown(socket_, SHUT_WR); }
  std::string answer() const {
    std::string all;
    char piece[4096];
    for (ssize_t got = 0; (got = ::recv(socket_, piece, sizeof piece, 0)) > 0;) all.append(piece, static_cast<std::size_t>(got));
    return all;
  }

 private:
  int socket_;
};

std::string first_line(const std::string& answer) { return answer.substr(0, answer.find('\r')); }

struct Counting {
  std::atomic<int> asked = 0;
  std::atomic<std::size_t> longest = 0;
  std::unique_ptr<Door> door;

  explicit Counting(Duration patience = patience_usual) {
    const auto answer = [this](const HttpRequest& request) {
      ++asked;
      longest = std::max<std::size_t>(longest, request.body.size());
      return HttpResponse{200, "text/plain", "answered", {}};
    };
    Result<std::unique_ptr<Door>> opened = Door::open(0, answer, patience);
    REQUIRE(opened.ok());
    door = std::move(*opened);
  }
};

}  // namespace

TEST_CASE("what is no plain request of a browser is refused, and never reaches a page") {
  Counting counting;
  const std::string host = "Host: 127.0.0.1\r\n";
  const struct {
    const char* what;
    std::string sent;
    const char* status;
  } rows[] = {
      {"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", "400"},
      {"length and chunks", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"chunks", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n", "400"},
      {"squeezed", "POST / HTTP/1.1\r\n" + host + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "400"},
      {"a length below zero", "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", "400"},
      {"a length with a sign", "POST / HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\nabc", "400"},
      {"a length in sixteens", "POST / HTTP/1.1\r\n" + host + "Content-Length: 0x3\r\n\r\nabc", "400"},
      {"a length beyond all", "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", "400"},
      {"a form larger than any", "POST / HTTP/1.1\r\n" + host + "Content-Length: 5000000\r\n\r\n", "413"},
      {"a form without a length", "POST / HTTP/1.1\r\n" + host + "\r\n", "411"},
      {"reading with a body", "GET / HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc", "400"},
      {"a target without end", "GET /" + std::string(3'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", "414"},
      {"headers without end",
       "GET / HTTP/1.1\r\n" + host +
           [] {
             std::string many;
             for (int i = 0; i < 100; ++i) many += "X-" + std::to_string(i) + ": a\r\n";
             return many;
           }() +
           "\r\n",
       "431"},
      {"one header of 64 KB", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(65'536, 'a') + "\r\n\r\n", "400"},
      {"PUT", "PUT / HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n", "405"},
      {"garbage for a method", "FROB / HTTP/1.1\r\n" + host + "\r\n", "40"},
      {"no request at all", "\x16\x03\x01\x02\r\n\r\n", "400"},
      {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "400"},
      {"a version that is none", "GET / HTTP/9.9\r\n" + host + "\r\n", "400"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const Line line(counting.door->port());
    line.send(row.sent);
    line.done();
    CHECK(first_line(line.answer()).find(std::string(" ") + row.status) != std::string::npos);
  }
  CHECK(counting.asked == 0);
}

TEST_CASE("a request is answered once, and what follows it on the line is not read as another") {
  Counting counting;
  const Line line(counting.door->port());
  line.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /second HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  line.done();
  const std::string answer = line.answer();
  CHECK(first_line(answer) == "HTTP/1.1 200 OK");
  CHECK(answer.find("answered") == answer.rfind("answered"));
  CHECK(counting.asked == 1);
}

TEST_CASE("a form as large as the longest note arrives whole, and half of one never reaches a page") {
  Counting counting;
  const std::string body(3'500'000, 'a');
  const Line line(counting.door->port());
  line.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3500000\r\n\r\n" + body);
  line.done();
  CHECK(first_line(line.answer()) == "HTTP/1.1 200 OK");
  CHECK(counting.longest == body.size());
  const Line half(counting.door->port());
  half.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf");
  half.done();
  CHECK(first_line(half.answer()).find(" 200") == std::string::npos);
  CHECK(counting.asked == 1);
}

TEST_CASE("a peer that is slow is let go of, and keeps nobody else waiting for ever") {
  Counting counting(std::chrono::milliseconds(200));
  std::vector<std::unique_ptr<Line>> slow;
  for (const char* begun : {"", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: 127.0", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"}) {
    for (int i = 0; i < 4; ++i) {  // more than there are hands
      slow.push_back(std::make_unique<Line>(counting.door->port()));
      slow.back()->send(begun);
    }
  }
  const Line quick(counting.door->port());
  quick.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  CHECK(first_line(quick.answer()) == "HTTP/1.1 200 OK");
  for (const std::unique_ptr<Line>& line : slow) CHECK(line->answer().find("answered") == std::string::npos);  // it ended
  CHECK(counting.asked == 1);
}

TEST_CASE("a port that is taken is told, and the door is of this machine alone") {
  Counting counting;
  const Result<std::unique_ptr<Door>> second = Door::open(counting.door->port(), [](const HttpRequest&) { return HttpResponse{}; });
  CHECK_FALSE(second.ok());
  if (!second) CHECK(second.fault() == Fault::in_use);
}
