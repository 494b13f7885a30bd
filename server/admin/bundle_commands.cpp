#include <array>

#include "common/base/durable_file.h"
#include "server/admin/admin.h"
#include "server/office/bundles.h"

namespace caseload::server {
namespace {

struct Told {
  std::uint64_t accepted = 0;
  std::uint64_t late = 0;
  std::uint64_t given = 0;  // changes
};

Told told_in(std::span<const Bytes> half) {
  Told told;
  for (const Bytes& bytes : half) {
    const Result<sync::Message> message = sync::read_message(bytes);
    CHECK(message.ok(), "a half is made of messages");
    if (const auto* page = std::get_if<sync::Page>(&*message)) {
      for (const sync::PageSegment& segment : page->segments) told.given += segment.changes.size();
    }
    const auto* receipts = std::get_if<sync::Receipts>(&*message);
    if (receipts == nullptr) continue;
    for (const sync::Signed<sync::Receipt>& receipt : receipts->receipts) {
      for (std::uint32_t i = 0; i < receipt.body.segment.count; ++i)
        ++(receipt.body.judgement_of(i) == sync::Receipt::Judgement::late ? told.late : told.accepted);
    }
  }
  return told;
}

// Beside the sessions, but for the session itself: nothing is sealed before what it acknowledges is durable.
Result<Bytes> answer_to(const AdminPlace& place, const OpenedBundle& bundle, const Call& call, Told& told) {
  Result<BundleAnswer> answer(Fault::cancelled);
  place.with_writer([&](Office& office) { answer = answer_bundle(office, bundle, call.has("without-missing")); });
  if (!answer) return answer.fault();
  told = told_in(answer->half);
  return seal_answer(place.office, bundle, *answer, place.office.random());
}

Result<Reply> answer_stick(AdminPlace& place, const Call& call) {
  if (!call.has("to")) return Fault(Fault::required, "--to FILE");
  const Result<Bytes> file = read_file(path_of(place, call.arguments[0]), sync::bundle_bytes_max);
  if (!file) return file.fault();
  const Result<OpenedBundle> bundle = open_bundle(place.office, *file);
  if (!bundle) return bundle.fault();
  const std::string to = path_of(place, call.option("to"));
  if (Result<void> reserved = reserve_file(to); !reserved) return reserved.fault();
  Told told;
  const Result<Bytes> sealed = answer_to(place, *bundle, call, told);
  if (!sealed) {
    remove_file(to);
    return sealed.fault();
  }
  replace_file(to, *sealed);
  return Reply{Json{{"device", to_json(bundle->statement.sender)}, {"bundle", bundle->statement.number},
                    {"accepted", told.accepted}, {"late", told.late}, {"given", told.given}, {"file", to},
                    {"bytes", sealed->size()}}};
}

const std::array entries = {
    AdminEntry{{"bundle answer", "FILE", 1, 1, "a session by hand: takes a device's bundle, and writes its answer",
                {{"to", "FILE", "a new file, on the stick"},
                 {"without-missing", "", "earlier ones are lost: each holds all that has no receipt"}}},
               answer_stick, true},
};

}  // namespace

std::span<const AdminEntry> bundle_commands() { return entries; }

}  // namespace caseload::server
