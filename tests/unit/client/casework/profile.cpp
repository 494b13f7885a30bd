#include "tests/unit/client/casework/profile.h"

#include <deque>
#include <stdexcept>

#include "sync/session/half.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

Secret key() {
  Secret made(database_key_bytes);
  for (std::uint8_t& byte : made.writable()) byte = 9;
  return made;
}

}  // namespace

Profile::Profile(const std::string& role) : self(team.hire("Ana", role)), the_case(team.the_case) {
  lease_ = sync::grant_lease({self->identity.device, 1}, self->clock.now());
  open();
  sync::DeviceState state = store_->state();
  state.device = self->identity.device;
  state.worker = self->identity.worker;
  sync::StoreTransaction<SqlDeviceStore> transaction(*store_);
  store_->set_state(state);
  transaction.commit();
  team.assign(*team.lena, the_case, *self);
  everybody_meets();
}

void Profile::open() {
  Result<Database> opened = open_store(path_, key(), {.log_pages_max = 8});
  if (!opened) throw std::runtime_error(opened.fault().to_string());
  database_ = std::make_unique<Database>(std::move(*opened));
  store_ = std::make_unique<SqlDeviceStore>(*database_, Catalogue::built_in());
  audit_ = std::make_unique<AuditTrail>(*database_);
  drafts_ = std::make_unique<Drafts>(*database_);
  place_.reset(new Workplace{*store_, *audit_, *drafts_, self->clock, Zone::utc(), random_, self->identity.worker,
                             self->identity.device, *lease_, sync::TimeFloor(lease_->granted())});
}

void Profile::close() {
  place_.reset();
  drafts_.reset();
  audit_.reset();
  store_.reset();
  database_.reset();
}

void Profile::reopen() { reopen(path_); }

void Profile::reopen(const std::string& path) {
  close();
  path_ = path;
  open();
}

bool Profile::meet(bool receipts_arrive) {
  const sync::DeviceTrust trust = self->trust();
  sync::DeviceDesk device_desk(*store_, Catalogue::built_in(), trust, self->clock);
  const sync::OfficeSelf office_self = team.office.self();
  sync::OfficeDesk office_desk(team.office.store, office_self, sync::PeerFacts{self->identity.device, false});
  sync::DeviceSide device{false};
  sync::OfficeSide office;
  std::deque<Bytes> to_office;
  std::deque<Bytes> to_device;
  int over = 0;
  bool well = true;
  const auto did = [&](sync::HalfOutcome outcome, std::deque<Bytes>& line) {
    line.insert(line.end(), outcome.sent.begin(), outcome.sent.end());
    over += outcome.finished ? 1 : 0;
    well = well && !outcome.fault;
  };
  did(carry_out(device, device.start(), ask(device_desk)), to_office);
  while (!to_office.empty() || !to_device.empty()) {
    const bool up = !to_office.empty();
    std::deque<Bytes>& line = up ? to_office : to_device;
    const Bytes message = line.front();
    line.pop_front();
    if (up) {
      did(carry_out(office, office.received(message), ask(office_desk)), to_device);
    } else if (receipts_arrive || !std::holds_alternative<sync::Receipts>(*sync::read_message(message))) {
      did(carry_out(device, device.received(message), ask(device_desk)), to_office);
    } else {
      return false;
    }
  }
  return well && over == 2;
}

void Profile::everybody_meets() {
  for (int round = 0; round < 2; ++round) {
    team.everybody_meets();
    if (!meet()) throw std::runtime_error("a session of the profile did not end well");
  }
  team.everybody_meets();
}

void Profile::pass(Duration time) {
  team.pass(time);
  self->clock.advance(time);
}

std::string Profile::words_of(const Id& record, FieldNumber field) const {
  const sync::FieldView view = store_->record(record).view(Catalogue::built_in(), field);
  return view.in_force.size() == 1 && view.in_force.front().type() == ValueType::text ? view.in_force.front().text() : "";
}

}  // namespace caseload::client
