#include "server/store/device_table.h"

namespace caseload::server {

using sync::CustodyRow;
using sync::OfficeDevice;

std::optional<OfficeDevice> DeviceTable::find(const Id& device) const {
  if (const std::optional<OfficeDevice>* known = devices_.find(device)) return *known;
  std::optional<OfficeDevice> found;
  sql_.read("SELECT body FROM device WHERE id = $1", {device},
            [&](const SqlRow& row) { found = decode_own<OfficeDevice>(row.bytes(0)); });
  return devices_.keep(device, std::move(found));
}

void DeviceTable::put(const OfficeDevice& device) {
  sql_.write("INSERT INTO device (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
             {device.device, encode(device)});
  devices_.keep(device.device, device);
}

std::vector<OfficeDevice> DeviceTable::all() const {
  std::vector<OfficeDevice> found;
  sql_.read("SELECT body FROM device ORDER BY id", {},
            [&](const SqlRow& row) { found.push_back(decode_own<OfficeDevice>(row.bytes(0))); });
  return found;
}

sync::Coverage DeviceTable::coverage(const Id& device) const {
  if (const sync::Coverage* known = coverages_.find(device)) return *known;
  sync::Coverage found;
  sql_.read("SELECT body FROM coverage WHERE device = $1", {device}, [&](const SqlRow& row) {
    Result<sync::Coverage> coverage = sync::coverage_of(decode_own<sync::CoverageTable>(row.bytes(0)));
    if (!coverage) throw_damaged(coverage.fault());
    found = std::move(*coverage);
  });
  return coverages_.keep(device, std::move(found));
}

void DeviceTable::put_coverage(const Id& device, const sync::Coverage& coverage) {
  const Result<sync::CoverageTable> table = sync::table_of(coverage);
  CHECK(table.ok(), "a coverage that a session gave fits a session");
  coverages_.keep(device, coverage);
  sql_.write("INSERT INTO coverage (device, body) VALUES ($1, $2) "
             "ON CONFLICT (device) DO UPDATE SET body = excluded.body WHERE coverage.body <> excluded.body",
             {device, encode(*table)});
}

std::optional<sync::Look> DeviceTable::look(const Id& device) const {
  if (const std::optional<sync::Look>* known = looks_.find(device)) return *known;
  std::optional<sync::Look> found;
  sql_.read("SELECT body FROM look WHERE device = $1", {device},
            [&](const SqlRow& row) { found = decode_own<sync::Look>(row.bytes(0)); });
  return looks_.keep(device, std::move(found));
}

void DeviceTable::put_look(const Id& device, const sync::Look& look) {
  looks_.keep(device, look);
  sql_.write("INSERT INTO look (device, body) VALUES ($1, $2) ON CONFLICT (device) DO UPDATE SET body = excluded.body",
             {device, encode(look)});
}

std::vector<CustodyRow> DeviceTable::custody_rows(std::string_view text, const Id& id) const {
  std::vector<CustodyRow> rows;
  sql_.read(text, {id}, [&](const SqlRow& row) {
    rows.push_back({id_at(row, 0), id_at(row, 1), from_milliseconds(row.integer(2)), row.integer(3) != 0});
  });
  return rows;
}

std::vector<CustodyRow> DeviceTable::custody(const Id& device) const {
  if (const std::vector<CustodyRow>* known = custody_.find(device)) return *known;
  return custody_.keep(
      device,
      custody_rows("SELECT device, scope, since, withdrawn FROM custody WHERE device = $1 ORDER BY scope", device));
}

std::vector<CustodyRow> DeviceTable::holders_of(const Id& scope) const {
  return custody_rows("SELECT device, scope, since, withdrawn FROM custody WHERE scope = $1 ORDER BY device",
                      scope);
}

void DeviceTable::put_custody(const CustodyRow& row) {
  custody_.forget(row.device);
  sql_.write(
      "INSERT INTO custody (device, scope, since, withdrawn) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (device, scope) DO UPDATE SET since = excluded.since, withdrawn = excluded.withdrawn",
      {row.device, row.scope, to_milliseconds(row.since), row.withdrawn});
}

void DeviceTable::erase_custody(const Id& device, const Id& scope) {
  custody_.forget(device);
  sql_.write("DELETE FROM custody WHERE device = $1 AND scope = $2", {device, scope});
}

}  // namespace caseload::server
