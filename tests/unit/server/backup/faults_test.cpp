// The world fails in the middle of a backup, and of a restore, at a sample of all points: what has the name of a backup is
// one, what has the name of an office opens whole, and doing it again works.
#include <cstdlib>
#include <filesystem>

#include "tests/support/fault_sweep.h"
#include "tests/unit/server/backup/small_office.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;
using namespace caseload::faults;

namespace {

namespace fs = std::filesystem;

struct Prepared {
  TempFolder folder;
  RecoveryKey recovery = SmallOffice::found(folder / "office");
  std::string older;

  Prepared() {
    fs::create_directory(folder / "backups");
    SmallOffice office(folder / "office");
    office.open();
    for (int i = 0; i < 3; ++i) office.add("Unit " + std::to_string(i));
    older = back_up(office.now(), folder / "backups")->folder;
  }
  void back_up_again() const {
    SmallOffice office(folder / "office");
    office.open();
    office.clock.advance(std::chrono::hours(1));
    if (!back_up(office.now(), folder / "backups")) throw std::runtime_error("no backup");
  }
  void restore() const {
    const ManualClock clock(SmallOffice::start + std::chrono::hours(2));
    const Result<RestoreDone> done =
        restore_office({older, kept_apart_path(folder / "backups"), recovery}, DataFolder(folder / "restored"), clock);
    if (!done) throw std::runtime_error(done.fault().to_string());
  }
  bool opens_whole(const std::string& name) const {
    SmallOffice office(folder / name);
    office.open();
    return office.is_whole();
  }
};

bool every_point() {
  const char* set = std::getenv("CASELOAD_FAULT_POINTS");
  return set != nullptr && std::string(set) == "all";
}

// Counts the points of an act, then tries it under every kind of fault at a sample of them.
template <class Act, class Judge>
void sweep(const Act& act, const Judge& judge) {
  Numbers told;
  {
    const Prepared prepared;
    in_child([&](const Acknowledge& tell) {
      arm({.kind = Kind::count, .prefix = prepared.folder.path()});
      act(prepared);
      tell(static_cast<int>(counted()));
    }, told);
  }
  REQUIRE(told.size() == 1);
  const auto points = static_cast<std::uint64_t>(*told.begin());
  REQUIRE(points > 20);
  const std::uint64_t stride = every_point() ? 1 : points / 12 + 1;
  std::uint64_t offset = 1;
  for (const Kind kind : {Kind::kill, Kind::torn, Kind::power, Kind::eio, Kind::enospc}) {
    for (std::uint64_t nth = offset; nth <= points; nth += stride) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(nth);
      const Prepared prepared;
      Numbers done;
      in_child([&](const Acknowledge& tell) {
        arm({.kind = kind, .nth = nth, .prefix = prepared.folder.path(), .seed = nth, .sticky = true});
        try {
          act(prepared);
          tell(1);
        } catch (const Breakage&) {
        } catch (const std::runtime_error&) {
        }
      }, done);
      judge(prepared, !done.empty());
    }
    ++offset;
  }
}

}  // namespace

TEST_CASE("a backup that is cut short leaves the older ones, and nothing that passes for one") {
  sweep([](const Prepared& p) { p.back_up_again(); },
        [](const Prepared& p, bool acknowledged) {
          std::size_t whole = 0;
          for (const auto& entry : fs::directory_iterator(p.folder / "backups")) {
            if (!entry.is_directory() || entry.path().extension() == ".part") continue;
            ++whole;
            const ManualClock clock(SmallOffice::start);
            const DataFolder into(p.folder / ("tried" + std::to_string(whole)));
            const Result<RestoreDone> done =
                restore_office({entry.path().string(), p.folder / "no list", p.recovery}, into, clock);
            REQUIRE_MESSAGE(done.ok(), done.fault().to_string());
          }
          CHECK(whole >= (acknowledged ? 2U : 1U));
          CHECK(p.opens_whole("office"));
          if (whole == 1) CHECK_NOTHROW(p.back_up_again());
        });
}

TEST_CASE("a restore that is cut short leaves no office or the whole one, and can be done again") {
  sweep([](const Prepared& p) { p.restore(); },
        [](const Prepared& p, bool acknowledged) {
          const bool there = DataFolder(p.folder / "restored").is_founded();
          if (acknowledged) CHECK(there);
          if (!there) {
            CHECK(is_empty_or_absent(p.folder / "restored"));
            CHECK_NOTHROW(p.restore());
          }
          CHECK(p.opens_whole("restored"));
        });
}
