#include <future>

#include "tests/end_to_end/watcher.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// Holds the writer until it is released, so that what happens meanwhile is known to wait.
class HeldWriter {
 public:
  explicit HeldWriter(server::Service& service)
      : operation_(std::async(std::launch::async, [this, &service] {
          return service.in_writer([this](server::ServerStore&) {
            holds_.set_value();
            released_.get_future().wait();
          });
        })) {
    holds_.get_future().wait();
  }
  ~HeldWriter() {
    if (!is_released_) release();
  }
  void release() {
    is_released_ = true;
    released_.set_value();
    operation_.get();
  }

 private:
  std::promise<void> holds_;
  std::promise<void> released_;
  bool is_released_ = false;
  std::future<bool> operation_;
};

void await_queue(RunningOffice& office, std::uint64_t length) {
  while (office.service().counts().queue_length < length) std::this_thread::yield();
}

}  // namespace

TEST_CASE("an office that stops tells those who watch to come later, and takes nobody new") {
  sync::Team team;
  std::optional<client::LinkSetting> setting;
  RunningOffice office(team);
  setting = office.link(team.mia->identity.device);
  Watcher tom(office, *team.tom);
  REQUIRE(tom.await_rounds(1));
  CHECK(!office.stop());
  CHECK(*tom.end().fault == Fault(Fault::try_later));
  CHECK(*office.meet(*team.mia, *setting).fault == Fault(Fault::unreachable));
  CHECK(office.service().counts().sessions_open == 0);
  CHECK(!office.service().in_writer([](server::ServerStore&) {}));
}

TEST_CASE("a step under way when the office stops is finished, and what it kept is kept once") {
  sync::Team team;
  const Id note = team.note(*team.mia, team.the_case, "In the last second.");
  RunningOffice office(team);
  HeldWriter held(office.service());
  std::future<client::SyncOutcome> session = std::async(std::launch::async, [&] { return office.meet(*team.mia); });
  await_queue(office, 1);  // her HELLO
  office.service().stop();
  held.release();
  CHECK(!office.stop());
  const client::SyncOutcome outcome = session.get();
  REQUIRE(outcome.fault);
  CHECK(*outcome.fault == Fault(Fault::try_later));
  RunningOffice next(team);
  CHECK(next.meet(*team.mia).report.accepted == 1);
  next.stop();
  CHECK(sync::position_of(team.office, note) > 0);
}

TEST_CASE("stopping does not wait longer than its limit for a writer that does not come back") {
  sync::Team team;
  OfficeManner manner;
  manner.stop_limit = TimeLimit(100);
  RunningOffice office(team, manner);
  HeldWriter held(office.service());
  std::future<client::SyncOutcome> session = std::async(std::launch::async, [&] { return office.meet(*team.mia); });
  await_queue(office, 1);
  std::future<std::exception_ptr> stopped = std::async(std::launch::async, [&] { return office.stop(); });
  CHECK(*session.get().fault == Fault(Fault::closed));  // while the writer is still held
  held.release();
  CHECK(!stopped.get());
}

TEST_CASE("a store that breaks ends the service, and nothing of that commit was acknowledged") {
  sync::Team team;
  const Id note = team.note(*team.mia, team.the_case, "Must not be lost.");
  RunningOffice office(team);
  HeldWriter held(office.service());
  std::future<client::SyncOutcome> session = std::async(std::launch::async, [&] { return office.meet(*team.mia); });
  await_queue(office, 1);
  office.store.before_commit = [] { throw Breakage(Breakage::What::input_output, "fsync"); };
  held.release();
  const client::SyncOutcome outcome = session.get();
  REQUIRE(outcome.fault);
  CHECK(*outcome.fault == Fault(Fault::try_later));
  CHECK(outcome.report.accepted == 0);
  const std::exception_ptr broke = office.stop();
  REQUIRE(broke);
  CHECK_THROWS_AS(std::rethrow_exception(broke), Breakage);
  CHECK(office.logged.find("store_broke") != std::string::npos);
  office.store.before_commit = nullptr;
  RunningOffice next(team);
  CHECK(next.meet(*team.mia).report.accepted == 1);
  next.stop();
  CHECK(sync::position_of(team.office, note) > 0);
}

TEST_CASE("pushes that wait together are made durable together") {
  sync::Team team;
  constexpr std::size_t devices = 20;
  std::vector<std::unique_ptr<sync::Laptop>> laptops;
  for (std::size_t i = 0; i < devices; ++i) {
    laptops.push_back(team.hire("Worker " + std::to_string(i), "caseworker"));
    team.open_case(*laptops.back(), "Case " + std::to_string(i));
  }
  RunningOffice office(team);
  HeldWriter held(office.service());
  std::vector<std::future<client::SyncOutcome>> sessions;
  for (const std::unique_ptr<sync::Laptop>& laptop : laptops) {
    sessions.push_back(std::async(std::launch::async, [&] { return office.meet(*laptop); }));
  }
  await_queue(office, devices);
  held.release();
  for (std::future<client::SyncOutcome>& session : sessions) CHECK(session.get().report.accepted == 1);
  office.stop();
  const server::ServiceCounts counts = office.service().counts();
  CHECK(counts.operations - counts.commits >= devices - 1);
  MESSAGE(devices, " pushes at once: ", counts.operations, " operations in ", counts.commits, " commits");
}
