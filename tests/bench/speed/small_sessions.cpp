// What a session costs when little or nothing has happened since the last one, in an office that holds much.

#include "tests/bench/speed/measures.h"
#include "tests/bench/speed/plain_rows.h"
#include "tests/bench/speed/watching.h"

namespace caseload::bench {
namespace {

constexpr std::size_t handshakes = 51, empty_rounds = 201;
constexpr double thousand = 1e3;

double milliseconds(Watching::Moment from, Watching::Moment to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

// Samples of many rounds of one kind.
struct Rounds {
  std::vector<double> ms;
  double device = 0, office = 0;  // of the processor, all together, seconds

  std::string called(const std::string& name, const char* which) const {
    return name + ", " + which + " of " + std::to_string(ms.size());
  }
  void add(const Meeting& meeting) {
    ms.push_back(thousand * meeting.here.seconds);
    device += meeting.here.processor;
    office += meeting.office;
  }
  Sample at(double part) const {
    const double each = thousand / static_cast<double>(ms.size());
    return {percentile(ms, part), 0, each * device, each * office};
  }
};

class SmallSessions {
 public:
  SmallSessions(const Task& task, Report& report) : task_(task), report_(report), world_(task.office, {}) {
    texts_ = make_texts(task.size.notes);
    world_.settle(task.size, texts_);
    world_.meet(world_.importer());  // its statement of what came back
    world_.meet(world_.manager());
  }

  void run() {
    cold_empty();
    hundred_rows();
    cold_hundred();
    two_edit_the_same();
    warm();
  }

 private:
  void take(const Measure& measure, const Sample& sample) {
    report_.take({task_.named(measure.name), measure.unit, measure.beside, measure.goal}, sample);
  }

  void take_both(const std::string& name, const Rounds& rounds, bool warm) {
    const auto goal = [&](double ms) { return warm ? std::optional<double>(ms) : std::nullopt; };
    Sample half = rounds.at(0.5);
    half.beside = thousand * rows_.seconds;
    take({rounds.called(name, "p50"), "ms", "", goal(6)}, rounds.at(0.5));
    take({rounds.called(name, "p99"), "ms", "", goal(20)}, rounds.at(0.99));
    take({name + ", beside rows", "ms", "plain rows changed and added"}, half);
  }

  // Below what no program stays that has a hundred changes in an office's log and in one other device's rows.
  void hundred_rows() {
    const TempFolder folder;
    const auto cost = [&](const char* name, RowIndexes indexes) {
      return hundred_plain_rows(folder / name, texts_, indexes, task_.rounds());
    };
    const Cost changed = cost("plain", RowIndexes::to_read), added = cost("log", RowIndexes::of_a_log);
    rows_ = {changed.seconds + added.seconds, changed.processor + added.processor};
    const auto line = [&](const std::string& name, const Cost& one) {
      take({name, "ms"}, {thousand * one.seconds, 0, thousand * one.processor});
    };
    line("100 plain rows of all changed, spread, in a field without index, one commit", changed);
    line("100 rows added to a log with four indexes, one commit", added);
  }

  void cold_empty() {
    Rounds empty;
    for (std::size_t i = 0; i < task_.rounds(); ++i) empty.add(world_.meet(world_.manager()));
    const Handshakes bare = bare_handshakes(world_.certificates(), world_.manager().id(), handshakes);
    Sample sample = empty.at(0.5);
    sample.beside = thousand * median(bare.seconds);
    take({"a bare TLS handshake with both certificates, p50 of " + std::to_string(handshakes), "ms"}, {sample.beside, 0, thousand * bare.processor});
    take({empty.called("a cold session with nothing to do", "p50"), "ms", "bare handshake", 1.2}, sample);
  }

  // Of the notes, so many in turns: each round others.
  Id next_note() { return world_.notes()[next_++ % world_.notes().size()]; }
  void change_hundred(Device& who) {
    who.in_one_act([&] {
      for (int i = 0; i < 100; ++i)
        who.write(next_note(), {{note_follow_up, Value::of_text("To be seen again in week " + std::to_string(next_))}});
    });
  }

  void cold_hundred() {
    Rounds fetched;
    for (std::size_t i = 0; i < task_.rounds(); ++i) {
      change_hundred(world_.importer());
      world_.meet(world_.importer());
      const Meeting meeting = world_.meet(world_.manager());
      CHECK(meeting.outcome.report.received == 100, "the hundred came");
      fetched.add(meeting);
    }
    take_both("100 changed notes fetched, cold", fetched, false);
  }

  void warm() {
    Watching importer(world_.importer(), world_.link(world_.importer()));
    Watching manager(world_.manager(), world_.link(world_.manager()));
    warm_empty(manager);
    warm_hundred(importer, manager);
    one_field(importer, manager);
  }

  void warm_empty(Watching& manager) {
    Rounds empty;
    std::vector<double> bytes;
    const double office = world_.office_seconds();
    const Cost all = cost_of([&] {
      std::uint64_t before = 0;
      for (std::size_t i = 0; i < empty_rounds; ++i) {
        const Watching::Round round = manager.again();
        empty.ms.push_back(milliseconds(round.began, round.ended));
        if (i > 1) bytes.push_back(static_cast<double>(round.bytes_before - before));
        before = round.bytes_before;
      }
    });
    empty.device = all.processor;
    empty.office = world_.office_seconds() - office;
    take({empty.called("a warm round with nothing to do", "p50"), "ms", "", 0.5}, empty.at(0.5));
    take({"bytes of that round, both ways", "bytes", "", 256}, {median(bytes)});
  }

  void warm_hundred(Watching& importer, Watching& manager) {
    Rounds pushed, fetched, told;
    const double office = world_.office_seconds();
    double here = 0;
    for (std::size_t i = 0; i < task_.rounds(); ++i) {
      importer.with_store([&] { change_hundred(world_.importer()); });
      Watching::Round push, fetch;
      here += cost_of([&] {
        push = importer.again();
        fetch = manager.await_received(100);
      }).processor;
      pushed.ms.push_back(milliseconds(push.began, push.ended));
      fetched.ms.push_back(milliseconds(fetch.began, fetch.ended));
      told.ms.push_back(milliseconds(push.began, fetch.ended));
    }
    told.device = here;
    told.office = world_.office_seconds() - office;
    take_both("100 changed notes pushed, in a warm round", pushed, true);
    take_both("100 changed notes fetched, in a warm round", fetched, true);
    take({"from the one's push until the other, who watches, holds the 100; both rounds", "ms"}, told.at(0.5));
  }

  void one_field(Watching& importer, Watching& manager) {
    std::vector<double> push, fetch;
    for (std::size_t i = 0; i < task_.rounds(); ++i) {
      importer.with_store([&] {
        world_.importer().in_one_act([&] { world_.importer().write(next_note(), {{note_place, Value::of_text("At home")}}); });
      });
      const std::uint64_t before = importer.again().bytes_before;
      const std::uint64_t fetched_before = manager.await_received(1).bytes_before;
      push.push_back(static_cast<double>(importer.again().bytes_before - before));
      fetch.push_back(static_cast<double>(manager.again().bytes_before - fetched_before));
    }
    take({"bytes of a warm round that pushes one short field, both ways", "bytes", "", 200}, {median(push)});
    take({"bytes of a warm round that fetches it, both ways", "bytes", "", 200}, {median(fetch)});
  }

  // A thousand fields on each of two devices, half of them the same; then the one, the other, and the one again.
  void two_edit_the_same() {
    const std::size_t fields = std::min<std::size_t>(1'000, world_.notes().size() * 2 / 3);
    const auto edit = [&](Device& who, std::size_t first, std::int64_t hour) {
      who.in_one_act([&] {
        for (std::size_t i = first; i < first + fields; ++i)
          who.write(world_.notes()[i], {{header::occurred, Value::of_moment(from_milliseconds(3'600'000 * hour))}});
      });
    };
    edit(world_.importer(), 0, 490'000);
    edit(world_.manager(), fields / 2, 490'001);
    double seconds = 0, device = 0, office = 0;
    for (Device* who : {&world_.importer(), &world_.manager(), &world_.importer()}) {
      const Meeting meeting = world_.meet(*who);
      seconds += meeting.here.seconds;
      device += meeting.here.processor;
      office += meeting.office;
    }
    for (Device* who : {&world_.importer(), &world_.manager()}) check_edits(*who, fields);
    take({std::to_string(fields) + " fields edited on each of two devices, " + std::to_string(fields - fields / 2) +
              " the same, every edit kept: three cold sessions", "ms", "", 200},
         {thousand * seconds, 0, thousand * device, thousand * office});
  }

  void check_edits(Device& who, std::size_t fields) {
    for (std::size_t i = 0; i < fields + fields / 2; ++i) {
      const sync::FieldView seen = who.store().record(world_.notes()[i]).view(Catalogue::built_in(), header::occurred);
      const bool by_both = i >= fields / 2 && i < fields;
      CHECK(seen.standing.size() == (by_both ? 2U : 1U) && seen.open == by_both, "every edit is kept");
    }
  }

  const Task& task_;
  Report& report_;
  World world_;
  std::vector<std::string> texts_;
  Cost rows_;  // of a hundred, plain
  std::size_t next_ = 0;
};

// Nothing to do in an office of that size: cold and warm, milliseconds.
struct Empty {
  Sample cold, warm;
};
Empty empty_in(const Task& task, const Size& size) {
  World world(task.office, {});
  world.settle(size, make_texts(size.notes));
  for (int i = 0; i < 2; ++i) world.meet(world.manager());
  Rounds cold, warm;
  for (std::size_t i = 0; i < task.rounds(); ++i) cold.add(world.meet(world.manager()));
  Watching manager(world.manager(), world.link(world.manager()));
  for (std::size_t i = 0; i < empty_rounds; ++i) {
    const Watching::Round round = manager.again();
    warm.ms.push_back(milliseconds(round.began, round.ended));
  }
  return {cold.at(0.5), warm.at(0.5)};
}

void compare(const Task& task, Report& report, const Size& small, const Size& large) {
  const Empty in_small = empty_in(task, small), in_large = empty_in(task, large);
  const auto name_of = [](const Size& size) { return std::to_string(size.notes) + " changes in " + std::to_string(size.cases) + " cases"; };
  const auto take = [&](const std::string& name, Sample sample, const Sample& beside) {
    sample.beside = beside.value;
    sample.beside_processor = beside.device + beside.office;
    report.take({task.named(name + name_of(large)), "ms", name_of(small), 1}, sample);
  };
  take("a cold session with nothing to do, ", in_large.cold, in_small.cold);
  take("a warm round with nothing to do, ", in_large.warm, in_small.warm);
}

}  // namespace

void measure_small_sessions(const Task& task, Report& report) { SmallSessions(task, report).run(); }

void measure_empty_sessions(const Task& task, Report& report) {
  const Size& size = task.size;
  const Size few{std::max<std::size_t>(size.notes / 10, 1), size.cases};
  compare(task, report, task.large ? Size{10'000, 500} : few, task.large ? Size{1'000'000, 500} : size);
  const std::size_t notes = task.large ? 10'000 : few.notes;
  compare(task, report, {notes, task.large ? 40 : std::max<std::size_t>(size.cases / 12, 1)}, {notes, task.large ? 5'000 : size.cases});
}

}  // namespace caseload::bench
