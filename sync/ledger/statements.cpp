#include "sync/ledger/statements.h"

#include "sync/ledger/acceptance.h"

namespace caseload::sync {
namespace {

Fault unsound(const char* why) { return Fault(Fault::bad_value, why); }

// An acceptance holds at least one change, so a ledger has no more leaves than positions.
Result<void> check_tree(const TreeRoot& tree) {
  if (tree.size > position_max) return unsound("a size that no ledger has");
  if (tree.size == 0 && tree.digest != merkle_root({})) return unsound("an empty ledger with a root");
  return {};
}

Result<void> check_named(const Id& id) {
  if (id.is_none()) return unsound("nobody named");
  return {};
}

Result<void> check_position(std::uint64_t position) {
  if (position > position_max) return unsound("a position that no log has");
  return {};
}

}  // namespace

Result<void> TreeHead::check() const {
  if (const Result<void> named = check_named(log); !named) return named;
  return check_tree(tree);
}

Result<void> Restore::check() const {
  if (const Result<void> named = check_named(log); !named) return named;
  if (restore_epoch == 0) return unsound("epoch 0 is that before all restores");
  return check_tree(kept);
}

Result<void> Completeness::check() const {
  if (const Result<void> named = check_named(log); !named) return named;
  if (const Result<void> named = check_named(device); !named) return named;
  if (since > cursor) return unsound("it begins where it ends, or before");
  return check_position(cursor);
}

Result<void> PurgeReceipt::check() const {
  for (const Id* id : {&log, &device, &scope}) {
    if (const Result<void> named = check_named(*id); !named) return named;
  }
  if (number == 0) return unsound("receipts are numbered from 1");
  return check_position(cursor);
}

}  // namespace caseload::sync
