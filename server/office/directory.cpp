#include "server/office/directory.h"

#include <algorithm>

#include "sync/transaction.h"

namespace caseload::server {
namespace {

constexpr FieldNumber worker_name = 21, name_of_unit = 17, name_of_provider = 17, label = 20, machine = 21;
constexpr std::size_t typed_letters_min = 4;  // of an identifier: fewer fit too many

const Catalogue& catalogue() { return Catalogue::built_in(); }

Value text(std::string_view words) { return Value::of_text(words); }
Value link(const Id& id) { return Value::of_reference(id); }

// The one value in force, or nothing where there is none or several.
std::string text_in(const sync::RecordState& record, FieldNumber field) {
  const sync::FieldView view = record.view(catalogue(), field);
  return view.in_force.size() == 1 && view.in_force.front().type() == ValueType::text ? view.in_force.front().text()
                                                                                      : "";
}

Id link_in(const sync::RecordState& record, FieldNumber field) {
  const sync::FieldView view = record.view(catalogue(), field);
  return view.in_force.size() == 1 && view.in_force.front().type() == ValueType::reference
             ? view.in_force.front().reference()
             : Id{};
}

std::vector<Id> scopes_of_kind(const Office& office, KindNumber kind) {
  std::vector<Id> found;
  for (const Id& scope : office.store().scopes()) {
    const std::optional<sync::OfficeChange> root = office.store().find(scope);
    if (root && root->change.header.kind == kind) found.push_back(scope);
  }
  return found;
}

struct Named {
  Id id;
  std::string name;
};

bool begins(const Id& id, std::string_view typed) {
  if (typed.size() < typed_letters_min) return false;
  return id.short_form().starts_with(typed) || id.to_string().starts_with(typed);
}

Result<Id> find_named(const std::vector<Named>& all, std::string_view wanted, const char* what) {
  std::vector<Id> found;
  for (const Named& one : all) {
    if (one.name == wanted) found.push_back(one.id);
  }
  for (const Named& one : all) {
    if (found.empty() && begins(one.id, wanted) &&
        std::ranges::count_if(all, [&](const Named& n) { return begins(n.id, wanted); }) == 1)
      found.push_back(one.id);
  }
  if (found.size() > 1)
    return Fault(Fault::ambiguous, std::string("several of that name: type more of the identifier of the ") + what);
  if (found.empty()) return Fault(Fault::not_found, std::string("no such ") + what);
  return found.front();
}

template <class Row>
std::vector<Named> named(const std::vector<Row>& rows) {
  std::vector<Named> all;
  for (const Row& row : rows) all.push_back({row.id, row.name});
  return all;
}

Result<Id> role_record(const Office& office, std::string_view name) {
  for (const Id& role : office.store().records_of(office.keys().device, kinds::role)) {
    if (text_in(office.facts().state(role), role_facts::name) == name) return role;
  }
  return Fault(Fault::bad_name, "no such role in the sharing rules");
}

}  // namespace

std::vector<UnitRow> units(const Office& office) {
  std::vector<UnitRow> rows;
  for (const Id& id : scopes_of_kind(office, kinds::unit)) {
    const sync::RecordState record = office.facts().state(id);
    rows.push_back({id, text_in(record, name_of_unit), link_in(record, unit_facts::parent)});
  }
  return rows;
}

std::vector<WorkerRow> workers(const Office& office) {
  std::vector<WorkerRow> rows;
  for (const Id& id : scopes_of_kind(office, kinds::worker)) {
    const sync::RecordState record = office.facts().state(id);
    WorkerRow row{id, text_in(record, worker_name), "", {}, true};
    const Id role = link_in(record, worker_facts::role);
    if (!role.is_none()) row.role = text_in(office.facts().state(role), role_facts::name);
    for (const Value& unit : record.view(catalogue(), worker_facts::units).in_force)
      row.units.push_back(unit.reference());
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<DeviceRow> devices(const Office& office) {
  std::vector<DeviceRow> rows;
  for (const sync::OfficeDevice& device : office.store().devices()) {
    const sync::RecordState record = office.facts().state(device.device);
    rows.push_back({device.device, device.worker, text_in(record, label), text_in(record, machine), device.standing,
                    device.wipe, device.twin, device.late_changes, device.lease_number, device.lease_granted});
  }
  return rows;
}

Result<Id> find_unit(const Office& office, std::string_view wanted) {
  return find_named(named(units(office)), wanted, "unit");
}

Result<Id> find_worker(const Office& office, std::string_view wanted) {
  return find_named(named(workers(office)), wanted, "worker");
}

Result<Id> find_device(const Office& office, std::string_view wanted) {
  std::vector<Named> all;
  for (const DeviceRow& row : devices(office)) all.push_back({row.id, row.label});
  return find_named(all, wanted, "device");
}

Result<Id> find_provider(const Office& office, std::string_view wanted) {
  std::vector<Named> all;
  for (const Id& id : office.store().records_of(office.keys().device, kinds::provider))
    all.push_back({id, text_in(office.facts().state(id), name_of_provider)});
  return find_named(all, wanted, "provider");
}

Result<Id> add_unit(Office& office, const Id& as, const std::string& name, const Id& parent) {
  AdministrativeAct act{kinds::unit, {}, {}, {{name_of_unit, text(name)}}, {}};
  if (!parent.is_none()) act.writes.push_back({unit_facts::parent, link(parent)});
  return office.administer(as, act);
}

Result<Id> add_provider(Office& office, const Id& as, const std::string& name) {
  return office.administer(as, {kinds::provider, office.keys().device, {}, {{name_of_provider, text(name)}}, {}});
}

Result<Id> add_worker(Office& office, const Id& as, const NewWorker& worker) {
  const Result<Id> role = role_record(office, worker.role);
  if (!role) return role.fault();
  if (worker.units.empty() && worker.provider.is_none()) return Fault(Fault::required, "a unit, or a provider");
  AdministrativeAct act{
      kinds::worker, {}, {}, {{worker_name, text(worker.name)}, {worker_facts::role, link(*role)}}, {}};
  for (const Id& unit : worker.units) act.writes.push_back({worker_facts::units, link(unit)});
  if (!worker.provider.is_none()) act.writes.push_back({worker_facts::provider, link(worker.provider)});
  return office.administer(as, act);
}

Result<void> set_role(Office& office, const Id& as, const Id& worker, const std::string& role) {
  const Result<Id> record = role_record(office, role);
  if (!record) return record.fault();
  const Result<Id> done =
      office.administer(as, {kinds::worker, worker, worker, {{worker_facts::role, link(*record)}}, {}});
  if (!done) return done.fault();
  return {};
}

Result<void> move_worker(Office& office, const Id& as, const Id& worker, const std::vector<Id>& units) {
  AdministrativeAct act{kinds::worker, worker, worker, {}, {}};
  for (const Value& now : office.facts().state(worker).view(catalogue(), worker_facts::units).in_force) {
    if (std::ranges::find(units, now.reference()) == units.end())
      act.writes.push_back({worker_facts::units, now, true});
  }
  for (const Id& unit : units) act.writes.push_back({worker_facts::units, link(unit)});
  const Result<Id> done = office.administer(as, act);
  if (!done) return done.fault();
  return {};
}

Result<void> order_device(Office& office, const Id& as, const Id& device, const DeviceOrder& order) {
  std::optional<sync::OfficeDevice> row = office.store().find_device(device);
  if (!row || row->is_office) return Fault(Fault::not_found, "no such device");
  sync::OfficeStore& store = office.store();
  sync::StoreTransaction act(store);
  row->standing = order.standing;
  row->wipe = order.wipe;
  store.put_device(*row);
  act.commit();
  const Result<Id> done =
      office.administer(as, {kinds::device,
                             office.keys().device,
                             device,
                             {{device_facts::standing, Value::of_code(number_of(order.standing))}},
                             {}});
  if (!done) return done.fault();
  return {};
}

}  // namespace caseload::server
