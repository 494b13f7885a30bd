#include <array>

#include <qrencode.h>

#include "server/admin/admin.h"
#include "server/office/directory.h"
#include "server/office/enrolment.h"

namespace caseload::server {
namespace {

constexpr int quiet_zone = 2;  // modules around the picture, without which cameras do not find it

// Two rows of the picture in one line of text, dark on light whatever the terminal's colours are.
std::string picture_of(const std::string& text) {
  QRcode* code = QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  if (code == nullptr) return "";
  const int width = code->width;
  const auto dark = [&](int x, int y) {
    const bool inside = x >= 0 && y >= 0 && x < width && y < width;
    return inside && (code->data[y * width + x] & 1) != 0;
  };
  std::string picture;
  for (int y = -quiet_zone; y < width + quiet_zone; y += 2) {
    picture += "  ";
    for (int x = -quiet_zone; x < width + quiet_zone; ++x) {
      const bool upper = dark(x, y), lower = dark(x, y + 1);
      picture += upper ? (lower ? " " : "▄") : (lower ? "▀" : "█");
    }
    picture += "\n";
  }
  QRcode_free(code);
  return picture;
}

Result<Reply> invite_worker(AdminPlace& place, const Call& call) {
  const Result<Id> as = acting(place, call);
  const Result<Id> worker = find_worker(place.office, call.arguments[0]);
  if (!as) return as.fault();
  if (!worker) return worker.fault();
  NewInvitation wanted{*worker, call.option("device"), invitation_default};
  if (call.has("valid")) {
    const std::string hours = call.option("valid");
    const bool number =
        !hours.empty() && hours.size() < 5 && hours.find_first_not_of("0123456789") == std::string::npos;
    if (!number) return Fault(Fault::bad_value, "--valid: whole hours");
    wanted.valid = std::chrono::hours(std::stoi(hours));
  }
  const Result<Invitation> made = invite(place.office, *as, wanted);
  if (!made) return made.fault();
  const std::string code = sync::print_enrol_code(Secret::copy_of(BytesView(made->code)));
  Reply reply{Json{{"code", code}, {"expires", to_text(from_milliseconds(made->expires_ms))}}};
  reply.remark = "Tell it to that person alone. It works once, on one device.";
  if (place.terminal) reply.remark += "\n\n" + picture_of(code);
  return reply;
}

std::string state_of(const Invitation& invitation, WallTime now) {
  if (!invitation.used_by.empty()) return "used";
  return invitation.expires_ms <= to_milliseconds(now) ? "over" : "open";
}

Result<Reply> invite_list(AdminPlace& place, const Call&) {
  std::map<Id, std::string> names;
  for (const WorkerRow& row : workers(place.office)) names[row.id] = row.name;
  Reply reply{Json::array()};
  for (const Invitation& one : invitations(place.office)) {
    reply.value.push_back({{"id", to_json(one.id)}, {"worker", names[one.worker]}, {"label", one.label},
                           {"state", state_of(one, place.office.clock().now())},
                           {"expires", to_text(from_milliseconds(one.expires_ms))}, {"device", to_json(one.device)}});
  }
  return reply;
}

Result<Reply> invite_refusals(AdminPlace& place, const Call&) {
  Reply reply{Json::array()};
  for (const Refusal& one : refusals(place.office)) {
    const FaultEntry* fault = find_fault(one.fault);
    reply.value.push_back({{"at", to_text(from_milliseconds(one.at_ms))},
                           {"why", fault == nullptr ? "" : std::string(fault->name)},
                           {"invitation", to_json(one.invitation)}});
  }
  return reply;
}

const std::array entries = {
    AdminEntry{{"invite",
                "WORKER",
                1,
                1,
                "a one-time code for one device of this worker",
                {{"device", "LABEL", "what people call the machine"},
                 {"valid", "HOURS", "72, where nothing is said"},
                 as_option()}},
               invite_worker},
    AdminEntry{{"invitations", "", 0, 0, "codes given out, and what became of them", {}}, invite_list},
    AdminEntry{{"refusals", "", 0, 0, "who was refused at the door of enrolment, and why", {}}, invite_refusals},
};

}  // namespace

std::span<const AdminEntry> enrolment_commands() { return entries; }

}  // namespace caseload::server
