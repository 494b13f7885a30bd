#include "sync/session/half.h"

#include <deque>

#include "sync/session/frame.h"

namespace caseload::sync {
namespace {

Result<std::vector<Message>> load(const AskDesk& desk, What what) {
  return desk(Effect{Effect::Kind::load, {}, what, {}, {}});
}

Result<void> add(std::vector<Bytes>& half, const AskDesk& desk, What what, bool& any) {
  Result<std::vector<Message>> loaded = load(desk, what);
  if (!loaded) return loaded.fault();
  any = !loaded->empty();
  for (const Message& message : *loaded) half.push_back(write_message(message));
  return {};
}

Result<Hello> hello_of(BytesView bytes) {
  Result<Message> message = read_message(bytes);
  if (!message) return message.fault();
  const auto* hello = std::get_if<Hello>(&*message);
  if (hello == nullptr) return Fault(Fault::unexpected_message, "a half begins with HELLO");
  return *hello;
}

}  // namespace

HalfOutcome carry_out(SessionMachine& machine, Effects effects, const AskDesk& desk) {
  HalfOutcome outcome;
  std::deque<Effect> left(effects.begin(), effects.end());
  while (!left.empty()) {
    Effect effect = std::move(left.front());
    left.pop_front();
    switch (effect.kind) {
      case Effect::Kind::send: outcome.sent.push_back(std::move(effect.bytes)); break;
      case Effect::Kind::load:
      case Effect::Kind::store: {
        Effects more = machine.answered(desk(effect));
        left.insert(left.end(), more.begin(), more.end());
        break;
      }
      case Effect::Kind::wait: break;
      case Effect::Kind::finish:
        outcome.finished = true;
        outcome.fault = effect.fault;
        break;
    }
  }
  return outcome;
}

Bytes to_frames(std::span<const Bytes> messages) {
  FrameWriter writer;
  Bytes frames;
  for (const Bytes& message : messages) writer.write(message[0], BytesView(message).subspan(1), frames);
  return frames;
}

Result<std::vector<Bytes>> from_frames(BytesView frames) {
  FrameReader reader;
  std::vector<Bytes> messages;
  while (!frames.empty()) {
    Result<std::optional<Frame>> next = reader.next(frames);
    if (!next) return next.fault();
    if (!*next) break;
    Bytes message{(*next)->type};
    append(message, (*next)->body);
    messages.push_back(std::move(message));
  }
  if (Result<void> whole = reader.end(); !whole) return whole.fault();
  return messages;
}

Result<std::vector<Bytes>> device_half(const AskDesk& device) {
  std::vector<Bytes> half;
  bool any = false;
  if (Result<void> added = add(half, device, What::hello, any); !added) return added.fault();
  // A half is always read to its end, so it says that it brings something.
  Hello hello = *hello_of(half.front());
  hello.brings = true;
  half.front() = write_message(hello);
  if (Result<void> added = add(half, device, What::coverage, any); !added) return added.fault();
  do {
    if (Result<void> added = add(half, device, What::outbox, any); !added) return added.fault();
  } while (any);
  half.push_back(write_message(PushEnd{}));
  return half;
}

Result<std::vector<Bytes>> answer_half(std::span<const Bytes> half, const AskDesk& office) {
  OfficeSide machine;
  std::vector<Bytes> answer;
  for (const Bytes& bytes : half) {
    Result<Message> message = read_message(bytes);
    if (!message) return message.fault();
    // The table is there in case it is wanted; on a line it would not have been sent.
    if (std::holds_alternative<CoverageTable>(*message) && machine.state() != SessionState::covering) continue;
    HalfOutcome outcome = carry_out(machine, machine.received(bytes), office);
    if (outcome.fault) return *outcome.fault;
    answer.insert(answer.end(), outcome.sent.begin(), outcome.sent.end());
    if (outcome.finished) return answer;  // STATUS was all there is for this device
  }
  if (machine.state() != SessionState::carrying) return Fault(Fault::truncated, "a half that ends before PUSH END");
  return answer;
}

Result<void> apply_answer(BytesView exported_hello, std::span<const Bytes> answer, const AskDesk& device) {
  const Result<Hello> then = hello_of(exported_hello);
  if (!then) return then.fault();
  DeviceSide machine(false);
  HalfOutcome outcome = carry_out(machine, machine.start(), device);
  if (outcome.fault) return *outcome.fault;
  const Result<Hello> now = hello_of(outcome.sent.front());
  if (now->cursor != then->cursor || now->coverage != then->coverage || now->epoch != then->epoch) {
    return Fault(Fault::stale, "the device has moved on since that half was exported");
  }
  for (const Bytes& bytes : answer) {
    outcome = carry_out(machine, machine.received(bytes), device);
    if (outcome.fault) return *outcome.fault;
    if (outcome.finished) return {};
  }
  return machine.state() == SessionState::ended ? Result<void>() : Fault(Fault::truncated, "an answer without its end");
}

}  // namespace caseload::sync
