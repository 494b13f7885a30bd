#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sync/ledger/statements.h"
#include "sync/office/office_rows.h"

namespace caseload::sync {

// OfficeStore: all that the office keeps, as the engine needs it. Implemented in memory, on SQLite and on PostgreSQL,
// with one test suite for the three.
//
// Promise  as DeviceStore: commit() is durable before it returns. Positions are handed out in commit order, so a reader
//          who has seen one has seen every smaller one.
// Errors   Breakage. After a failed commit the process stops: nothing of it was acknowledged.
// Threads  one writer; readers each on their own snapshot.
class OfficeStore {
 public:
  virtual ~OfficeStore() = default;

  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;

  // The log.
  virtual std::uint64_t last_position() const = 0;
  virtual std::optional<OfficeChange> find(const Id& change) const = 0;
  virtual void put(const OfficeChange& change) = 0;
  virtual std::vector<OfficeChange> changes_of_record(const Id& record) const = 0;  // accepted ones, by position
  virtual std::vector<OfficeChange> held_of_record(const Id& record) const = 0;     // late work on it, declined too

  // What is about to be asked: find() of these changes, and changes_of_record() of these records. A store to which each
  // question is a journey reads them together; no answer is another for it.
  virtual void foresee(std::span<const Id> /*changes*/, std::span<const Id> /*records*/) const {}

  // Accepted changes in (after, upto], of these scopes, by position, at most `limit`. Where only some are wanted, the
  // others come as their names and their place, without parts: they are not read whole.
  using Wanted = std::function<bool(KindNumber kind, WallTime accepted)>;
  struct Stretch {
    std::uint64_t after = 0;
    std::uint64_t upto = 0;
    std::size_t limit = 0;
    Wanted wanted{};  // empty: all. Of changes only
  };
  virtual std::vector<OfficeChange> changes_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const = 0;

  // Parts erased by law, by the first position that was free when it happened, which nobody had read; of these
  // scopes, in a stretch, at most `limit`.
  struct Erasure {
    ErasedPart part;
    Id scope;
    std::uint64_t position = 0;
  };
  virtual void put_erasure(const Erasure& erasure) = 0;
  virtual std::vector<Erasure> erasures_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const = 0;

  virtual std::uint64_t last_erasure() const = 0;  // its position; 0: none yet

  // What was accepted in a stretch, of any scope, by position, at most `limit`: names only, headers without sections.
  virtual std::vector<ChangeHeader> names(const Stretch& stretch) const = 0;

  // Whether somebody is the author of an accepted record of a scope. It may say yes of who is not, never no of who is.
  virtual bool has_written(const Id& author, const Id& scope) const = 0;

  // Ids of accepted records of this kind in a scope, in the order of their creation.
  virtual std::vector<Id> records_of(const Id& scope, KindNumber kind) const = 0;
  virtual std::vector<Id> scopes() const = 0;  // every scope that the log speaks of

  // Segments and the ledger. Leaf i is the acceptance number i.
  virtual std::optional<OfficeSegment> find_segment(const Digest& segment) const = 0;
  virtual void put_segment(const OfficeSegment& segment) = 0;
  virtual std::optional<Digest> segment_by_number(const Id& device, std::uint32_t epoch,
                                                  std::uint64_t number) const = 0;
  virtual std::uint64_t ledger_size() const = 0;
  virtual Acceptance acceptance(std::uint64_t leaf) const = 0;
  virtual std::optional<std::uint64_t> leaf_of(const Acceptance& acceptance) const = 0;
  virtual void append_acceptance(const Acceptance& acceptance) = 0;
  virtual const NodeReader& nodes() const = 0;
  virtual std::optional<Signed<TreeHead>> head() const = 0;
  virtual void set_head(const Signed<TreeHead>& head) = 0;
  virtual std::vector<Signed<Restore>> restores() const = 0;
  virtual void put_receipt(const Signed<Receipt>& receipt) = 0;
  virtual std::optional<Signed<Receipt>> find_receipt(const Digest& segment) const = 0;

  // Devices, custody, backups.
  virtual std::optional<OfficeDevice> find_device(const Id& device) const = 0;
  virtual void put_device(const OfficeDevice& device) = 0;
  // What the device may hold as of its last session, for what its next one needs; apart from the rest of it, which is
  // asked for at every page while this is large and seldom changes. Empty before its first session.
  virtual Coverage coverage(const Id& device) const = 0;
  virtual void put_coverage(const Id& device, const Coverage& coverage) = 0;
  virtual std::optional<Look> look(const Id& device) const = 0;
  virtual void put_look(const Id& device, const Look& look) = 0;
  virtual std::vector<CustodyRow> custody(const Id& device) const = 0;
  virtual void put_custody(const CustodyRow& row) = 0;
  virtual void erase_custody(const Id& device, const Id& scope) = 0;
  virtual std::uint64_t backed_up() const = 0;
};

}  // namespace caseload::sync
