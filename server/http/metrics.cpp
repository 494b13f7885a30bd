#include "server/http/metrics.h"

#include <algorithm>
#include <filesystem>

#include "server/backup/back_up.h"

namespace caseload::server {
namespace {

class Page {
 public:
  // One number of a name that has no other.
  void put(std::string_view name, std::string_view type, std::string_view help, std::uint64_t number) {
    head(name, type, help);
    text_ += std::string(name) + " " + std::to_string(number) + "\n";
  }
  void head(std::string_view name, std::string_view type, std::string_view help) {
    text_ += "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " + std::string(name) + " " +
             std::string(type) + "\n";
  }
  void row(std::string_view name, std::string_view label, std::string_view value, std::uint64_t number) {
    text_ += std::string(name) + "{" + std::string(label) + "=\"" + std::string(value) + "\"} " +
             std::to_string(number) + "\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

constexpr std::string_view counter = "counter", gauge = "gauge";

void put_service(Page& page, const ServiceCounts& counts) {
  page.put("caseload_connections_total", counter, "Connections accepted.", counts.connections);
  page.put("caseload_connections_open", gauge, "Connections that are open.", counts.connections_open);
  page.put("caseload_turned_away_total", counter, "Connections closed before a word, because there were too many.",
           counts.turned_away);
  page.put("caseload_sessions_total", counter, "Sessions begun.", counts.sessions);
  page.put("caseload_sessions_open", gauge, "Sessions that are open.", counts.sessions_open);
  page.put("caseload_sessions_well_total", counter, "Sessions that ended as they should.", counts.sessions_well);
  page.put("caseload_sessions_watching", gauge, "Open sessions that wait for news.", counts.watching);
  page.put("caseload_wakes_total", counter, "News told to sessions that waited for it.", counts.wakes);
  page.put("caseload_bytes_in_total", counter, "Bytes of sessions received.", counts.bytes_in);
  page.put("caseload_bytes_out_total", counter, "Bytes of sessions sent.", counts.bytes_out);
  page.put("caseload_messages_in_total", counter, "Messages received.", counts.messages_in);
  page.put("caseload_operations_total", counter, "Operations made durable.", counts.operations);
  page.put("caseload_commits_total", counter, "Commits; several operations share one.", counts.commits);
  page.put("caseload_writer_queue", gauge, "Operations that wait for the writer.", counts.queue_length);
  page.head("caseload_refused_total", counter, "Connections and sessions that ended early, by why.");
  for (const auto& [code, times] : counts.refused)
    page.row("caseload_refused_total", "fault", Fault(code).name(), times);
}

std::uint64_t seconds_since(const std::optional<WallTime>& then, WallTime now) {
  if (!then || *then > now) return 0;
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now - *then).count());
}

void put_office(Page& page, const OfficeFigures& f) {
  page.put("caseload_last_position", gauge, "Changes in the log.", f.last_position);
  page.put("caseload_ledger_size", gauge, "Leaves of the ledger.", f.ledger_size);
  page.put("caseload_restore_epoch", gauge, "How often the office was restored.", f.restore_epoch);
  page.put("caseload_head_age_seconds", gauge, "Since the last signed head.", seconds_since(f.head_at, f.now));
  page.put("caseload_backups", gauge, "1 when there was a backup, 0 when there never was.", f.backup_at ? 1 : 0);
  page.put("caseload_backup_age_seconds", gauge, "Since the last backup that was checked; 0 without any.",
           seconds_since(f.backup_at, f.now));
  page.put("caseload_not_backed_up", gauge, "Changes that came after the last backup.",
           f.last_position - std::min(f.last_position, f.backup_position));
  page.head("caseload_devices", gauge, "Devices, by standing.");
  page.row("caseload_devices", "standing", "active", f.devices_active);
  page.row("caseload_devices", "standing", "suspended", f.devices_suspended);
  page.row("caseload_devices", "standing", "lost", f.devices_lost);
  page.put("caseload_devices_unheard", gauge, "Active devices that took no lease for a week.", f.devices_unheard);
  page.put("caseload_devices_in_doubt", gauge, "Devices that came back as an old copy, or saw another ledger.",
           f.devices_in_doubt);
  page.put("caseload_late_work", gauge, "Changes that wait for a person to decide.", f.late_waiting);
  page.put("caseload_late_work_oldest_seconds", gauge, "Since the oldest of them was written.",
           seconds_since(f.late_oldest, f.now));
  page.put("caseload_store_bytes", gauge, "The data folder on the disk.", f.store_bytes);
  page.put("caseload_disk_free_bytes", gauge, "Free on that disk.", f.disk_free_bytes);
}

void count_device(const sync::OfficeDevice& device, OfficeFigures& figures) {
  if (device.is_office) return;
  if (device.twin || device.saw_other_ledger) ++figures.devices_in_doubt;
  if (device.standing == Standing::suspended) ++figures.devices_suspended;
  if (device.standing == Standing::lost) ++figures.devices_lost;
  if (device.standing != Standing::active) return;
  ++figures.devices_active;
  if (figures.now - device.lease_granted > unheard_after) ++figures.devices_unheard;
}

}  // namespace

OfficeFigures figures_of(const ServerStore& store, const std::string& data_folder, WallTime now) {
  OfficeFigures figures;
  figures.now = now;
  figures.last_position = store.last_position();
  figures.ledger_size = store.ledger_size();
  if (const std::optional<sync::Signed<sync::TreeHead>> head = store.head()) {
    figures.restore_epoch = head->body.restore_epoch;
    figures.head_at = head->body.at;
  }
  if (const std::optional<LastBackup> backup = last_backup(store)) {
    figures.backup_at = backup->at;
    figures.backup_position = backup->position;
  }
  for (const sync::OfficeDevice& device : store.devices()) count_device(device, figures);
  for (const Id& id : store.held()) {
    const std::optional<sync::OfficeChange> change = store.find(id);
    if (!change) continue;
    ++figures.late_waiting;
    const WallTime written = change->change.header.stamp.wall_time();
    if (!figures.late_oldest || written < *figures.late_oldest) figures.late_oldest = written;
  }
  figures.store_bytes = bytes_below(data_folder);
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(data_folder, error);
  if (!error) {
    figures.disk_free_bytes = space.available;
    figures.disk_bytes = space.capacity;
  }
  return figures;
}

std::string metrics_text(const ServiceCounts& counts, const OfficeFigures& figures) {
  Page page;
  put_service(page, counts);
  put_office(page, figures);
  return page.take();
}

std::vector<std::string> problems_of(const OfficeFigures& figures) {
  std::vector<std::string> problems;
  if (figures.disk_free_bytes < std::min(free_bytes_min, figures.disk_bytes / 10))
    problems.emplace_back("disk_nearly_full");
  if (figures.head_at && *figures.head_at > figures.now + clock_back_max) problems.emplace_back("clock_back");
  return problems;
}

}  // namespace caseload::server
