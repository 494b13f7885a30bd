#pragma once

#include <optional>
#include <string>

#include "server/service/counters.h"
#include "server/store/store.h"

namespace caseload::server {

// OfficeFigures: how the office stands, in numbers that are nobody's.
struct OfficeFigures {
  WallTime now{};
  std::uint64_t last_position = 0;
  std::uint64_t ledger_size = 0;
  std::uint32_t restore_epoch = 0;
  std::optional<WallTime> head_at;
  std::optional<WallTime> backup_at;
  std::uint64_t backup_position = 0;
  std::uint64_t devices_active = 0;
  std::uint64_t devices_suspended = 0;
  std::uint64_t devices_lost = 0;
  std::uint64_t devices_unheard = 0;  // active ones, for longer than unheard_after
  std::uint64_t devices_in_doubt = 0; // an old copy came back, or another ledger was seen: somebody has to look
  std::uint64_t late_waiting = 0;
  std::optional<WallTime> late_oldest;  // when its author's device wrote it
  std::uint64_t store_bytes = 0;        // with the write-ahead log
  std::uint64_t disk_free_bytes = 0;
  std::uint64_t disk_bytes = 0;
};
constexpr std::chrono::hours unheard_after{7 * 24};

// Requires a reader in its snapshot, or the writer's thread.
OfficeFigures figures_of(const ServerStore& store, const std::string& data_folder, WallTime now);

// In the text format of Prometheus. No label holds anything but words of ours.
std::string metrics_text(const ServiceCounts& counts, const OfficeFigures& figures);

// What keeps an office from working, in words of ours; nothing: it is ready.
constexpr std::uint64_t free_bytes_min = 1U << 30;  // or a tenth of the disk, where that is less
constexpr std::chrono::seconds clock_back_max{5};
std::vector<std::string> problems_of(const OfficeFigures& figures);

}  // namespace caseload::server
