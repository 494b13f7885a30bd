#pragma once

#include <optional>

#include "server/store/sql.h"
#include "sync/office/office_store.h"

namespace caseload::server {

// LedgerTable: segments, acceptances, the tree over them, receipts and restores.
//
// Promise  as OfficeStore says. The right edge of the tree is kept in memory, so that a leaf costs no reading; so is
//          what was asked for or written lately, none of which ever becomes another. forget() when what was written is
//          taken back, or another moment is read.
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
    restores_.reset();
    segments_.clear();
    receipts_.clear();
    acceptances_.clear();
    leaves_.clear();
    nodes_.clear();
  }

 private:
  Digest node(sync::NodePlace place) const override;
  sync::Frontier& frontier() const;

  Sql& sql_;
  mutable std::optional<sync::Frontier> frontier_;
  mutable std::optional<std::vector<sync::Signed<sync::Restore>>> restores_;
  mutable Kept<Digest, sync::OfficeSegment> segments_{500};  // of 8 KiB at most
  mutable Kept<Digest, std::optional<sync::Signed<sync::Receipt>>> receipts_{500};
  mutable Kept<std::uint64_t, sync::Acceptance> acceptances_{10'000};
  mutable Kept<Digest, std::uint64_t> leaves_{10'000};  // by the hashes of their acceptances
  mutable Kept<sync::NodePlace, Digest> nodes_{20'000};
};

}  // namespace caseload::server
