#include "server/service/session_handler.h"

#include <algorithm>

#include "server/service/await_writer.h"

namespace caseload::server {
namespace {

constexpr std::size_t gathered_bytes_max = 512U << 10;  // some 3,000 changes
constexpr std::size_t parting_bytes_max = 16U << 20;  // of what a refused peer still says: its segments on their way

// The last position of the ledger whose head the store has.
std::uint64_t end_of_ledger(const sync::OfficeStore& store) {
  const std::optional<sync::Signed<sync::TreeHead>> head = store.head();
  if (!head || head->body.tree.size == 0) return 0;
  return store.acceptance(head->body.tree.size - 1).end_position() - 1;
}

std::set<Id> scopes_of(const sync::OfficeStore& store, const Id& device) {
  std::set<Id> scopes;
  for (const auto& [scope, entry] : store.coverage(device)) scopes.insert(scope);
  return scopes;
}

}  // namespace

Concern concern_of(const sync::Message& message) {
  Concern concern;
  const auto* push = std::get_if<sync::Push>(&message);
  if (push == nullptr) return concern;
  for (const Bytes& packed : push->changes) {
    const Result<sync::ChangeHeader> names = sync::unpack_names(packed);
    if (!names) continue;  // the desk refuses it
    concern.everybody = concern.everybody || sync::moves_reach(names->kind);
    if (concern.scopes.empty() || concern.scopes.back() != names->scope) concern.scopes.push_back(names->scope);
  }
  return concern;
}

SessionHandler::SessionHandler(TlsStream stream, const sync::PeerFacts& peer, const SessionSupport& support,
                               const asio::any_io_executor& executor)
    : support_(support), peer_(peer), stream_(std::move(stream)), nudge_(executor),
      desk_(support.store, support.self, peer), wire_(machine_) {
  if (support.attachments != nullptr) desk_.use(*support.attachments);
}

asio::awaitable<void> SessionHandler::run() {
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  support_.counters.update([](ServiceCounts& counts) {
    ++counts.sessions;
    ++counts.sessions_open;
  });
  for (;;) {
    const sync::SessionWire::Next next = wire_.next();
    if (next == sync::SessionWire::Next::over) break;
    if (next == sync::SessionWire::Next::write) co_await write_out();
    else if (next == sync::SessionWire::Next::ask) co_await ask_desk();
    else if (!gives_way()) co_await listen();
  }
  count_end(began);
}

asio::awaitable<void> SessionHandler::write_out() {
  const Bytes bytes = wire_.take_written();
  bytes_out_ += bytes.size();
  const Result<void> written = co_await write_at_pace(stream_, bytes, support_.limits.pace);
  if (!written) lose_line();
}

// All that the desk can be asked before something is to be sent is carried out together, and becomes durable together.
// Meanwhile the wire is the writer's.
asio::awaitable<void> SessionHandler::ask_desk() {
  Learned learned;
  const auto steps = [&](const ServerStore& store, Concern& concern) {
    const sync::Effect& effect = wire_.asked();
    if (effect.kind == sync::Effect::Kind::store) {
      concern = concern_of(*effect.message);
      wire_.answered(store_one(*effect.message));
    } else {
      const sync::What what = effect.what;
      const sync::Answer answer = desk_.load(what);
      if (answer && !answer->empty()) learn(store, what, learned);
      wire_.answered(answer);
    }
    return wire_.next() == sync::SessionWire::Next::ask;
  };
  const bool kept = co_await carry_out(support_.writer, StoreWriter::Steps(steps));
  if (!kept) {
    wire_.refuse(Fault(Fault::try_later, "the office's store broke"));
    co_return;
  }
  if (learned.told_upto) told_upto_ = *learned.told_upto;
  if (learned.scopes) scopes_ = std::move(learned.scopes);
}

// The next segment is read and its changes are unpacked meanwhile, on a second core.
sync::Answer SessionHandler::store_one(const sync::Message& message) {
  if (!wire_.may_read_ahead()) return desk_.store(message);
  std::optional<sync::Answer> answer;
  support_.beside.both([&] { answer.emplace(desk_.store(message)); }, [this] { wire_.read_ahead(); });
  return *std::move(answer);
}

void SessionHandler::learn(const sync::OfficeStore& store, sync::What what, Learned& learned) const {
  if (what == sync::What::status || what == sync::What::receipts) learned.told_upto = end_of_ledger(store);
  if (what == sync::What::complete) learned.scopes = scopes_of(store, peer_.device);
}

// What comes before waiting for the device: our own end, and news for it. Gives whether there was any.
bool SessionHandler::gives_way() {
  if (ending_) {
    wire_.refuse(*ending_);
    return true;
  }
  count_watching(wire_.is_watching());
  if (!wire_.is_watching() || news_upto_ <= told_upto_) return false;
  wire_.add(machine_.wake());
  news_upto_ = told_upto_;  // its next HELLO is answered with all that there is then
  support_.counters.update([](ServiceCounts& counts) { ++counts.wakes; });
  return true;
}

asio::awaitable<void> SessionHandler::listen() {
  const TimeLimit limit = listen_limit();
  const Result<std::size_t> size = co_await read_or_nudge(stream_, buffer_, limit, nudge_);
  if (size) {
    bytes_in_ += *size;
    Bytes came = to_bytes(BytesView(buffer_).first(*size));
    co_await gather(came);
    wire_.arrived(std::move(came));
  } else if (size.fault() == Fault::timed_out && limit != no_limit) {
    wire_.refuse(Fault(Fault::timed_out, "a message that did not come in time"));
  } else if (size.fault() != Fault::cancelled && size.fault() != Fault::timed_out) {
    lose_line();
  }
}

// And what has come meanwhile: segments that wait together are kept together. Whoever lets it drip has no more time for
// that than for the message that was awaited.
asio::awaitable<void> SessionHandler::gather(Bytes& came) {
  const std::chrono::steady_clock::time_point since = listens_since_.value_or(std::chrono::steady_clock::now());
  while (stream_.has_more() && came.size() < gathered_bytes_max) {
    const Result<std::size_t> size = co_await stream_.read_some(buffer_, patience(support_.limits.pace, since));
    if (!size) co_return;  // the next read says why
    bytes_in_ += *size;
    append(came, BytesView(buffer_).first(*size));
  }
}

void SessionHandler::lose_line() {
  line_is_lost_ = true;
  wire_.closed();
}

// A message may take so long in all, and be silent so long within; only who watches may be silent between two.
TimeLimit SessionHandler::listen_limit() {
  const bool may_be_silent = wire_.is_watching() && !wire_.is_inside_message();
  if (may_be_silent || wire_.messages_in() != messages_then_) listens_since_.reset();
  messages_then_ = wire_.messages_in();
  if (may_be_silent) return no_limit;
  if (!listens_since_) listens_since_ = std::chrono::steady_clock::now();
  return patience(support_.limits.pace, *listens_since_);
}

// A peer that was refused may still be sending: what it hears is lost if we close on what it says.
asio::awaitable<void> SessionHandler::part() {
  if (line_is_lost_) co_return stream_.close();
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  const Pace pace{support_.limits.parting, support_.limits.parting};
  for (std::size_t heard = 0; wire_.fault() && heard < parting_bytes_max;) {
    const Result<std::size_t> size = co_await stream_.read_some(buffer_, patience(pace, began));
    if (!size) break;
    heard += *size;
  }
  static_cast<void>(co_await stream_.shutdown(patience(pace, began)));
}

void SessionHandler::hear(const News& news) {
  const auto covers = [this](const Id& scope) { return scopes_->contains(scope); };
  const bool concerned = news.concern.everybody || !scopes_ || std::ranges::any_of(news.concern.scopes, covers);
  if (!concerned) return;
  news_upto_ = news.last_position;
  nudge_.give();
}

void SessionHandler::end(const Fault& fault) {
  ending_ = fault;
  nudge_.give();
}

void SessionHandler::count_watching(bool watches) {
  if (watches == counted_watching_) return;
  counted_watching_ = watches;
  support_.counters.update([&](ServiceCounts& counts) {
    if (watches) ++counts.watching;
    else --counts.watching;
  });
}

void SessionHandler::count_end(std::chrono::steady_clock::time_point began) {
  const std::optional<Fault>& fault = wire_.fault();
  count_watching(false);
  support_.counters.update([&](ServiceCounts& counts) {
    --counts.sessions_open;
    if (!fault) ++counts.sessions_well;
    counts.bytes_in += bytes_in_;
    counts.bytes_out += bytes_out_;
    counts.messages_in += wire_.messages_in();
  });
  const auto took = std::chrono::steady_clock::now() - began;
  const LogTag device = LogTag::device(peer_.device);
  if (!fault) {
    support_.log.event("session_ended", {{"device", device}, {"ms", took}, {"in", bytes_in_}, {"out", bytes_out_}});
    return;
  }
  support_.counters.refused(*fault);
  support_.log.event("session_broken", {{"device", device}, {"ms", took}, {"in", bytes_in_}, {"out", bytes_out_},
                                        {"fault", *fault}});
}

}  // namespace caseload::server
