#pragma once

#include <optional>

#include "server/store/sql.h"
#include "sync/office/office_store.h"

namespace caseload::server {

// LedgerTable: segments, acceptances, the tree over them, receipts and restores.
//
// Promise  as OfficeStore says. The right edge of the tree is kept in memory, so that a leaf costs no reading, and the
//          segment that was asked for last, for changes are asked after in the order in which they came; forget() when
//          what was written is taken back, or another moment is read.
// Errors   Breakage; also for a leaf or a node that is not there.
// Threads  that of its connection.
class LedgerTable : private sync::NodeReader {
 public:
  explicit LedgerTable(Sql& sql) : sql_(sql) {}

  std::optional<sync::OfficeSegment> find_segment(const Digest& segment) const;
  void put_segment(const sync::OfficeSegment& segment);
  std::optional<Digest> segment_by_number(const Id& device, std::uint32_t epoch, std::uint64_t number) const;

  std::uint64_t size() const { return frontier().size(); }
  sync::Acceptance acceptance(std::uint64_t leaf) const;
  std::optional<std::uint64_t> leaf_of(const sync::Acceptance& acceptance) const;
  void append(const sync::Acceptance& acceptance);
  const sync::NodeReader& nodes() const { return *this; }

  void put_receipt(const sync::Signed<sync::Receipt>& receipt);
  std::optional<sync::Signed<sync::Receipt>> find_receipt(const Digest& segment) const;
  void add_restore(const sync::Signed<sync::Restore>& restore);
  std::vector<sync::Signed<sync::Restore>> restores() const;

  void forget() {
    frontier_.reset();
    latest_.reset();
  }

 private:
  Digest node(sync::NodePlace place) const override;
  sync::Frontier& frontier() const;

  Sql& sql_;
  mutable std::optional<sync::Frontier> frontier_;
  mutable std::optional<std::pair<Digest, sync::OfficeSegment>> latest_;
};

}  // namespace caseload::server
