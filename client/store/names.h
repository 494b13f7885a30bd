#pragma once

#include <bit>
#include <unordered_map>

#include "common/sqlite/database.h"
#include "sync/device/device_store.h"

namespace caseload::client {

// Numbers of 64 bits, as a column of the database keeps them: their bits, whatever stands for them comes back.
// A bound is for comparing in SQL: what is compared (positions, leaves, our own numbers) stays far below 63 bits.
inline std::int64_t cell(std::uint64_t number) { return std::bit_cast<std::int64_t>(number); }
inline std::uint64_t from_cell(std::int64_t cell) { return std::bit_cast<std::uint64_t>(cell); }
inline std::int64_t bound(std::uint64_t number) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(number, INT64_MAX));
}

// What we put there ourselves, read again. Errors: Breakage: the database is damaged in a way that its pages do not
// show.
template <class T>
T decode_own(BytesView bytes) {
  Result<T> value = decode<T>(bytes);
  if (!value) throw Breakage(Breakage::What::damaged, "a row of the database: " + value.fault().to_string());
  return std::move(*value);
}

inline Digest digest_at(const Statement& row, int column) {
  const Result<Digest> digest = take_exactly<32>(row.blob(column));
  if (!digest) throw Breakage(Breakage::What::damaged, "a digest of the database has another length");
  return *digest;
}

// Names: the small numbers that stand for workers and devices.
//
// Promise  one number for each id, for ever. forget() after a rollback, which takes new numbers back.
// Threads  one owner.
class Names {
 public:
  explicit Names(Database& database) : database_(database) {}

  std::int64_t number_of(const Id& id);  // inside a transaction
  void forget() { known_.clear(); }

 private:
  static constexpr std::size_t known_max = 10'000;  // workers and devices of a large office

  Database& database_;
  std::unordered_map<Id, std::int64_t> known_;
};

}  // namespace caseload::client
