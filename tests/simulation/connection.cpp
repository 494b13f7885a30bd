#include "tests/simulation/connection.h"

namespace caseload::sync {

Connection::Connection(Laptop& laptop, Office& office, ConnectionWatcher& watcher, const Manner& manner)
    : laptop_(laptop), office_world_(office), watcher_(watcher), manner_(manner), trust_(laptop.trust()),
      device_desk_(laptop.store, Catalogue::built_in(), trust_, laptop.clock), device_(manner.watch), self_(office.self()),
      office_desk_(office.store, self_, PeerFacts{laptop.identity.device, false}), to_office_(std::make_unique<Wire>()),
      to_device_(std::make_unique<Wire>()) {
  add(Side::device, device_.start());
}

void Connection::add(Side side, Effects effects) {
  std::deque<Effect>& to = side == Side::device ? device_effects_ : office_effects_;
  for (Effect& effect : effects) to.push_back(std::move(effect));
}

bool Connection::can(Move move) const {
  switch (move) {
    case Move::device_effect: return !device_effects_.empty();
    case Move::office_effect: return !office_effects_.empty();
    case Move::to_office: return !office_over_ && (!to_office_->messages.empty() || !to_office_->bytes.empty());
    case Move::to_device: return !device_over_ && (!to_device_->messages.empty() || !to_device_->bytes.empty());
  }
  return false;
}

void Connection::move(Move move, Random& random) {
  if (move == Move::to_office) return deliver(Side::office, random);
  if (move == Move::to_device) return deliver(Side::device, random);
  const Side side = move == Move::device_effect ? Side::device : Side::office;
  std::deque<Effect>& effects = side == Side::device ? device_effects_ : office_effects_;
  const Effect effect = std::move(effects.front());
  effects.pop_front();
  carry_out(side, effect);
  if (device_over_ && !office_over_ && !can(Move::to_office) && !can(Move::office_effect)) close(Side::office);
}

void Connection::carry_out(Side side, const Effect& effect) {
  const bool device = side == Side::device;
  switch (effect.kind) {
    case Effect::Kind::wait: return;
    case Effect::Kind::send: return send(side, effect.bytes);
    case Effect::Kind::finish:
      (device ? device_over_ : office_over_) = true;
      watcher_.ended(*this, side, effect.fault);
      return;
    case Effect::Kind::load: {
      const Answer answer = device ? device_desk_.load(effect.what) : office_desk_.load(effect.what);
      if (!device && effect.what == What::reach) watcher_.content_begins(*this);
      if (device && effect.what == What::purges) watcher_.device_is_done(*this);
      return add(side, device ? device_.answered(answer) : office_.answered(answer));
    }
    case Effect::Kind::store: {
      if (device) watcher_.device_gets(*this, *effect.message);
      const Answer answer = device ? device_desk_.store(*effect.message) : office_desk_.store(*effect.message);
      if (device && answer) watcher_.device_took(*this, *effect.message);
      return add(side, device ? device_.answered(answer) : office_.answered(answer));
    }
  }
}

void Connection::send(Side from, const Bytes& message) {
  if (from == Side::office) watcher_.office_sends(*this, *read_message(message));
  Wire& wire = from == Side::device ? *to_office_ : *to_device_;
  if (!manner_.frames) {
    wire.messages.push_back(message);
    return;
  }
  const Bytes said = dialogue_of(from).say(message);
  wire.writer.write(said.front(), BytesView(said).subspan(1), wire.bytes);
}

void Connection::deliver(Side to, Random& random) {
  Wire& wire = to == Side::device ? *to_device_ : *to_office_;
  if (!manner_.frames) {
    Bytes message = std::move(wire.messages.front());
    wire.messages.pop_front();
    return hand_over(to, std::move(message), random);
  }
  const std::size_t piece = 1 + random.below(random.chance(1, 4) ? 7 : wire.bytes.size());
  const Bytes arrived(wire.bytes.begin(), wire.bytes.begin() + static_cast<std::ptrdiff_t>(std::min(piece, wire.bytes.size())));
  wire.bytes.erase(wire.bytes.begin(), wire.bytes.begin() + static_cast<std::ptrdiff_t>(arrived.size()));
  BytesView view(arrived);
  while (!view.empty()) {
    Result<std::optional<Frame>> frame = wire.reader.next(view);
    CHECK(frame.ok(), "what a FrameWriter wrote, a FrameReader reads");
    if (!frame->has_value()) continue;
    Bytes said{(*frame)->type};
    append(said, (*frame)->body);
    Result<Bytes> message = dialogue_of(to).hear(said);
    CHECK(message.ok(), "what a Dialogue said, the other side's hears");
    hand_over(to, *std::move(message), random);
  }
}

void Connection::hand_over(Side to, Bytes message, Random& random) {
  if (to == Side::device && manner_.tamper && !tampered_) message = altered(message, random);
  add(to, to == Side::device ? device_.received(message) : office_.received(message));
}

// One bit of one change of a page, of its proof, or of what it says of the acceptance.
Bytes Connection::altered(const Bytes& message, Random& random) {
  const Result<Message> read = read_message(message);
  if (!read || !std::holds_alternative<Page>(*read)) return message;
  Page page = std::get<Page>(*read);
  if (page.segments.empty()) return message;
  PageSegment& segment = page.segments[random.below(page.segments.size())];
  switch (random.below(4)) {
    case 0: {
      Bytes& change = segment.changes[random.below(segment.changes.size())];
      change[random.below(change.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
      break;
    }
    case 1: segment.acceptance.accepted_at += Duration(1); break;
    case 2: segment.acceptance.first_position += 1; break;
    default: segment.segment.clock_offset_ms += 1;
  }
  tampered_ = true;
  return write_message(page);
}

void Connection::wake() { add(Side::office, office_.wake()); }

void Connection::again() { add(Side::device, device_.start()); }

void Connection::leave() {
  device_effects_.clear();
  static_cast<void>(device_.closed());
  device_over_ = true;
}

void Connection::close(Side alive) {
  const bool device = alive == Side::device;
  add(alive, device ? device_.closed() : office_.closed());
  (device ? office_over_ : device_over_) = true;
  (device ? office_effects_ : device_effects_).clear();
  while (can(device ? Move::device_effect : Move::office_effect)) {
    std::deque<Effect>& left = device ? device_effects_ : office_effects_;
    const Effect effect = std::move(left.front());
    left.pop_front();
    if (effect.kind == Effect::Kind::finish) carry_out(alive, effect);
  }
  (device ? device_over_ : office_over_) = true;
}

}  // namespace caseload::sync
