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

// The device will cut anew what it brings, once it has heard of its new numbers; as it is, none of it fits.
bool grants_other_numbers(const Hello& hello, std::span<const Bytes> sent) {
  if (sent.empty()) return false;
  const Result<Message> first = read_message(sent.front());
  const auto* status = first ? std::get_if<Status>(&*first) : nullptr;
  return status != nullptr && status->epoch != hello.epoch;
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

Result<SealedHalf> seal_half(const BundleStatement& statement, std::span<const Bytes> half, const Signer& signer,
                             Random& random) {
  SealedHalf sealed;
  Result<BundleWriter> writer =
      BundleWriter::start(statement, random, [&](BytesView piece) { append(sealed.file, piece); });
  if (!writer) return writer.fault();
  if (Result<void> added = writer->add(to_frames(half)); !added) return added.fault();
  sealed.digest = writer->finish(signer);
  return sealed;
}

Result<std::vector<Bytes>> messages_of(const Bundle& bundle) {
  Bytes frames;
  for (const Bytes& piece : bundle.content) append(frames, piece);
  return from_frames(frames);
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

namespace {

Result<std::vector<Bytes>> answer_once(std::span<const Bytes> half, const AskDesk& office) {
  OfficeSide machine;
  std::vector<Bytes> answer;
  bool takes_pushes = true;
  for (const Bytes& bytes : half) {
    Result<Message> message = read_message(bytes);
    if (!message) return message.fault();
    // The table is there in case it is wanted; on a line it would not have been sent.
    if (std::holds_alternative<CoverageTable>(*message) && machine.state() != SessionState::covering) continue;
    if (std::holds_alternative<Push>(*message) && !takes_pushes) continue;
    HalfOutcome outcome = carry_out(machine, machine.received(bytes), office);
    if (outcome.fault) return *outcome.fault;
    if (const auto* hello = std::get_if<Hello>(&*message)) takes_pushes = !grants_other_numbers(*hello, outcome.sent);
    answer.insert(answer.end(), outcome.sent.begin(), outcome.sent.end());
    if (outcome.finished) return answer;  // STATUS was all there is for this device
  }
  if (machine.state() != SessionState::carrying) return Fault(Fault::truncated, "a half that ends before PUSH END");
  return answer;
}

}  // namespace

// Where a segment had a number that was used up, the office has others ready at the second look.
Result<std::vector<Bytes>> answer_half(std::span<const Bytes> half, const AskDesk& office) {
  Result<std::vector<Bytes>> answer = answer_once(half, office);
  const bool has_others = !answer && answer.fault() == Fault::twin;
  return has_others ? answer_once(half, office) : std::move(answer);
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
