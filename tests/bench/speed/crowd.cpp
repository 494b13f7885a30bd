// Many devices at once, each with little: what they cost the office, and how commits are shared.

#include <algorithm>
#include <thread>

#include "tests/bench/speed/measures.h"
#include "tests/bench/speed/plain_rows.h"

namespace caseload::bench {
namespace {

constexpr std::size_t devices_of_w1 = 25, notes_a_push = 10, notes_max = 5'000;
constexpr std::size_t at_once_max = 32;  // the office lets in 40 strangers of one origin, and here all have one
constexpr std::size_t cache_bytes = 2 << 20;

// A crowd with its cases, that has met the office.
class Crowd {
 public:
  Crowd(World::Office where, std::size_t devices, std::size_t cases) : world_(where, {0, 0, devices}) {
    world_.begin_cases(std::max(devices, cases));
    for (std::size_t i = 0; i < world_.crowd.size(); ++i) {
      Device& device = *world_.crowd[i];
      device.open(cache_bytes);
      links_.push_back(world_.link(device));
      device.meet(links_.back());
    }
  }

  // Each keeps ten notes and brings them, so often; some at the same time.
  void bring(const std::vector<std::string>& texts, std::size_t pushes) {
    std::vector<std::thread> hands;
    const std::size_t at_once = std::min(at_once_max, world_.crowd.size());
    for (std::size_t hand = 0; hand < at_once; ++hand) {
      hands.emplace_back([&, hand] {
        for (std::size_t i = hand; i < world_.crowd.size(); i += at_once) {
          for (std::size_t push = 0; push < pushes; ++push) push_ten(i, texts, push);
        }
      });
    }
    for (std::thread& hand : hands) hand.join();
  }

  World& world() { return world_; }

 private:
  void push_ten(std::size_t i, const std::vector<std::string>& texts, std::size_t push) {
    Device& device = *world_.crowd[i];
    device.in_one_act([&] {
      for (std::size_t note = 0; note < notes_a_push; ++note)
        device.note(world_.cases()[i], texts[(i + push * notes_a_push + note) % texts.size()]);
    });
    CHECK(device.meet(links_[i]).report.accepted == notes_a_push, "all ten are accepted");
  }

  World world_;
  std::vector<client::LinkSetting> links_;
};

}  // namespace

void measure_crowd(const Task& task, Report& report) {
  const std::size_t pushes = std::max<std::size_t>(std::min(task.size.notes, notes_max) / (devices_of_w1 * notes_a_push), 1);
  const double notes = static_cast<double>(devices_of_w1 * notes_a_push * pushes), us = 1e6 / notes;
  for (std::size_t run = 0; run < task.runs; ++run) {
    Crowd crowd(task.office, devices_of_w1, task.size.cases);
    const std::vector<std::string> texts = make_texts(static_cast<std::size_t>(notes));
    const TempFolder folder;
    const Cost bare = plain_rows(folder / "bare", texts, {RowIndexes::none});
    const Cost in_tens = plain_rows(folder / "tens", texts, {RowIndexes::none, notes_a_push});
    const OfficeSaid said = crowd.world().office_said();
    const double before = crowd.world().office_seconds();
    const Cost pushing = cost_of([&] { crowd.bring(texts, pushes); });
    const double office = crowd.world().office_seconds() - before;
    const double commits = static_cast<double>(crowd.world().office_said().commits - said.commits);
    Sample sample{us * pushing.seconds, us * bare.seconds, us * pushing.processor, us * office, us * bare.processor};
    report.take({task.named("25 devices at once, 10 notes kept and pushed at a time"), "µs a note", "bare rows", 2}, sample);
    if (task.office == World::Office::sqlite)
      report.take({"bare rows, in commits of 10", "µs a note", "bare rows"},
                  {us * in_tens.seconds, us * bare.seconds, us * in_tens.processor, 0, us * bare.processor});
    report.take({task.named("commits of the office for each of those pushes"), "commits"}, {commits * notes_a_push / notes});
  }
}

Cost session_of_crowd(World::Office where, std::size_t devices) {
  Crowd crowd(where, devices, devices);
  const std::vector<std::string> texts = make_texts(100);
  const double before = crowd.world().office_seconds();
  const Cost all = cost_of([&] { crowd.bring(texts, 1); });
  const double each = 1.0 / static_cast<double>(devices);
  return {each * all.seconds, each * (all.processor + crowd.world().office_seconds() - before)};
}

}  // namespace caseload::bench
