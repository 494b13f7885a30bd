#include "client/link/sync_runner.h"

#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "sync/transaction.h"

namespace caseload::client {
namespace {

constexpr TimeLimit batch_time{sync::commit_ms_max};
constexpr TimeLimit parting{3'000};  // for the office's goodbye, on which nothing depends

}  // namespace

// What again() and cancel() reach from other threads, on the thread of run().
struct SyncRunner::Loop {
  asio::io_context io{1};
  Nudge nudge{io.get_executor()};
  bool listens = false;
  bool wants_round = false;
  bool cancelled = false;
};

// One session while it lasts.
class SyncRunner::Session {
 public:
  Session(SyncRunner& runner, const LinkSetting& setting, const SyncHooks& hooks)
      : runner_(runner), loop_(*runner.loop_), setting_(setting), hooks_(hooks),
        desk_(runner.store_, runner.catalogue_, runner.trust_, runner.clock_), machine_(setting.watch),
        wire_(machine_) {
    if (runner.attachments_ != nullptr) desk_.use(*runner.attachments_);
  }

  asio::awaitable<void> run() {
    Result<TlsStream> stream = co_await connect();
    if (!stream) {
      outcome_.fault = stream.fault();
      co_return;
    }
    if (const Result<void> office = judge(stream->peer_certificate()); !office) {
      outcome_.fault = office.fault();
      co_return;
    }
    loop_.listens = true;
    wire_.add(machine_.start());
    co_await talk(*stream);
    loop_.listens = false;
    outcome_.fault = wire_.fault();
    // A line that was lost for a reason of its own: the office refused our certificate, or we were too slow.
    if (lost_by_ && outcome_.fault && *outcome_.fault == Fault(Fault::closed)) outcome_.fault = lost_by_;
    if (in_round_) end_round();
    if (!lost_by_) static_cast<void>(co_await stream->shutdown(parting));
  }

  SyncOutcome outcome() const { return outcome_; }

 private:
  // Connecting gives way to cancel(), too.
  asio::awaitable<Result<TlsStream>> connect() {
    using namespace asio::experimental::awaitable_operators;
    if (std::exchange(loop_.cancelled, false)) co_return Fault::cancelled;
    std::optional<Result<TlsStream>> stream;
    while (!stream) {
      co_await (keep_stream(stream) || loop_.nudge.wait());
      if (std::exchange(loop_.cancelled, false)) co_return Fault::cancelled;
    }
    co_return *std::move(stream);
  }

  asio::awaitable<void> keep_stream(std::optional<Result<TlsStream>>& kept) {
    kept.emplace(co_await TlsStream::connect(setting_.tls, setting_.office, setting_.connect, setting_.proxy));
  }

  // A certificate of our authority for servers, which TLS has seen to already. Its dates are the office's affair: our
  // clock may be ten years fast, and what the office says is signed by its ledger's key.
  Result<void> judge(const Bytes& certificate) {
    const std::int64_t now = to_milliseconds(runner_.clock_.now()) / 1000;
    const Result<CertificateFacts> facts =
        setting_.certificates->check(certificate, {setting_.authorities, CertificateUse::server, now});
    outcome_.office_expired = !facts && facts.fault() == Fault::certificate_expired;
    if (!facts && !outcome_.office_expired) return facts.fault();
    return {};
  }

  asio::awaitable<void> talk(TlsStream& stream) {
    for (;;) {
      const sync::SessionWire::Next next = wire_.next();
      if (next == sync::SessionWire::Next::over) co_return;
      if (next == sync::SessionWire::Next::write) co_await write_out(stream);
      else if (next == sync::SessionWire::Next::ask) ask_desk();
      else if (!gives_way()) co_await listen(stream);
    }
  }

  asio::awaitable<void> write_out(TlsStream& stream) {
    const Bytes bytes = wire_.take_written();
    outcome_.bytes_sent += bytes.size();
    const Result<void> written = co_await write_at_pace(stream, bytes, setting_.pace);
    if (!written) lose_line(written.fault());
  }

  void lose_line(const Fault& fault) {
    lost_by_ = fault;
    wire_.closed();
  }

  void ask_desk() {
    const auto act = [&] {
      if (wire_.asked().kind == sync::Effect::Kind::store) store_what_came();
      else wire_.answered(desk_.load(wire_.asked().what));
    };
    if (hooks_.with_store) hooks_.with_store(act);
    else act();
    if (hooks_.progress)
      hooks_.progress({machine_.state(), desk_.report(), outcome_.bytes_sent, outcome_.bytes_received});
  }

  // What came together becomes durable together, and before anything of ours leaves. What is loaded stands outside: a
  // purge receipt is given when the disk is clean of what it speaks of, which no open transaction allows.
  void store_what_came() {
    const auto began = std::chrono::steady_clock::now();
    sync::StoreBatch<sync::DeviceStore> batch(runner_.store_);
    do {
      outcome_.office_spoke = true;
      wire_.answered(store_one(*wire_.asked().message));
    } while (std::chrono::steady_clock::now() - began < batch_time &&
             wire_.next() == sync::SessionWire::Next::ask && wire_.asked().kind == sync::Effect::Kind::store);
    batch.commit();
  }

