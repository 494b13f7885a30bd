#include "tests/bench/speed/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "common/base/escape.h"

namespace caseload::bench {
namespace {

constexpr double width = 760, height = 480, left = 92, right = 716, top = 84, bottom = 400;
// Told apart by people who see few colours, too, and by their markers.
constexpr std::array<const char*, 3> colours{"#005ea5", "#b45309", "#00703c"};
constexpr const char* colour_of_goal = "#a0141e";

std::string number_text(double number) {
  char text[32];
  if (number >= 1e6) std::snprintf(text, sizeof text, "%g M", number / 1e6);
  else if (number >= 1e4) std::snprintf(text, sizeof text, "%g,000", number / 1e3);
  else if (number >= 1e3) std::snprintf(text, sizeof text, "%d,%03d", static_cast<int>(number) / 1000, static_cast<int>(number) % 1000);
  else std::snprintf(text, sizeof text, "%g", number);
  return text;
}

std::string short_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", number >= 100 ? 0 : number >= 1 ? 1 : 2, number);
  return text;
}

std::string at(const char* form, double x, double y) {
  char text[160];
  std::snprintf(text, sizeof text, form, x, y);
  return text;
}

// An axis from one number to another, by their logarithms.
class Axis {
 public:
  struct Ends {
    double least, most;
  };
  struct Pixels {
    double least, most;
  };
  Axis(const Ends& ends, const Pixels& pixels) : pixels_(pixels) {
    low_ = std::log10(ends.least) - margin;
    high_ = std::max(low_ + 1, std::log10(ends.most) + margin);
  }
  double place(double number) const {
    return pixels_.least + (std::log10(number) - low_) / (high_ - low_) * (pixels_.most - pixels_.least);
  }
  // 1, 2 and 5 of each power of ten; of a long axis the powers alone.
  std::vector<double> ticks() const {
    std::vector<double> all;
    for (int power = static_cast<int>(std::floor(low_)); power <= static_cast<int>(std::ceil(high_)); ++power) {
      for (const double first : {1.0, 2.0, 5.0}) {
        const double tick = first * std::pow(10.0, power);
        const double place = std::log10(tick);
        if (place < low_ - 1e-9 || place > high_ + 1e-9) continue;
        if (first == 1.0 || high_ - low_ < 3) all.push_back(tick);
      }
    }
    return all;
  }

 private:
  static constexpr double margin = 0.12;  // of a power of ten, so that no point lies on the frame
  Pixels pixels_;
  double low_ = 0, high_ = 0;
};

// A goal has a colour of its own; the others take theirs in turn.
std::vector<std::string> colours_of(const Plot& plot) {
  std::vector<std::string> chosen;
  std::size_t next = 0;
  for (const Curve& curve : plot.curves) chosen.emplace_back(curve.is_goal ? colour_of_goal : colours[next++ % colours.size()]);
  return chosen;
}

struct Axes {
  Axis x, y;
};

Axes axes_of(const Plot& plot) {
  Axis::Ends x{plot.curves.front().points.front().first, 0}, y{plot.curves.front().points.front().second, 0};
  for (const Curve& curve : plot.curves) {
    for (const auto& [across, up] : curve.points) {
      x = {std::min(x.least, across), std::max(x.most, across)};
      y = {std::min(y.least, up), std::max(y.most, up)};
    }
  }
  return {Axis(x, {left, right}), Axis(y, {bottom, top})};
}

std::string grid_of(const Axes& axes) {
  std::string svg;
  for (const double tick : axes.x.ticks()) {
    const double x = axes.x.place(tick);
    svg += at("<path class=\"grid\" d=\"M%.1f 84V%.0f\"/>", x, bottom);
    svg += at("<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">", x, bottom + 22) + number_text(tick) + "</text>\n";
  }
  for (const double tick : axes.y.ticks()) {
    const double y = axes.y.place(tick);
    svg += at("<path class=\"grid\" d=\"M92 %.1fH%.0f\"/>", y, right);
    svg += at("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", left - 8, y + 5) + number_text(tick) + "</text>\n";
  }
  return svg;
}

std::string curve_of(const Curve& curve, const Axes& axes, const std::string& colour) {
  std::string path, marks;
  for (const auto& [across, up] : curve.points) {
    const double x = axes.x.place(across), y = axes.y.place(up);
    path += at(path.empty() ? "M%.1f %.1f" : "L%.1f %.1f", x, y);
    marks += at("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"", x, y) + colour + "\"/>";
    const char* const anchor = x > right - 30 ? "end" : x < left + 30 ? "start" : "middle";
    marks += at("<text x=\"%.1f\" y=\"%.1f\" class=\"value\" text-anchor=\"", x, y - 9) + anchor + "\" fill=\"" + colour + "\">" +
             short_text(up) + "</text>\n";
  }
  return "<path class=\"" + std::string(curve.is_goal ? "goal" : "curve") + "\" stroke=\"" + colour + "\" d=\"" + path + "\"/>\n" + marks;
}

std::string legend_of(const Plot& plot) {
  std::string svg;
  const std::vector<std::string> chosen = colours_of(plot);
  double x = left;
  for (std::size_t i = 0; i < plot.curves.size(); ++i) {
    svg += at("<circle cx=\"%.1f\" cy=\"%.0f\" r=\"5\" fill=\"", x + 5, 58) + chosen[i] + "\"/>";
    svg += at("<text x=\"%.1f\" y=\"%.0f\">", x + 16, 63) + html_text(plot.curves[i].name) + "</text>\n";
    x += 36 + 7.4 * static_cast<double>(plot.curves[i].name.size());
  }
  return svg;
}

}  // namespace

std::string svg_of(const Plot& plot) {
  const Axes axes = axes_of(plot);
  std::string svg = at("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"14\">\n",
                       width, height);
  svg += "<style>.grid{stroke:#d8d8d8;fill:none}.curve{stroke-width:2.5;fill:none}.value{font-size:13px;font-weight:bold}"
         ".goal{stroke-width:2;stroke-dasharray:7 5;fill:none}</style>\n";
  svg += at("<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fdfdfb\"/>\n", width, height);
  svg += at("<text x=\"%.0f\" y=\"%.0f\" font-size=\"19\" font-weight=\"bold\">", left, 32) + html_text(plot.title) + "</text>\n";
  svg += legend_of(plot) + grid_of(axes);
  svg += at("<path stroke=\"#333\" fill=\"none\" d=\"M92 84V%.0fH%.0f\"/>\n", bottom, right);
  const std::vector<std::string> chosen = colours_of(plot);
  for (std::size_t i = 0; i < plot.curves.size(); ++i) svg += curve_of(plot.curves[i], axes, chosen[i]);
  svg += at("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">", (left + right) / 2, bottom + 52) + html_text(plot.across) + "</text>\n";
  svg += at("<text transform=\"translate(24 %.0f) rotate(%.0f)\" text-anchor=\"middle\">", (top + bottom) / 2, -90) + html_text(plot.up) +
         "</text>\n</svg>\n";
  return svg;
}

}  // namespace caseload::bench
