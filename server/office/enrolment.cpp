#include "server/office/enrolment.h"

#include <algorithm>

#include "server/office/directory.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

constexpr const char* prefix = "invite/";
constexpr const char* refusals_name = "enrolment/refusals";
constexpr FieldNumber device_label = 20, device_machine = 21, device_enrolled = 25;

std::string name_of(const Id& invitation) { return prefix + invitation.to_string(); }

template <class T>
T decode_own(const Bytes& bytes) {
  Result<T> read = decode<T>(bytes);
  CHECK(read.ok(), "the office reads what it wrote");
  return std::move(*read);
}

void keep(Office& office, const Invitation& invitation) {
  sync::OfficeStore& store = office.store();
  sync::StoreTransaction act(store);
  office.store().set_value(name_of(invitation.id), encode(invitation));
  act.commit();
}

std::optional<WorkerRow> worker_row(const Office& office, const Id& id) {
  for (const WorkerRow& row : workers(office)) {
    if (row.id == id) return row;
  }
  return std::nullopt;
}

Secret code_of(const Invitation& invitation) { return Secret::copy_of(BytesView(invitation.code)); }

}  // namespace

Result<Invitation> invite(Office& office, const Id& as, const NewInvitation& wanted) {
  if (!worker_row(office, wanted.worker)) return Fault(Fault::not_found, "no such worker");
  if (wanted.valid <= std::chrono::hours(0) || wanted.valid > invitation_max)
    return Fault(Fault::bad_value,
                 "an invitation is valid for 1 to " + std::to_string(invitation_max.count()) + " hours");
  Invitation invitation;
  invitation.id = office.new_id();
  invitation.worker = wanted.worker;
  invitation.label = wanted.label;
  invitation.code = to_bytes(sync::make_enrol_code(office.random()).view());
  invitation.expires_ms = to_milliseconds(office.clock().now() + wanted.valid);
  static_cast<void>(as);
  keep(office, invitation);
  return invitation;
}

std::vector<Invitation> invitations(const Office& office) {
  std::vector<Invitation> all;
  for (const std::string& name : office.store().values(prefix))
    all.push_back(decode_own<Invitation>(*office.store().value(name)));
  return all;
}

std::vector<Refusal> refusals(const Office& office) {
  const std::optional<Bytes> kept = office.store().value(refusals_name);
  return kept ? decode_own<std::vector<Refusal>>(*kept) : std::vector<Refusal>();
}

Fault EnrolmentDesk::refused(Fault fault, const Id& invitation) {
  std::vector<Refusal> all = refusals(office_);
  if (all.size() >= refusals_kept) all.erase(all.begin());
  all.push_back({to_milliseconds(office_.clock().now()), fault.code(), invitation});
  sync::OfficeStore& store = office_.store();
  sync::StoreTransaction act(store);
  office_.store().set_value(refusals_name, encode(all));
  act.commit();
  return fault;
}

// Codes of 80 bits are not guessed; whoever tries all the same does not keep the office busy.
Result<void> EnrolmentDesk::not_too_often() const {
  const std::int64_t since = to_milliseconds(office_.clock().now() - wrong_codes_per);
  const auto wrong = std::ranges::count_if(refusals(office_), [&](const Refusal& refusal) {
    return refusal.fault == Fault::bad_code && refusal.at_ms > since;
  });
  return static_cast<std::size_t>(wrong) < wrong_codes_max ? Result<void>()
                                                           : Fault(Fault::try_later, "too many wrong codes");
}

// The code itself never travels: each that is kept is held against the proof.
Result<Invitation> EnrolmentDesk::find(const sync::EnrolKnock& knock) const {
  for (Invitation& invitation : invitations(office_)) {
    const Secret code = code_of(invitation);
    if (is_proved({code, exporter_}, knock)) return std::move(invitation);
  }
  return Fault::bad_code;
}

