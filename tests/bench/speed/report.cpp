#include "tests/bench/speed/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

namespace caseload::bench {
namespace {

double value_of(const Sample& sample) { return sample.value; }
double ratio_of(const Sample& sample) { return sample.beside > 0 ? sample.value / sample.beside : 0; }
double device_of(const Sample& sample) { return sample.device; }
double office_of(const Sample& sample) { return sample.office; }
double processor_ratio_of(const Sample& sample) {
  return sample.beside_processor > 0 ? (sample.device + sample.office) / sample.beside_processor : 0;
}

// Three digits that count, and no more than that of a small number.
std::string text_of(double number) {
  if (number == 0) return "0";
  const double size = std::abs(number);
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3, number);
  return text;
}

// What was not taken is not shown.
std::string if_any(double number) { return number == 0 ? "" : text_of(number); }

}  // namespace

double percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(std::lround(part * static_cast<double>(values.size() - 1)))];
}

double median(std::vector<double> values) { return percentile(std::move(values), 0.5); }

std::vector<double> Report::Line::each(double (*number)(const Sample&)) const {
  std::vector<double> numbers;
  for (const Sample& sample : samples) numbers.push_back(number(sample));
  return numbers;
}

void Report::take(const Measure& measure, const Sample& sample) {
  std::fprintf(stderr, "%s: %s %s\n", measure.name.c_str(), text_of(sample.value).c_str(), measure.unit.c_str());
  const auto found = std::ranges::find_if(lines_, [&](const Line& line) { return line.measure.name == measure.name; });
  if (found != lines_.end()) found->samples.push_back(sample);
  else lines_.push_back({measure, {sample}});
}

void Report::print() const {
  for (const auto& [name, value] : facts_) std::printf("%s: %s\n", name.c_str(), value.c_str());
  std::printf("\n| Measure | median | from – to (runs) | ratio | beside | goal | processor: device · office | its ratio |\n");
  std::printf("|---|---|---|---|---|---|---|---|\n");
  for (const Line& line : lines_) {
    const std::vector<double> values = line.each(value_of);
    const auto [least, most] = std::ranges::minmax(values);
    const double device = median(line.each(device_of)), office = median(line.each(office_of));
    const std::string processor = device + office > 0 ? text_of(device) + " · " + if_any(office) : "";
    std::printf("| %s | %s %s | %s – %s (%zu) | %s | %s | %s | %s | %s |\n", line.measure.name.c_str(),
                text_of(median(values)).c_str(), line.measure.unit.c_str(), text_of(least).c_str(), text_of(most).c_str(),
                values.size(), if_any(median(line.each(ratio_of))).c_str(), line.measure.beside.c_str(),
                line.measure.goal ? text_of(*line.measure.goal).c_str() : "", processor.c_str(),
                if_any(median(line.each(processor_ratio_of))).c_str());
  }
}

void Report::write(const std::string& path) const {
  nlohmann::ordered_json all;
  for (const auto& [name, value] : facts_) all["facts"][name] = value;
  for (const Line& line : lines_) {
    nlohmann::ordered_json one{{"measure", line.measure.name}, {"unit", line.measure.unit}};
    one["values"] = line.each(value_of);
    one["median"] = median(line.each(value_of));
    if (!line.measure.beside.empty()) {
      one["beside"] = line.measure.beside;
      one["ratio"] = median(line.each(ratio_of));
    }
    if (line.measure.goal) {
      one["goal"] = *line.measure.goal;
      one["goal_of"] = line.measure.beside.empty() ? "median" : "ratio";
    }
    if (median(line.each(device_of)) > 0) one["processor_device"] = median(line.each(device_of));
    if (median(line.each(office_of)) > 0) one["processor_office"] = median(line.each(office_of));
    if (median(line.each(processor_ratio_of)) > 0) one["processor_ratio"] = median(line.each(processor_ratio_of));
    all["measures"].push_back(std::move(one));
  }
  std::ofstream(path) << all.dump(1) << "\n";
}

}  // namespace caseload::bench
