// How costs grow, from an office of few changes to one of many, and from one device to a crowd.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/bench/speed/measures.h"
#include "tests/bench/speed/plain_rows.h"
#include "tests/bench/speed/plot.h"
#include "tests/bench/speed/watching.h"

namespace caseload::bench {
namespace {

constexpr int rounds = 9;

class Growth {
 public:
  Growth(const Task& task, Report& report, std::string folder) : task_(task), report_(report), folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
  }

  void run() {
    const std::size_t most = task_.large ? 10 * task_.size.notes : task_.size.notes;
    for (std::size_t notes = std::max<std::size_t>(task_.size.notes / 100, 10); notes <= most; notes *= 10) grow_to(notes);
    const std::size_t devices_max = std::max<std::size_t>(10, task_.size.notes / 500);
    for (const std::size_t devices : {1U, 10U, 50U, 200U, 500U}) {
      if (devices <= devices_max || (task_.large && devices == 500)) crowd_of(devices);
    }
    draw();
  }

 private:
  // A point of a curve, and a line of the report.
  void take(const std::string& measure, const std::string& curve, double at, const Sample& sample) {
    Plot& plot = plots_.at(measure);
    const auto found = std::ranges::find(plot.curves, curve, &Curve::name);
    if (found != plot.curves.end()) found->points.emplace_back(at, sample.value);
    else plot.curves.push_back({curve, {{at, sample.value}}, curve.starts_with("goal")});
    report_.take({plot.title + ": " + curve + ", " + std::to_string(static_cast<std::size_t>(at)) + " " + plot.across, plot.up}, sample);
  }

  // What a session took by the clock, and of the processor on both sides, which is steadier on a busy machine.
  void take_both(const std::string& measure, double at, const Sample& sample) {
    take(measure, "by the clock", at, sample);
    take(measure, "of the processor, both sides", at, {sample.device + sample.office});
  }

  void grow_to(std::size_t notes) {
    World world(task_.office, {1, 0, 0});
    const std::vector<std::string> texts = make_texts(notes);
    const TempFolder folder;
    const double n = static_cast<double>(notes), us = 1e6 / n;
    const double plain = us * plain_rows(folder / "plain", texts, {RowIndexes::to_read}).seconds;
    const double bare = us * plain_rows(folder / "bare", texts, {RowIndexes::none}).seconds;
    take("first", "goal: 1.5 times plain rows", n, {1.5 * plain});
    take("push", "goal: twice bare rows", n, {2 * bare});
    world.begin_cases(task_.size.cases);
    const Meeting push = world.save_and_bring(texts);
    take_both("push", n, {us * push.here.seconds, 0, us * push.here.processor, us * push.office});
    const double before = world.office_seconds();
    const FirstSession first = world.meet(*world.lone_managers.front());
    take_both("first", n, {us * first.cost.seconds, 0, us * first.cost.processor, us * (world.office_seconds() - before)});
    small_sessions(world, n, texts);
  }

  void small_sessions(World& world, double n, const std::vector<std::string>& texts) {
    for (int i = 0; i < 2; ++i) world.meet(world.manager());
    std::vector<double> empty, empty_processor, hundred, hundred_processor, warm;
    for (int i = 0; i < rounds; ++i) {
      const Meeting nothing = world.meet(world.manager());
      empty.push_back(1e3 * nothing.here.seconds);
      empty_processor.push_back(1e3 * (nothing.here.processor + nothing.office));
      world.importer().in_one_act([&] {
        for (std::size_t k = 0; k < 100; ++k) world.importer().note(world.cases()[k % world.cases().size()], texts[k % texts.size()]);
      });
      world.meet(world.importer());
      const Meeting meeting = world.meet(world.manager());
      hundred.push_back(1e3 * meeting.here.seconds);
      hundred_processor.push_back(1e3 * (meeting.here.processor + meeting.office));
      world.meet(world.manager());
    }
    Watching manager(world.manager(), world.link(world.manager()));
    for (int i = 0; i < 10 * rounds; ++i) {
      const Watching::Round round = manager.again();
      warm.push_back(std::chrono::duration<double, std::milli>(round.ended - round.began).count());
    }
    take_both("hundred", n, {median(hundred), 0, median(hundred_processor)});
    take("empty", "cold", n, {median(empty)});
    take("empty", "cold, of the processor, both sides", n, {median(empty_processor)});
    take("empty", "warm", n, {median(warm)});
    take("empty", "goal, warm", n, {0.5});
  }

  void crowd_of(std::size_t devices) {
    const Cost session = session_of_crowd(task_.office, devices);
    const double n = static_cast<double>(devices);
    take_both("devices", n, {1e3 * session.seconds, 0, 1e3 * session.processor});
  }

  void draw() const {
    for (const auto& [name, plot] : plots_) std::ofstream(folder_ + "/" + name + ".svg") << svg_of(plot);
  }

  const Task& task_;
  Report& report_;
  std::string folder_;
  std::map<std::string, Plot> plots_{
      {"push", {"Pushed by one device, accepted durably", "notes pushed", "µs a note"}},
      {"first", {"First synchronisation of a manager's device", "notes fetched", "µs a note"}},
      {"hundred", {"A cold session that fetches 100 new notes", "changes in the office", "ms"}},
      {"empty", {"A session with nothing to do", "changes in the office", "ms"}},
      {"devices", {"Ten notes pushed by each of many devices at once", "devices", "ms a session"}}};
};

}  // namespace

void measure_growth(const Task& task, Report& report, const std::string& folder) { Growth(task, report, folder).run(); }

}  // namespace caseload::bench
