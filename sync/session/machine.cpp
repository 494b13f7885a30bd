#include "sync/session/machine.h"

#include <utility>

#include "sync/session/limits.h"

namespace caseload::sync {

Effects SessionMachine::take_effects() { return std::exchange(effects_, {}); }

void SessionMachine::send(const Message& message) {
  const Result<SessionState> next = next_state(state_, side_, message, facts_);
  CHECK(next.ok(), "a machine sends only what the table allows");
  state_ = *next;
  effects_.push_back(Effect{Effect::Kind::send, write_message(message), {}, {}, {}});
}

void SessionMachine::load(What what) {
  CHECK(!asked_, "the desk is asked one thing at a time");
  asked_ = Effect{Effect::Kind::load, {}, what, {}, {}};
  effects_.push_back(*asked_);
}

void SessionMachine::store(const Arrived& message) {
  CHECK(!asked_, "the desk is asked one thing at a time");
  asked_ = Effect{Effect::Kind::store, {}, {}, message, {}};
  effects_.push_back(*asked_);
}

void SessionMachine::finish(std::optional<Fault> fault) {
  state_ = SessionState::ended;
  finished_ = true;
  asked_.reset();
  arrived_.clear();
  effects_.push_back(Effect{Effect::Kind::finish, {}, {}, {}, std::move(fault)});
}

void SessionMachine::refuse(const Fault& fault) {
  effects_.push_back(Effect{Effect::Kind::send, write_message(Refused{fault.code()}), {}, {}, {}});
  finish(fault);
}

void SessionMachine::take(const Arrived& message) {
  const Side other = side_ == Side::device ? Side::office : Side::device;
  const Result<SessionState> next = next_state(state_, other, *message, facts_);
  if (!next) return refuse(next.fault());
  messages_ = *next == state_ ? messages_ + 1 : 0;
  if (messages_ > messages_a_step_max) return refuse(Fault(Fault::too_many, "at most 100000 messages in one step"));
  state_ = *next;
  if (const auto* refused = std::get_if<Refused>(message.get())) {
    const FaultEntry* entry = find_fault(refused->fault);
    return finish(Fault(entry == nullptr ? Fault::closed : entry->code, "the other side refused"));
  }
  on_message(message);
}

Effects SessionMachine::received(BytesView bytes) {
  if (state_ == SessionState::ended) return {};
  Result<Message> message = read_message(bytes);
  if (message) return heard(std::move(*message));
  refuse(message.fault());
  return take_effects();
}

Effects SessionMachine::heard(Message message) {
  if (state_ == SessionState::ended) return {};
  auto arrived = std::make_shared<const Message>(std::move(message));
  if (!asked_) take(arrived);
  else if (arrived_.size() < messages_a_step_max) arrived_.push_back(std::move(arrived));
  else refuse(Fault(Fault::too_many, "messages that nobody waits for"));
  return take_effects();
}

Effects SessionMachine::answered(const Answer& answer) {
  if (finished_) return {};
  CHECK(asked_.has_value(), "an answer to something that was asked");
  const Effect asked = *std::exchange(asked_, std::nullopt);
  if (!answer) {
    if (state_ == SessionState::ended) finish(answer.fault());
    else refuse(answer.fault());
    return take_effects();
  }
  for (const Message& message : *answer) send(message);
  if (asked.kind == Effect::Kind::store) on_stored(*asked.message);
  else on_loaded(asked.what, !answer->empty());
  while (!asked_ && !arrived_.empty() && state_ != SessionState::ended) {
    const Arrived next = std::move(arrived_.front());
    arrived_.pop_front();
    take(next);
  }
  return take_effects();
}

// A STATUS that ends the session is stored all the same: its answer finishes, and the office that closes hurts nobody.
Effects SessionMachine::closed() {
  if (state_ == SessionState::ended) return {};
  finish(state_ == SessionState::watching ? std::nullopt : std::optional<Fault>(Fault::closed));
  return take_effects();
}

}  // namespace caseload::sync
