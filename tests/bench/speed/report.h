#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace caseload::bench {

// What is measured, in which unit, beside what, and what the design wants of it.
struct Measure {
  std::string name;
  std::string unit;
  std::string beside{};         // what the ratio is of; empty: there is none
  std::optional<double> goal{};  // of the ratio, or of the value where there is none
};

// One run of it. Of the processor: in the measure's own unit; 0 where it was not taken.
struct Sample {
  double value = 0;
  double beside = 0;
  double device = 0;            // of the processor, on the device's side
  double office = 0;            // and on the office's
  double beside_processor = 0;  // and of what it is beside
};

double median(std::vector<double> values);
double percentile(std::vector<double> values, double part);

// Report: what was measured, as a table for people and as JSON for programs.
//
// Shape    a line for each measure by its name, in the order in which they first came; of its samples the median, and
//          of their ratios, each beside what was taken in the same run.
// Promise  the facts of the machine stand at the head. What comes is said on standard error at once.
class Report {
 public:
  using Facts = std::vector<std::pair<std::string, std::string>>;
  explicit Report(Facts facts) : facts_(std::move(facts)) {}

  void take(const Measure& measure, const Sample& sample);
  void print() const;                        // on standard output, as Markdown
  void write(const std::string& path) const;  // as JSON

 private:
  struct Line {
    Measure measure;
    std::vector<Sample> samples;

    std::vector<double> each(double (*number)(const Sample&)) const;
  };

  Facts facts_;
  std::vector<Line> lines_;
};

}  // namespace caseload::bench
