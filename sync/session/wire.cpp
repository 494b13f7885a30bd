#include "sync/session/wire.h"

#include <utility>

namespace caseload::sync {

void SessionWire::add(Effects effects) {
  for (Effect& effect : effects) effects_.push_back(std::move(effect));
}

SessionWire::Next SessionWire::next() {
  for (;;) {
    if (out_bytes_ >= wire_write_bytes) return Next::write;
    if (!effects_.empty()) {
      if (carry_out_one()) continue;
      return Next::ask;
    }
    // At the border of a message, and at the same one on both sides: PART.
    if (is_watching()) {
      if (!out_.empty()) return Next::write;
      writer_.rest();
      reader_.rest();
    }
    if (!over_ && read_one()) continue;
    if (!out_.empty()) return Next::write;
    return over_ ? Next::over : Next::read;
  }
}

// Gives whether that was possible without the runner.
bool SessionWire::carry_out_one() {
  Effect& effect = effects_.front();
  switch (effect.kind) {
    case Effect::Kind::load:
    case Effect::Kind::store: return false;
    case Effect::Kind::send:
      if (!gone_) gather(std::move(effect.bytes));
      break;
    case Effect::Kind::finish:
      over_ = true;
      fault_ = effect.fault;
      break;
    case Effect::Kind::wait: break;
  }
  effects_.pop_front();
  return true;
}

void SessionWire::gather(Bytes message) {
  out_bytes_ += message.size();
  out_.push_back(std::move(message));
}

// One message of what came. Gives whether there may be more to do.
bool SessionWire::read_one() {
  std::optional<Result<Message>> heard = ahead_ ? std::exchange(ahead_, std::nullopt) : hear_one();
  if (!heard) return false;
  if (!*heard) {
    refuse(heard->fault());
    return true;
  }
  ++messages_in_;
  add(machine_.heard(std::move(**heard)));
  return true;
}

// Nothing where no whole message has come.
std::optional<Result<Message>> SessionWire::hear_one() {
  BytesView left = BytesView(in_).subspan(in_read_);
  if (left.empty()) return std::nullopt;
  Result<std::optional<Frame>> frame = reader_.next(left);
  in_read_ = in_.size() - left.size();
  if (!frame) return frame.fault();
  if (!frame->has_value()) return std::nullopt;
  Bytes said{(*frame)->type};
  append(said, (*frame)->body);
  Result<Bytes> message = dialogue_.hear(said);
  if (!message) return message.fault();
  return read_message(*message);
}

// Streams rest at the border between two rounds: no message of the next one is read before that.
bool SessionWire::may_read_ahead() const {
  if (ahead_ || in_read_ == in_.size() || effects_.empty()) return false;
  const Message* message = effects_.front().message.get();
  return message != nullptr && (std::holds_alternative<Push>(*message) || std::holds_alternative<Page>(*message));
}

void SessionWire::read_ahead() {
  ahead_ = hear_one();
  if (ahead_ && *ahead_) unpack_changes(**ahead_);
}

Bytes SessionWire::take_written() {
  Bytes frames;
  for (const Bytes& message : out_) {
    const Bytes said = dialogue_.say(message);
    writer_.write(said.front(), BytesView(said).subspan(1), frames);
  }
  out_.clear();
  out_bytes_ = 0;
  return frames;
}

const Effect& SessionWire::asked() const {
  CHECK(!effects_.empty(), "a question that next() has named");
  return effects_.front();
}

void SessionWire::answered(const Answer& answer) {
  CHECK(!effects_.empty(), "an answer to a question that next() has named");
  effects_.pop_front();
  add(machine_.answered(answer));
}

void SessionWire::arrived(Bytes bytes) {
  CHECK(in_read_ == in_.size(), "what came before was read");
  in_ = std::move(bytes);
  in_read_ = 0;
}

// What was asked of the desk by a message that ends the session is still asked: an order to wipe must not be lost.
void SessionWire::closed() {
  gone_ = true;
  out_.clear();
  out_bytes_ = 0;
  in_.clear();
  in_read_ = 0;
  ahead_.reset();
  Effects last = machine_.closed();
  if (!last.empty()) effects_.clear();
  add(std::move(last));
}

void SessionWire::refuse(const Fault& fault) {
  out_.clear();
  out_bytes_ = 0;
  gather(write_message(Refused{fault.code()}));
  static_cast<void>(machine_.closed());
  effects_.clear();
  in_.clear();
  in_read_ = 0;
  ahead_.reset();
  over_ = true;
  fault_ = fault;
}

}  // namespace caseload::sync
