#pragma once

#include <set>

#include "common/net/beside.h"
#include "common/net/pace.h"
#include "common/program/log.h"
#include "server/service/counters.h"
#include "server/service/store_writer.h"
#include "sync/office/desk.h"
#include "sync/session/limits.h"
#include "sync/session/wire.h"

namespace caseload::server {

// How long sessions may take; the numbers of the protocol, unless a test is in a hurry.
struct SessionLimits {
  Pace pace{std::chrono::seconds(sync::step_seconds_max), std::chrono::seconds(sync::idle_seconds_max)};
  TimeLimit parting{5'000};  // for a peer to read what ended its session, and to go
};

// What all sessions of a service share. Everything outlives them.
struct SessionSupport {
  StoreWriter& writer;
  sync::OfficeStore& store;  // the writer's: read and written in its operations only
  const sync::OfficeSelf& self;  // the rules in it are the writer's too
  SessionLimits limits;
  Counters& counters;
  Log& log;
  Beside& beside;                                // the writer's as well
  sync::AttachmentStore* attachments = nullptr;  // likewise
};

// SessionHandler: one device's session over one connection: carries out what the office's machine asks, the desk's part
// of it on the writer.
//
// Promise  bytes of a session are taken only when its desk has answered, so what it may make us hold is one frame,
//          three messages, of which one is read ahead, and some 600 KiB. An answer leaves when the writer says that it
//          is durable. What a peer may take is limited for every message, however slowly its bytes drip; only a session
//          that watches may be silent. Nothing is awaited with a transaction open.
// Errors   a session that ends early says so with REFUSED, where the peer still listens.
// Threads  the executor's, one for all; the desk is used on the writer's, while the session waits for its answer.
// Attacker with a device's certificate gets what its desk gives that device.
class SessionHandler {
 public:
  SessionHandler(TlsStream stream, const sync::PeerFacts& peer, const SessionSupport& support,
                 const asio::any_io_executor& executor);

  // The whole session; then the goodbye, for which a peer has its time. Whoever calls them keeps this alive until then.
  asio::awaitable<void> run();
  asio::awaitable<void> part();

  // Something was accepted. A session that watches, and is concerned, tells its device; one in the middle of its steps
  // does so afterwards, unless those steps have given it already.
  void hear(const News& news);
  // Ends the session at its next rest, with this Fault; a step under way is finished.
  void end(const Fault& fault);
  void cut() { stream_.close(); }  // at once

  const Id& device() const { return peer_.device; }

 private:
  asio::awaitable<void> write_out();
  // What the desk's answers say of the session, for waking it later.
  struct Learned {
    std::optional<std::uint64_t> told_upto;
    std::optional<std::set<Id>> scopes;
  };
  asio::awaitable<void> ask_desk();
  sync::Answer store_one(const sync::Message& message);
  void learn(const sync::OfficeStore& store, sync::What what, Learned& learned) const;
  asio::awaitable<void> listen();
  asio::awaitable<void> gather(Bytes& came);
  void lose_line();
  bool gives_way();
  TimeLimit listen_limit();
  void count_watching(bool watches);
  void count_end(std::chrono::steady_clock::time_point began);

  const SessionSupport& support_;
  sync::PeerFacts peer_;
  TlsStream stream_;
  Nudge nudge_;
  sync::OfficeSide machine_;
  sync::OfficeDesk desk_;
  sync::SessionWire wire_;
  std::array<std::uint8_t, 16U << 10> buffer_{};  // a TLS record

  std::optional<std::chrono::steady_clock::time_point> listens_since_;  // for the message that is awaited
  std::uint64_t messages_then_ = 0;
  bool line_is_lost_ = false;
  std::optional<Fault> ending_;
  bool counted_watching_ = false;
  std::uint64_t news_upto_ = 0;         // the last position that concerns this device
  std::uint64_t told_upto_ = 0;         // the last position that this session's head speaks of
  std::optional<std::set<Id>> scopes_;  // that the device covers, once known
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
};

// Whom the changes of a message concern, were they accepted.
Concern concern_of(const sync::Message& message);

}  // namespace caseload::server