  // The next message is read and its changes are unpacked meanwhile, on a second core.
  sync::Answer store_one(const sync::Message& message) {
    std::optional<sync::Answer> answer;
    const auto store = [&] { answer.emplace(desk_.store(message)); };
    if (wire_.may_read_ahead()) runner_.beside_.both(store, [this] { wire_.read_ahead(); });
    else store();
    if (hooks_.stored && *answer) hooks_.stored(message);
    return *std::move(answer);
  }

  // What comes before waiting for the office: our own end, the end of a round, and a new one.
  bool gives_way() {
    if (std::exchange(loop_.cancelled, false)) {
      wire_.refuse(Fault::cancelled);
      return true;
    }
    if (!wire_.is_watching()) {
      in_round_ = true;
      return false;
    }
    if (std::exchange(in_round_, false)) end_round();
    if (!std::exchange(loop_.wants_round, false)) return false;
    wire_.add(machine_.start());
    return true;
  }

  void end_round() {
    outcome_.report = desk_.report();
    if (outcome_.report.complete && !wire_.fault()) ++outcome_.rounds;
    if (hooks_.after_round) hooks_.after_round(outcome_.report);
  }

  asio::awaitable<void> listen(TlsStream& stream) {
    const bool may_be_silent = wire_.is_watching() && !wire_.is_inside_message();
    if (may_be_silent || wire_.messages_in() != messages_then_) listens_since_.reset();
    messages_then_ = wire_.messages_in();
    if (!may_be_silent && !listens_since_) listens_since_ = std::chrono::steady_clock::now();
    TimeLimit limit = setting_.refresh;
    if (!may_be_silent) limit = patience(setting_.pace, *listens_since_);
    const Result<std::size_t> size = co_await read_or_nudge(stream, buffer_, limit, loop_.nudge);
    if (size) {
      outcome_.bytes_received += *size;
      Bytes came = to_bytes(BytesView(buffer_).first(*size));
      co_await gather(stream, came);
      wire_.arrived(std::move(came));
    } else if (size.fault() == Fault::timed_out) {
      if (may_be_silent) loop_.wants_round = true;
      else wire_.refuse(size.fault());
    } else if (size.fault() != Fault::cancelled) {
      lose_line(size.fault());
    }
  }

  // And what has come meanwhile: the more there is at once, the fewer commits.
  asio::awaitable<void> gather(TlsStream& stream, Bytes& came) {
    while (stream.has_more() && came.size() < sync::commit_bytes_max) {
      const Result<std::size_t> size = co_await stream.read_some(buffer_, setting_.pace.idle);
      if (!size) co_return;  // the next read says why
      outcome_.bytes_received += *size;
      append(came, BytesView(buffer_).first(*size));
    }
  }

  SyncRunner& runner_;
  Loop& loop_;
  const LinkSetting& setting_;
  const SyncHooks& hooks_;
  sync::DeviceDesk desk_;
  sync::DeviceSide machine_;
  sync::SessionWire wire_;
  std::array<std::uint8_t, 64U << 10> buffer_{};
  std::optional<std::chrono::steady_clock::time_point> listens_since_;  // for the message that is awaited
  std::uint64_t messages_then_ = 0;
  bool in_round_ = true;
  std::optional<Fault> lost_by_;
  SyncOutcome outcome_;
};

SessionEnd end_of(const SyncOutcome& outcome) {
  SessionEnd end{outcome.fault, std::nullopt, outcome.report.repaired > 0};
  if (outcome.office_spoke) end.greeting = outcome.report.greeting;
  return end;
}

SyncRunner::SyncRunner(sync::DeviceStore& store, const Catalogue& catalogue, const sync::DeviceTrust& trust,
                       const Clock& clock)
    : store_(store), catalogue_(catalogue), trust_(trust), clock_(clock), loop_(std::make_unique<Loop>()) {}
SyncRunner::~SyncRunner() = default;

SyncOutcome SyncRunner::run(const LinkSetting& setting, const SyncHooks& hooks) {
  const Duration began = clock_.steady();
  loop_->wants_round = false;  // what is new goes with this session anyway
  Session session(*this, setting, hooks);
  std::exception_ptr broke;
  asio::co_spawn(loop_->io, session.run(), [&](std::exception_ptr error) {
    broke = error;
    loop_->io.stop();  // a name that is still being looked up, for a session that gave up
  });
  loop_->io.restart();
  loop_->io.run();
  if (broke) std::rethrow_exception(broke);
  SyncOutcome outcome = session.outcome();
  outcome.took = clock_.steady() - began;
  return outcome;
}

void SyncRunner::again() {
  asio::post(loop_->io, [loop = loop_.get()] {
    loop->wants_round = true;
    if (loop->listens) loop->nudge.give();
  });
}

void SyncRunner::cancel() {
  asio::post(loop_->io, [loop = loop_.get()] {
    loop->cancelled = true;
    loop->nudge.give();
  });
}

}  // namespace caseload::client
