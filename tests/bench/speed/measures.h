#pragma once

#include <string>

#include "tests/bench/speed/report.h"
#include "tests/bench/speed/world.h"

namespace caseload::bench {

// The groups of measures, one file each. Each makes worlds of its own, and tells the report; `runs` is how often.
struct Task {
  Size size;
  std::size_t runs = 3;
  bool large = false;  // sizes that take many minutes to fill
  World::Office office = World::Office::sqlite;

  // Small sessions of one kind, so that p50 and p99 say something; a try takes fewer.
  std::size_t rounds() const { return size.notes < 10'000 ? 5 : 21; }
  // What a measure is called: with PostgreSQL before it, where that is the office's.
  std::string named(const std::string& measure) const {
    return office == World::Office::postgresql ? "PostgreSQL: " + measure : measure;
  }
};

// All notes: kept, pushed by one, fetched by a manager and by a caseworker; their bytes, files and memory.
void measure_all_notes(const Task& task, Report& report);

// A synchronised office: nothing to do, a hundred changed notes, one changed field; cold and warm. Then fields that two
// edited.
void measure_small_sessions(const Task& task, Report& report);

// Nothing to do, in a small office and in a large one.
void measure_empty_sessions(const Task& task, Report& report);

// 25 devices at once, that push ten notes at a time.
void measure_crowd(const Task& task, Report& report);

// How it all grows, drawn into a folder.
void measure_growth(const Task& task, Report& report, const std::string& folder);

// So many devices at once, each with one push of ten notes: what a session took, and of the processor on both sides.
Cost session_of_crowd(World::Office where, std::size_t devices);

// A TLS handshake with both certificates, and nothing said: seconds of many, and of the processor here for each.
struct Handshakes {
  std::vector<double> seconds;
  double processor = 0;
};
Handshakes bare_handshakes(Certificates& certificates, const Id& device, std::size_t count);

}  // namespace caseload::bench
