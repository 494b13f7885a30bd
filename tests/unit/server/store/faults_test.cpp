// Every point at which the world can fail, over what an office's server does with its SQLite store: batches of
// segments, some of them taken back. A child process works and tells what it holds to be safe; its fault comes; the
// store is opened again and must have all of that, whole batches only, and go on.
//
// Points are sampled so that the suite stays quick. CASELOAD_FAULT_POINTS=all in the environment tries each one.
#include "tests/support/fault_sweep.h"
#include "tests/unit/server/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;
using namespace caseload::faults;

namespace {

constexpr std::uint32_t batches_before = 2;
constexpr std::uint32_t batches = 7;
constexpr std::uint32_t batch_parts = 2;
constexpr std::uint32_t part_changes = 3;
constexpr std::uint32_t batch_changes = batch_parts * part_changes;
const Id scope = numbered(90'000), device = numbered(70'000);

std::unique_ptr<ServerStore> opened(const std::string& folder) {
  Result<std::unique_ptr<ServerStore>> store =
      open_sqlite_store(folder + "/office.db", test_key(), {.log_pages_max = 8});
  if (!store) throw std::runtime_error(store.fault().to_string());
  return std::move(*store);
}

// As taking in a segment: changes, acceptance, device.
void take_part(ServerStore& store, std::uint64_t first) {
  for (std::uint64_t n = first; n < first + part_changes; ++n) {
    const auto number = static_cast<std::uint32_t>(n);
    store.put(held_at(
        draft(number).in(scope).says(0, {sync::test::write(16, Value::of_text(std::string(900, 'x')))}), n));
  }
  store.put_segment(segment_of(device, 1, first));
  store.append_acceptance(acceptance_at(store.ledger_size()));
  sync::OfficeDevice known = store.find_device(device).value_or(sync::OfficeDevice{});
  known.device = device;
  known.next_number = first + part_changes;
  store.put_device(known);
}

void take_batch(ServerStore& store, std::uint32_t batch) {
  store.begin_batch();
  for (std::uint32_t part = 0; part < batch_parts; ++part) {
    const std::uint64_t first = 1 + batch * batch_changes + part * part_changes;
    store.begin();  // refused
    take_part(store, first);
    store.rollback();
    within(store, [&](ServerStore& s) { take_part(s, first); });
  }
  store.commit_batch();
}

void prepare(const std::string& folder) {
  const std::unique_ptr<ServerStore> store = opened(folder);
  for (std::uint32_t batch = 0; batch < batches_before; ++batch) take_batch(*store, batch);
}

// As a server does: after a Breakage it stops, is started again, and goes on where the store says.
void work(const std::string& folder, const Acknowledge& acknowledge) {
  for (int opening = 0; opening < 3; ++opening) {
    try {
      const std::unique_ptr<ServerStore> store = opened(folder);
      for (auto next = static_cast<std::uint32_t>(store->last_position() / batch_changes); next < batches;
           ++next) {
        take_batch(*store, next);
        acknowledge(static_cast<int>(next));
      }
      return;
    } catch (const Breakage&) {
    } catch (const std::runtime_error&) {
    }
  }
}

std::string judge(const std::string& folder, const Numbers& acknowledged) {
  const std::unique_ptr<ServerStore> store = opened(folder);
  const std::uint64_t last = store->last_position();
  if (last % batch_changes != 0) return "half a batch";
  const std::uint32_t safe =
      acknowledged.empty() ? batches_before : static_cast<std::uint32_t>(*acknowledged.rbegin() + 1);
  if (last < safe * batch_changes) return "an acknowledged batch is lost";
  for (std::uint64_t n = 1; n <= last; ++n) {
    const std::optional<sync::OfficeChange> held = store->find(numbered(static_cast<std::uint32_t>(n)));
    if (!held || held->position != n) return "position " + std::to_string(n);
  }
  if (store->ledger_size() != last / part_changes) return "log and ledger disagree";
  if (store->find_device(device)->next_number != last + 1) return "log and device disagree";
  const std::vector<Id> scopes{scope};
  if (store->changes_of_scopes(scopes, {0, last, SIZE_MAX}).size() != last) return "log and index disagree";
  sync::TreeNodes tree;
  for (std::uint64_t leaf = 0; leaf < store->ledger_size(); ++leaf)
    tree.append(acceptance_at(leaf).leaf_hash());
  if (root_at(store->nodes(), store->ledger_size()) != tree.root().digest) return "the tree";
  take_batch(*store, static_cast<std::uint32_t>(last / batch_changes));
  return store->last_position() == last + batch_changes ? "" : "work does not go on";
}

}  // namespace

TEST_CASE("nothing acknowledged is lost, and no batch comes by half, whatever the disk does") {
  expect_no_loss({"server_store", prepare, work, judge}, 7);
}
