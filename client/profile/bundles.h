#pragma once

#include "client/profile/profile.h"
#include "sync/session/half.h"

namespace caseload::client {

// A session by hand, the device's part of it: its half in a sealed file, and the office's answer taken from one.

constexpr std::size_t exported_bundles_kept = 16;  // whose answers may still come

struct ExportedBundle {
  std::uint64_t number = 0;
  sync::SealedHalf sealed;
  Bytes hello;  // what an answer has to fit
  std::uint64_t changes = 0;
};

// The half, sealed to the office. Its segments are durable before this returns; its number is used up by
// note_exported() only, once the file is safe, so that a stick that failed leaves no gap in the numbers.
// Errors   those of device_half(); too_large: it needs a line.
Result<ExportedBundle> export_bundle(OpenProfile& profile, const ProfileWorld& world);
void note_exported(OpenProfile& profile, const ExportedBundle& bundle);

// Takes the office's answer to a bundle that was exported here: the rest of the session.
// Errors   those of BundleReader, which tell a torn file, an altered one, another's, and one that goes the other way
//          apart; not_for_me: another office's; replayed: taken before; stale: to a half that the device has moved on
//          from, or that it knows nothing of: it stays as it is, and a new half is to be exported; those of
//          apply_answer(). What was taken before a Fault stays.
Result<sync::SessionReport> take_answer(OpenProfile& profile, BytesView file, const ProfileWorld& world);

// The device has another name from now on, and its bundles are counted anew. Inside the caller's transaction.
void forget_bundles(Database& database);

}  // namespace caseload::client
