#include <future>

#include "server/store/sqlite_store.h"
#include "tests/end_to_end/copy_store.h"
#include "tests/end_to_end/running_office.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// A team whose office has moved into a real database.
struct OnDisk {
  explicit OnDisk(const sync::Team& team) {
    Secret key(database_key_bytes);
    for (std::uint8_t& byte : key.writable()) byte = 3;
    Result<std::unique_ptr<server::ServerStore>> opened = server::open_sqlite_store(folder / "office.db", key);
    REQUIRE_MESSAGE(opened.ok(), opened.fault().to_string());
    store = *std::move(opened);
    server::copy_into(*store, team.office.store.contents());
  }
  TempFolder folder;
  std::unique_ptr<server::ServerStore> store;
};

}  // namespace

TEST_CASE("with real databases at both ends, a note goes from one to the other and its receipt back") {
  client::Profile profile;
  sync::Laptop& self = *profile.self;
  const Id note = profile.team.note(*profile.team.tom, profile.the_case, "From Tom.");
  OnDisk disk(profile.team);
  OfficeManner manner;
  manner.store = disk.store.get();
  RunningOffice office(profile.team, manner);
  const client::SyncOutcome up = office.meet(*profile.team.tom);
  CHECK_MESSAGE(!up.fault, up.fault->to_string());
  CHECK(up.report.accepted == 1);
  const sync::DeviceTrust trust = self.trust();
  client::SyncRunner runner(profile.store(), Catalogue::built_in(), trust, self.clock);
  client::SyncHooks hooks;
  std::size_t cleaned = 0;
  hooks.after_round = [&](const sync::SessionReport&) { cleaned += profile.store().clean_up().ok() ? 1U : 0U; };
  std::size_t progress = 0;
  hooks.progress = [&](const client::SyncProgress&) { ++progress; };
  std::size_t inside = 0;
  hooks.with_store = [&](const std::function<void()>& act) {
    ++inside;
    act();
  };
  const client::SyncOutcome down = runner.run(office.link(self.identity.device), hooks);
  CHECK_MESSAGE(!down.fault, down.fault->to_string());
  CHECK(cleaned == 1);
  CHECK(progress == inside);
  CHECK(inside > 2);  // HELLO; STATUS and what it allows; what came
  CHECK(profile.words_of(note, sync::note_text) == "From Tom.");
  office.stop();
  const std::optional<sync::OfficeChange> kept = disk.store->find(note);
  REQUIRE(kept);
  CHECK(kept->position > 0);
}

TEST_CASE("devices that push at once into a real database share its commits") {
  sync::Team team;
  constexpr std::size_t devices = 15;
  std::vector<std::unique_ptr<sync::Laptop>> laptops;
  for (std::size_t i = 0; i < devices; ++i) {
    laptops.push_back(team.hire("Worker " + std::to_string(i), "caseworker"));
    team.open_case(*laptops.back(), "Case " + std::to_string(i));
  }
  OnDisk disk(team);
  OfficeManner manner;
  manner.store = disk.store.get();
  RunningOffice office(team, manner);
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  std::vector<std::future<client::SyncOutcome>> sessions;
  for (const std::unique_ptr<sync::Laptop>& laptop : laptops) {
    sessions.push_back(std::async(std::launch::async, [&] { return office.meet(*laptop); }));
  }
  for (std::future<client::SyncOutcome>& session : sessions) CHECK(session.get().report.accepted == 1);
  const auto took = std::chrono::steady_clock::now() - began;
  office.stop();
  const server::ServiceCounts counts = office.service().counts();
  CHECK(counts.sessions_well == devices);
  CHECK(counts.commits < counts.operations);
  MESSAGE(devices, " first sessions on SQLite: ", counts.operations, " operations in ", counts.commits, " commits, ",
          std::chrono::duration_cast<std::chrono::milliseconds>(took).count(), " ms");
}
