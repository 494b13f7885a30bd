// How costs grow, from an office of few changes to one of many, and from one device to a crowd.

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
  void take(const std::string& measure, const std::string& curve, double at, const Sample& sample) {
    curves_[measure][curve].emplace_back(at, sample.value);
    report_.take({"growth: " + measure + ", " + curve + ", at " + std::to_string(static_cast<std::size_t>(at)), "as drawn"}, sample);
  }

  void grow_to(std::size_t notes) {
    World world(task_.office, {1, 0, 0});
    const std::vector<std::string> texts = make_texts(notes);
    const TempFolder folder;
    const double n = static_cast<double>(notes), us = 1e6 / n;
    const double plain = us * plain_rows(folder / "plain", texts, {true}).seconds;
    const double bare = us * plain_rows(folder / "bare", texts, {false}).seconds;
    take("first", "goal: 1.5 times plain rows", n, {1.5 * plain});
    take("push", "goal: twice bare rows", n, {2 * bare});
    world.begin_cases(task_.size.cases);
    world.save(texts);
    const Meeting push = world.meet(world.importer());
    take("push", "push", n, {us * push.here.seconds, 0, us * push.here.processor, us * push.office});
    const FirstSession first = world.meet(*world.lone_managers.front());
    take("first", "first synchronisation", n, {us * first.cost.seconds, 0, us * first.cost.processor});
    small_sessions(world, n, texts);
  }

  void small_sessions(World& world, double n, const std::vector<std::string>& texts) {
    for (int i = 0; i < 2; ++i) world.meet(world.manager());
    std::vector<double> empty, hundred, warm;
    for (int i = 0; i < rounds; ++i) {
      empty.push_back(1e3 * world.meet(world.manager()).here.seconds);
      world.importer().in_one_act([&] {
        for (std::size_t k = 0; k < 100; ++k) world.importer().note(world.cases()[k % world.cases().size()], texts[k % texts.size()]);
      });
      world.meet(world.importer());
      hundred.push_back(1e3 * world.meet(world.manager()).here.seconds);
      world.meet(world.manager());
    }
    Watching manager(world.manager(), world.link(world.manager()));
    for (int i = 0; i < 10 * rounds; ++i) {
      const Watching::Round round = manager.again();
      warm.push_back(std::chrono::duration<double, std::milli>(round.ended - round.began).count());
    }
    take("hundred", "100 new notes, cold", n, {median(hundred)});
    take("empty", "cold", n, {median(empty)});
    take("empty", "warm", n, {median(warm)});
  }

  void crowd_of(std::size_t devices) {
    const Cost session = session_of_crowd(task_.office, devices);
    const double n = static_cast<double>(devices);
    take("devices", "by the clock, all together divided by how many", n, {1e3 * session.seconds});
    take("devices", "of the processor, both sides", n, {1e3 * session.processor});
  }

  void draw() {
    const auto plot = [&](const std::string& measure, Plot shape) {
      for (const auto& [name, points] : curves_[measure]) shape.curves.push_back({name, points});
      std::ofstream(folder_ + "/" + measure + ".svg") << svg_of(shape);
    };
    const std::string changes = "changes in the office";
    plot("push", {"Pushed by one device, accepted durably", "notes pushed", "µs a note", {}, {}});
    plot("first", {"First synchronisation of a manager", "notes fetched", "µs a note", {}, {}});
    plot("hundred", {"A session that fetches 100 new notes", changes, "ms", {}, {}});
    plot("empty", {"A session with nothing to do", changes, "ms", {}, 0.5});
    plot("devices", {"A session that pushes ten notes, many devices at once", "devices", "ms a session", {}, {}});
  }

  const Task& task_;
  Report& report_;
  std::string folder_;
  std::map<std::string, std::map<std::string, std::vector<std::pair<double, double>>>> curves_;
};

}  // namespace

void measure_growth(const Task& task, Report& report, const std::string& folder) { Growth(task, report, folder).run(); }

}  // namespace caseload::bench
