// caseload_bench: what whole sessions cost, beside what any program pays to keep the same notes as plain rows: an office
// in a process of its own, on a real database, behind TLS on loopback, and devices with real databases. What it measures
// is in README.md.

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "tests/bench/speed/machine.h"
#include "tests/bench/speed/measures.h"

namespace {

using namespace caseload::bench;

constexpr const char* usage =
    "usage: caseload_bench [options]\n"
    "  --notes N       notes of some 300 letters (100000)\n"
    "  --cases N       cases that they are in (500)\n"
    "  --runs N        how often all notes are kept, pushed and fetched, and a crowd comes (3)\n"
    "  --postgresql    then the same with an office in a PostgreSQL of its own; ends at once where none is installed\n"
    "  --large         also sizes that take many minutes: 1,000,000 changes, 5,000 cases, 500 devices\n"
    "  --growth        only how costs grow with changes and devices\n"
    "  --json FILE     the table as JSON\n"
    "  --plots FOLDER  growth, drawn, as SVG (with --growth; \"plots\" without)\n"
    "example: caseload_bench --notes 2000 --cases 20 --runs 1\n";

struct Wishes {
  Task task;
  bool postgresql = false;
  bool growth = false;
  std::string json;
  std::string plots;
};

// One option, and its value where it has one: how many words that were; 0: it is none.
int take_option(Wishes& wishes, const std::string& option, const char* value) {
  const std::pair<const char*, bool*> switches[] = {{"--postgresql", &wishes.postgresql}, {"--large", &wishes.task.large},
                                                    {"--growth", &wishes.growth}};
  for (const auto& [name, chosen] : switches) {
    if (option != name) continue;
    *chosen = true;
    return 1;
  }
  if (value == nullptr) return 0;
  const std::pair<const char*, std::size_t*> numbers[] = {
      {"--notes", &wishes.task.size.notes}, {"--cases", &wishes.task.size.cases}, {"--runs", &wishes.task.runs}};
  for (const auto& [name, number] : numbers) {
    if (option != name) continue;
    *number = std::strtoul(value, nullptr, 10);
    return *number > 0 ? 2 : 0;
  }
  if (option == "--json") wishes.json = value;
  else if (option == "--plots") wishes.plots = value;
  else return 0;
  return 2;
}

std::optional<Wishes> read_wishes(int count, char** arguments) {
  Wishes wishes;
  for (int i = 1; i < count;) {
    const int taken = take_option(wishes, arguments[i], i + 1 < count ? arguments[i + 1] : nullptr);
    if (taken == 0) return std::nullopt;
    i += taken;
  }
  return wishes;
}

void measure_with(const Task& task, Report& report) {
  measure_all_notes(task, report);
  measure_crowd(task, report);
  measure_small_sessions(task, report);
}

}  // namespace

int main(int count, char** arguments) {
  const std::optional<Wishes> wishes = read_wishes(count, arguments);
  if (!wishes) {
    std::fputs(usage, stderr);
    return 2;
  }
  Task task = wishes->task;
  Report::Facts facts = machine_facts();
  facts.emplace_back("size", std::to_string(task.size.notes) + " notes of some 300 letters in " + std::to_string(task.size.cases) + " cases");
  facts.emplace_back("on", "TLS, signatures, rules, encryption and index; every commit on the disk");
  Report report(facts);
  if (wishes->postgresql && !has_postgres()) {
    std::fputs("PostgreSQL is not installed here: deploy/setup test\n", stderr);
    return 1;
  }
  if (wishes->growth) {
    measure_growth(task, report, wishes->plots.empty() ? "plots" : wishes->plots);
  } else {
    measure_with(task, report);
    measure_empty_sessions(task, report);
    task.office = World::Office::postgresql;
    if (wishes->postgresql) measure_with(task, report);
  }
  report.print();
  if (!wishes->json.empty()) report.write(wishes->json);
  return 0;
}
