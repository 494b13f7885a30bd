#pragma once

#include "server/office/office.h"
#include "sync/session/half.h"

namespace caseload::server {

// Sessions by hand, the office's part of them: a device's half comes in a sealed file, and the answer leaves in
// another.
//
// Shape    open_bundle() reads only; answer_bundle() is a session with the writer's store; seal_answer() is for when
//          that is durable: an answer is full of receipts.
// Promise  what a half brings is judged, kept and answered as on a line. Each bundle of a device is taken once, and in
//          the order in which they were exported.
// Errors   open_bundle(): those of BundleReader; not_found: of a device that this office does not know.
//          answer_bundle(): replayed: taken before; out_of_order: earlier ones are missing, and named; those of
//          answer_half() and OfficeDesk, of which `stale` says that the device came another way since. Nothing counts
//          as taken then, and what was kept stays kept. seal_answer(): bad_key; too_large: it needs a line.
// Threads  one owner, the store's.
struct OpenedBundle {
  sync::BundleStatement statement;
  Digest digest{};
  std::vector<Bytes> half;
};
Result<OpenedBundle> open_bundle(const Office& office, BytesView file);

struct BundleAnswer {
  std::vector<Bytes> half;
  std::uint64_t number = 0;  // of the office's bundles to that device
};
// `without_missing`: earlier ones are lost. Every half holds all that has no receipt, so nothing is lost with them.
Result<BundleAnswer> answer_bundle(Office& office, const OpenedBundle& bundle, bool without_missing);

Result<Bytes> seal_answer(const Office& office, const OpenedBundle& bundle, const BundleAnswer& answer, Random& random);

}  // namespace caseload::server
