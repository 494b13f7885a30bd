#include "client/store/state_table.h"

namespace caseload::client {

void StateTable::set(const sync::DeviceState& state) {
  state_ = state;
  changed_ = true;
}

// The sum changes with every change that is kept, and so does the state: they are one row.
void StateTable::write(const Digest& log_sum) {
  const sync::DeviceState& s = state_;
  database_
      .prepare("INSERT INTO device_state (one, device, worker, log, epoch, next_number, next_seq, previous, cursor, "
               "purges, backed_up, clock_offset_ms, last_stamp, restores, log_sum, lease, time_floor, "
               "counted, counted_whole) "
               "VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) "
               "ON CONFLICT (one) DO UPDATE SET device = ?1, worker = ?2, log = ?3, epoch = ?4, next_number = ?5, "
               "next_seq = ?6, previous = ?7, cursor = ?8, purges = ?9, backed_up = ?10, clock_offset_ms = ?11, "
               "last_stamp = ?12, restores = ?13, log_sum = ?14, lease = ?15, time_floor = ?16, "
               "counted = ?17, counted_whole = ?18")
      .run(s.device, s.worker, s.log, s.epoch, cell(s.next_number), cell(s.next_seq), s.previous, cell(s.cursor),
           cell(s.purges), cell(s.backed_up), s.clock_offset_ms, cell(s.last_stamp.value), encode(s.ledger.restores),
           log_sum, encode(s.lease), to_milliseconds(s.time_floor), cell(s.counted), to_milliseconds(s.counted_whole));
  if (changed_) write_heads();
  changed_ = false;
}

// What was forgotten since goes, what is new comes at the end; the many that stay are not touched.
void StateTable::write_heads() {
  const std::vector<sync::Signed<sync::TreeHead>>& heads = state_.ledger.heads;
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < heads_written_.size(); ++i) {
    const bool stays = rows.size() < heads.size() && heads[rows.size()] == heads_written_[i];
    if (stays) rows.push_back(head_rows_[i]);
    else database_.prepare("DELETE FROM seen_head WHERE n = ?").run(head_rows_[i]);
  }
  while (rows.size() < heads.size()) {
    database_.prepare("INSERT INTO seen_head (n, body) VALUES (?, ?)")
        .run((rows.empty() ? 0 : rows.back()) + 1, encode(heads[rows.size()]));
    rows.push_back(database_.last_row_id());
  }
  head_rows_ = std::move(rows);
  heads_written_ = heads;
}

Digest StateTable::read() {
  state_ = {};
  changed_ = false;
  head_rows_.clear();
  Digest log_sum{};
  Statement row = database_.prepare(
      "SELECT device, worker, log, epoch, next_number, next_seq, previous, cursor, purges, backed_up, clock_offset_ms, "
      "last_stamp, restores, log_sum, lease, time_floor, counted, counted_whole FROM device_state");
  row.select();
  if (row.step()) {
    state_.device = row.id(0);
    state_.worker = row.id(1);
    state_.log = row.id(2);
    state_.epoch = static_cast<std::uint32_t>(row.integer(3));
    state_.next_number = from_cell(row.integer(4));
    state_.next_seq = from_cell(row.integer(5));
    state_.previous = digest_at(row, 6);
    state_.cursor = from_cell(row.integer(7));
    state_.purges = from_cell(row.integer(8));
    state_.backed_up = from_cell(row.integer(9));
    state_.clock_offset_ms = row.integer(10);
    state_.last_stamp.value = from_cell(row.integer(11));
    state_.ledger.restores = decode_own<std::vector<sync::Signed<sync::Restore>>>(row.blob(12));
    log_sum = digest_at(row, 13);
    state_.lease = decode_own<sync::Lease>(row.blob(14));
    state_.time_floor = from_milliseconds(row.integer(15));
    state_.counted = from_cell(row.integer(16));
    state_.counted_whole = from_milliseconds(row.integer(17));
  }
  Statement heads = database_.prepare("SELECT n, body FROM seen_head ORDER BY n");
  for (heads.select(); heads.step();) {
    head_rows_.push_back(heads.integer(0));
    state_.ledger.heads.push_back(decode_own<sync::Signed<sync::TreeHead>>(heads.blob(1)));
  }
  heads_written_ = state_.ledger.heads;
  return log_sum;
}

}  // namespace caseload::client
