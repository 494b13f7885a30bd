#pragma once

#include <functional>
#include <span>
#include <vector>

#include "sync/session/bundle.h"
#include "sync/session/machine.h"

namespace caseload::sync {

// A session by hand: one side's half of it at a time, as a list of messages that a bundle seals. The machines are the
// same, and so are the desks: what a half may contain, and what it does, is what it would be on a line.
//
//   device   HELLO, COVERAGE, PUSH…, PURGED…, PUSH END               whether or not the office would have asked for all
//   office   STATUS, RECEIPTS, REACH…, PAGE…, COMPLETE               its answer to that HELLO
//
// Nothing depends on the answer arriving: what was pushed is sent again until a receipt comes, by whichever way.

// A desk, seen from a machine: carries out one load or store.
using AskDesk = std::function<Answer(const Effect&)>;
template <class Desk>
AskDesk ask(Desk& desk) {
  return [&desk](const Effect& effect) {
    return effect.kind == Effect::Kind::load ? desk.load(effect.what) : desk.store(*effect.message);
  };
}

// Carries out what a machine asks of its desk until it waits for the other side, or has finished.
struct HalfOutcome {
  std::vector<Bytes> sent;
  bool finished = false;
  std::optional<Fault> fault;
};
HalfOutcome carry_out(SessionMachine& machine, Effects effects, const AskDesk& desk);

// A half as the frames that a bundle holds, and back. Faults: those of the frame reader.
Bytes to_frames(std::span<const Bytes> messages);
Result<std::vector<Bytes>> from_frames(BytesView frames);

// A half as a file, and the messages of one that was opened. Errors: those of BundleWriter and of the frame reader.
struct SealedHalf {
  Bytes file;
  Digest digest{};
};
Result<SealedHalf> seal_half(const BundleStatement& statement, std::span<const Bytes> half, const Signer& signer,
                             Random& random);
Result<std::vector<Bytes>> messages_of(const Bundle& bundle);

// The device's half. Faults: those of its desk.
Result<std::vector<Bytes>> device_half(const AskDesk& device);

// The office's answer to a device's half. What the half brings is judged and kept, as on a line; but where the device
// is granted other numbers nothing of it is taken: it brings it again, under those.
// Errors   unexpected_message: not a device's half; those of the desk. Whatever was kept before stays kept.
Result<std::vector<Bytes>> answer_half(std::span<const Bytes> half, const AskDesk& office);

// The device takes the answer to a half it exported earlier.
// Errors   stale: the device has since moved on (its cursor or coverage is another), so the answer is put aside and a
//          new half is to be exported; other_log, unexpected_message, and those of the desk.
Result<void> apply_answer(BytesView exported_hello, std::span<const Bytes> answer, const AskDesk& device);

}  // namespace caseload::sync
