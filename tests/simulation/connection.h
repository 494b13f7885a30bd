#pragma once

#include <deque>
#include <memory>

#include "sync/session/dialogue.h"
#include "sync/session/frame.h"
#include "tests/simulation/laptop.h"
#include "tests/simulation/office.h"

namespace caseload::sync {

class Connection;

// What the checkers see of a connection as it happens. Messages are those of the machines, before the wire.
class ConnectionWatcher {
 public:
  virtual ~ConnectionWatcher() = default;
  virtual void content_begins(Connection& connection) = 0;
  virtual void office_sends(Connection& connection, const Message& message) = 0;
  virtual void device_gets(Connection& connection, const Message& message) = 0;
  virtual void device_took(Connection& connection, const Message& message) = 0;
  virtual void device_is_done(Connection& connection) = 0;  // it has let go of what it must; PART comes next
  virtual void ended(Connection& connection, Side side, const std::optional<Fault>& fault) = 0;
};

// Connection: one session between a laptop and the office over an unreliable wire, moved one small step at a time.
//
// Promise  messages arrive in order or not at all, as on a stream; when it is cut, what was under way is gone. In some
//          connections they travel as bytes of the frame layer, in pieces of any size.
// Errors   Crash and Breakage of the stores pass; the caller drops the connection.
class Connection {
 public:
  struct Manner {
    bool watch = false;
    bool frames = false;
    bool tamper = false;  // somebody between the two alters one page
  };
  Connection(Laptop& laptop, Office& office, ConnectionWatcher& watcher, const Manner& manner);

  enum class Move { device_effect, office_effect, to_office, to_device };
  bool can(Move move) const;
  void move(Move move, Random& random);
  void wake();   // the office has news
  void again();  // the device has news of its own, on a session that watches
  void close(Side alive);  // the other side is gone
  void leave();  // the device is gone; the office has not noticed yet, and takes what is still on its way
  bool over() const { return device_over_ && office_over_; }
  bool device_left() const { return device_over_; }
  bool is_watching() const {
    return device_.state() == SessionState::watching && office_.state() == SessionState::watching && device_effects_.empty();
  }
  bool was_tampered() const { return tampered_; }

  Laptop& laptop() const { return laptop_; }
  const SessionReport& report() const { return device_desk_.report(); }

  // For the checkers: what was fixed when the content began.
  std::uint64_t offered_size = 0;  // of the ledger, by the last head that was sent
  std::uint64_t upto = 0;
  WallTime begun{};
  std::size_t rules = 0;
  Standing standing = Standing::active;
  bool content = false;

 private:
  struct Wire {
    std::deque<Bytes> messages;
    Bytes bytes;  // with frames
    FrameWriter writer;
    FrameReader reader;
  };
  void carry_out(Side side, const Effect& effect);
  void add(Side side, Effects effects);
  void send(Side from, const Bytes& message);
  void deliver(Side to, Random& random);
  void hand_over(Side to, Bytes message, Random& random);
  Bytes altered(const Bytes& message, Random& random);
  Dialogue& dialogue_of(Side side) { return side == Side::device ? device_dialogue_ : office_dialogue_; }

  Laptop& laptop_;
  Office& office_world_;
  ConnectionWatcher& watcher_;
  Manner manner_;
  bool tampered_ = false;
  DeviceTrust trust_;
  DeviceDesk device_desk_;
  DeviceSide device_;
  OfficeSelf self_;
  OfficeDesk office_desk_;
  OfficeSide office_;
  std::deque<Effect> device_effects_;
  std::deque<Effect> office_effects_;
  bool device_over_ = false;
  bool office_over_ = false;
  std::unique_ptr<Wire> to_office_;
  std::unique_ptr<Wire> to_device_;
  Dialogue device_dialogue_;  // with frames
  Dialogue office_dialogue_;
};

}  // namespace caseload::sync
