#include <array>

#include "client/main/device_place.h"
#include "client/main/synchronise.h"
#include "client/profile/bundles.h"
#include "client/profile/wipe.h"
#include "common/base/durable_file.h"

namespace caseload::client {
namespace {

// A stick may say that it has what it does not have: it is read again before the bundle counts as exported.
Result<void> write_to_stick(const std::string& path, const Bytes& file) {
  if (Result<void> reserved = reserve_file(path); !reserved) return reserved;
  try {
    replace_file(path, file);
  } catch (const Breakage&) {
    remove_file(path);
    throw;
  }
  const Result<Bytes> read = read_file(path, sync::bundle_bytes_max);
  if (read && *read == file) return {};
  remove_file(path);
  return Fault(Fault::damaged, "the stick gives back something else than was written");
}

Result<Reply> export_to(DevicePlace& place, const Call& call) {
  if (!call.has("to")) return Fault(Fault::required, "--to FILE");
  const Result<OpenProfile*> profile = place.open();
  if (!profile) return profile.fault();
  const Duration began = place.world().clock.steady();
  const Result<ExportedBundle> bundle = export_bundle(**profile, place.world());
  if (!bundle) return bundle.fault();
  if (Result<void> written = write_to_stick(call.option("to"), bundle->sealed.file); !written) return written.fault();
  note_exported(**profile, *bundle);
  Meeting meeting;
  meeting.report.pushed = bundle->changes;
  meeting.bytes_sent = bundle->sealed.file.size();
  meeting.took = place.world().clock.steady() - began;
  Reply reply = reply_of(**profile, meeting);
  reply.value["bundle"] = bundle->number;
  reply.value["file"] = call.option("to");
  reply.remark = "Take it to the office. All of it stays here too, until the answer or a session brings its receipt.";
  return reply;
}

Result<Reply> import_from(DevicePlace& place, const Call& call) {
  const Result<OpenProfile*> profile = place.open();
  if (!profile) return profile.fault();
  const Duration began = place.world().clock.steady();
  const Result<Bytes> file = read_file(call.arguments[0], sync::bundle_bytes_max);
  if (!file) return file.fault();
  const Result<sync::SessionReport> report = take_answer(**profile, *file, place.world());
  if (!report) return report.fault();
  static_cast<void>((*profile)->store().clean_up());
  (*profile)->refresh();
  if (report->greeting == sync::Greeting::wipe) {
    if (Result<void> wiped = place.wipe(something_waits(**profile)); !wiped) return wiped.fault();
  }
  if (const std::optional<Fault> standing = fault_of(report->greeting)) return *standing;
  Meeting meeting;
  meeting.report = *report;
  meeting.report.pushed = report->accepted + report->late;
  meeting.bytes_received = file->size();
  meeting.took = place.world().clock.steady() - began;
  return reply_of(**profile, meeting);
}

const std::array entries = {
    DeviceEntry{{"bundle export",
                 "",
                 0,
                 0,
                 "one session by hand: what this device would send, sealed to the office",
                 {{"to", "FILE", "a new file, on the stick"}}},
                export_to},
    DeviceEntry{{"bundle import", "FILE", 1, 1, "takes the office's answer to a bundle of this device", {}},
                import_from},
};

}  // namespace

std::span<const DeviceEntry> bundle_commands() { return entries; }

}  // namespace caseload::client
