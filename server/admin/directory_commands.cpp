#include <array>

#include "server/admin/admin.h"
#include "server/office/directory.h"

namespace caseload::server {
namespace {

std::string name_of_unit(const std::vector<UnitRow>& all, const Id& id) {
  for (const UnitRow& row : all) {
    if (row.id == id) return row.name;
  }
  return id.to_string();
}

Result<std::vector<Id>> units_named(const AdminPlace& place, const Call& call) {
  std::vector<Id> found;
  for (const std::string& name : call.all("unit")) {
    const Result<Id> unit = find_unit(place.office, name);
    if (!unit) return unit.fault();
    found.push_back(*unit);
  }
  return found;
}

Reply id_reply(const Id& id) { return {Json{{"id", to_json(id)}}}; }

Result<Reply> unit_add(AdminPlace& place, const Call& call) {
  const Result<Id> as = acting(place, call);
  if (!as) return as.fault();
  if (find_unit(place.office, call.arguments[0])) return Fault(Fault::already_there, "a unit of that name");
  Id parent;
  if (call.has("in")) {
    const Result<Id> found = find_unit(place.office, call.option("in"));
    if (!found) return found.fault();
    parent = *found;
  }
  const Result<Id> id = add_unit(place.office, *as, call.arguments[0], parent);
  if (!id) return id.fault();
  return id_reply(*id);
}

Result<Reply> unit_list(AdminPlace& place, const Call&) {
  const std::vector<UnitRow> all = units(place.office);
  Reply reply{Json::array()};
  for (const UnitRow& row : all) {
    reply.value.push_back({{"id", to_json(row.id)}, {"name", row.name},
                           {"parent", row.parent.is_none() ? Json() : Json(name_of_unit(all, row.parent))}});
  }
  return reply;
}

Result<Reply> provider_add(AdminPlace& place, const Call& call) {
  const Result<Id> as = acting(place, call);
  if (!as) return as.fault();
  const Result<Id> id = add_provider(place.office, *as, call.arguments[0]);
  if (!id) return id.fault();
  return id_reply(*id);
}

Result<Reply> worker_add(AdminPlace& place, const Call& call) {
  const Result<Id> as = acting(place, call);
  const Result<std::vector<Id>> in = units_named(place, call);
  if (!as) return as.fault();
  if (!in) return in.fault();
  for (const char* needed : {"name", "role"}) {
    if (!call.has(needed)) return Fault(Fault::required, std::string("--") + needed);
  }
  NewWorker worker{call.option("name"), call.option("role"), *in, {}};
  if (call.has("provider")) {
    const Result<Id> provider = find_provider(place.office, call.option("provider"));
    if (!provider) return provider.fault();
    worker.provider = *provider;
  }
  const Result<Id> id = add_worker(place.office, *as, worker);
  if (!id) return id.fault();
  return id_reply(*id);
}

Result<Reply> worker_list(AdminPlace& place, const Call&) {
  const std::vector<UnitRow> all = units(place.office);
  const std::vector<DeviceRow> known = devices(place.office);
  Reply reply{Json::array()};
  for (const WorkerRow& row : workers(place.office)) {
    Json in = Json::array();
    for (const Id& unit : row.units) in.push_back(name_of_unit(all, unit));
    const auto of_worker = std::ranges::count_if(known, [&](const DeviceRow& d) { return d.worker == row.id; });
    reply.value.push_back(
        {{"id", to_json(row.id)}, {"name", row.name}, {"role", row.role}, {"units", in}, {"devices", of_worker}});
  }
  return reply;
}

Result<Reply> worker_role(AdminPlace& place, const Call& call) {
  const Result<Id> as = acting(place, call);
  const Result<Id> worker = find_worker(place.office, call.arguments[0]);
  if (!as) return as.fault();
  if (!worker) return worker.fault();
  if (Result<void> done = set_role(place.office, *as, *worker, call.arguments[1]); !done) return done.fault();
  return id_reply(*worker);
}

Result<Reply> worker_move(AdminPlace& place, const Call& call) {
  const Result<Id> as = acting(place, call);
  const Result<Id> worker = find_worker(place.office, call.arguments[0]);
  const Result<std::vector<Id>> in = units_named(place, call);
  if (!as) return as.fault();
  if (!worker) return worker.fault();
  if (!in) return in.fault();
  if (in->empty()) return Fault(Fault::required, "--unit");
  if (Result<void> done = move_worker(place.office, *as, *worker, *in); !done) return done.fault();
  return id_reply(*worker);
}

std::string standing_of(const DeviceRow& row) {
  if (row.wipe) return "to be wiped";
  if (row.twin) return "twin";
  switch (row.standing) {
    case Standing::active: return "active";
    case Standing::suspended: return "suspended";
    case Standing::lost: return "lost";
  }
  return "unknown";
}

Result<Reply> device_list(AdminPlace& place, const Call&) {
  std::map<Id, std::string> names;
  for (const WorkerRow& row : workers(place.office)) names[row.id] = row.name;
  Reply reply{Json::array()};
  for (const DeviceRow& row : devices(place.office)) {
    const bool heard = row.lease_number > 0;
    reply.value.push_back({{"id", to_json(row.id)},
                           {"worker", names[row.worker]},
                           {"label", row.label},
                           {"standing", standing_of(row)},
                           {"late", row.late},
                           {"lease_granted", heard ? Json(to_text(row.lease_granted)) : Json()},
                           {"machine", row.machine.empty() ? Json() : Json(row.machine)}});
  }
  return reply;
}

// One device, or with --machine every profile of that machine.
Result<Reply> order(AdminPlace& place, const Call& call, const DeviceOrder& wanted) {
  const Result<Id> as = acting(place, call);
  if (!as) return as.fault();
  std::vector<Id> all;
  if (call.has("machine")) {
    for (const DeviceRow& row : devices(place.office)) {
      if (!row.machine.empty() && row.machine == call.option("machine")) all.push_back(row.id);
    }
    if (all.empty()) return Fault(Fault::not_found, "no device of such a machine");
  } else {
    if (call.arguments.empty()) return Fault(Fault::required, "DEVICE, or --machine");
    const Result<Id> found = find_device(place.office, call.arguments[0]);
    if (!found) return found.fault();
    all.push_back(*found);
  }
  Reply reply{Json::array()};
  for (const Id& device : all) {
    if (Result<void> done = order_device(place.office, *as, device, wanted); !done) return done.fault();
    reply.value.push_back({{"id", to_json(device)}});
  }
  return reply;
}

Result<Reply> device_suspend(AdminPlace& place, const Call& call) {
  return order(place, call, {Standing::suspended, false});
}
Result<Reply> device_lost(AdminPlace& place, const Call& call) { return order(place, call, {Standing::lost, false}); }
Result<Reply> device_wipe(AdminPlace& place, const Call& call) { return order(place, call, {Standing::lost, true}); }
Result<Reply> device_resume(AdminPlace& place, const Call& call) {
  return order(place, call, {Standing::active, false});
}

const OptionEntry machine_option{"machine", "M", "every profile of this machine"};

const std::array entries = {
    AdminEntry{{"unit add",
                "NAME",
                1,
                1,
                "a unit that cases and workers belong to",
                {{"in", "UNIT", "its parent"}, as_option()}},
               unit_add},
    AdminEntry{{"unit list", "", 0, 0, "all units", {}}, unit_list},
    AdminEntry{{"provider add", "NAME", 1, 1, "an organisation that cases are referred to", {as_option()}},
               provider_add},
    AdminEntry{{"worker add",
                "",
                0,
                0,
                "somebody who works with cases",
                {{"name", "NAME", "as colleagues know them"},
                 {"role", "ROLE", "a word of the sharing rules"},
                 {"unit", "UNIT", "where they work", true},
                 {"provider", "PROVIDER", "for whom, where it is not us"},
                 as_option()}},
               worker_add},
    AdminEntry{{"worker list", "", 0, 0, "everybody, their roles, units and devices", {}}, worker_list},
    AdminEntry{{"worker role", "WORKER ROLE", 2, 2, "gives another role", {as_option()}}, worker_role},
    AdminEntry{{"worker move",
                "WORKER",
                1,
                1,
                "to these units and no others",
                {{"unit", "UNIT", "one of them", true}, as_option()}},
               worker_move},
    AdminEntry{{"device list", "", 0, 0, "every device, whose it is and where it stands", {}}, device_list},
    AdminEntry{{"device suspend",
                "[DEVICE]",
                0,
                1,
                "may hand over what it has, and gets nothing",
                {machine_option, as_option()}},
               device_suspend},
    AdminEntry{{"device lost", "[DEVICE]", 0, 1, "is told so, and nothing else", {machine_option, as_option()}},
               device_lost},
    AdminEntry{
        {"device wipe", "[DEVICE]", 0, 1, "destroys its keys at its next contact", {machine_option, as_option()}},
        device_wipe},
    AdminEntry{{"device resume", "[DEVICE]", 0, 1, "works as before", {machine_option, as_option()}},
               device_resume},
};

}  // namespace

std::span<const AdminEntry> directory_commands() { return entries; }

}  // namespace caseload::server