Result<sync::EnrolOffer> EnrolmentDesk::take(const sync::EnrolKnock& knock) {
  if (Result<void> seldom = not_too_often(); !seldom) return seldom.fault();
  if (knock.version == 0) return Fault(Fault::upgrade_needed, "version 0 of the enrolment");
  Result<Invitation> invitation = find(knock);
  if (!invitation) return refused(invitation.fault(), {});
  if (invitation->used_by.empty() && invitation->expires_ms <= to_milliseconds(office_.clock().now()))
    return refused(Fault(Fault::lease_ended, "the code's time is over"), invitation->id);
  const std::optional<WorkerRow> worker = worker_row(office_, invitation->worker);
  CHECK(worker.has_value(), "a worker is never taken out of the log");
  invitation_ = invitation->id;
  sync::EnrolOffer offer;
  offer.office = office_.trust();
  offer.worker = worker->id;
  offer.worker_name = worker->name;
  const Secret code = code_of(*invitation);
  offer.proof = prove({code, exporter_}, offer);
  return offer;
}

Result<sync::EnrolWelcome> EnrolmentDesk::take(const sync::EnrolRequest& request) {
  const std::optional<Bytes> kept = office_.store().value(name_of(invitation_));
  if (invitation_.is_none() || !kept) return Fault(Fault::unexpected_message, "a request before a knock");
  const Invitation invitation = decode_own<Invitation>(*kept);
  const bool is_same = BytesView(invitation.used_by).size() == request.signing_key.size() &&
                       std::ranges::equal(invitation.used_by, request.signing_key);
  if (!invitation.used_by.empty() && !is_same)
    return refused(Fault(Fault::replayed, "the code was used by another device"), invitation.id);
  if (Result<void> good = check_public_key(request.signing_key); !good) return refused(good.fault(), invitation.id);
  Result<sync::EnrolWelcome> welcomed = welcome(invitation, request);
  if (!welcomed) return refused(welcomed.fault(), invitation.id);
  return welcomed;
}

// Device, certificate and the use of the code: in one transaction.
Result<sync::EnrolWelcome> EnrolmentDesk::welcome(const Invitation& before, const sync::EnrolRequest& request) {
  Invitation invitation = before;
  const bool is_new = invitation.device.is_none();
  if (is_new) invitation.device = office_.new_id();
  const WallTime now = office_.clock().now();
  Result<Bytes> certificate =
      office_.keys().authority.issue_device(request.certificate_request, invitation.device,
                                            {to_milliseconds(now) / 1000, certificate_seconds}, office_.random());
  if (!certificate) return certificate.fault();

  sync::OfficeStore& store = office_.store();
  if (is_new) {
    const auto text = [](std::string_view words) { return Value::of_text(words); };
    std::vector<sync::FieldWrite> writes{{device_facts::worker, Value::of_reference(invitation.worker)},
                                         {device_facts::standing, Value::of_code(number_of(Standing::active))},
                                         {device_facts::key, text(to_hex(request.signing_key))},
                                         {device_facts::sealing_key, text(to_hex(request.sealing_key))},
                                         {device_enrolled, Value::of_moment(now)}};
    if (!invitation.label.empty()) writes.push_back({device_label, text(invitation.label)});
    if (!request.machine.is_none()) writes.push_back({device_machine, text(request.machine.to_string())});
    const Result<Id> done = office_.administer(
        office_.keys().administrator, {kinds::device, office_.keys().device, {}, std::move(writes), invitation.device});
    if (!done) return done.fault();
  }
  sync::StoreTransaction act(store);
  if (!store.find_device(invitation.device)) {
    sync::OfficeDevice row;
    row.device = invitation.device;
    row.worker = invitation.worker;
    row.key = request.signing_key;
    store.put_device(row);
  }
  invitation.used_by = to_bytes(request.signing_key);
  office_.store().set_value(name_of(invitation.id), encode(invitation));
  act.commit();
  const std::optional<WorkerRow> worker = worker_row(office_, invitation.worker);
  return sync::EnrolWelcome{invitation.device, invitation.worker, worker->role, std::move(*certificate)};
}

}  // namespace caseload::server
