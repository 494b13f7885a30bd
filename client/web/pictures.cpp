#include "client/web/pictures.h"

#include <algorithm>

namespace caseload::client {
namespace {

constexpr std::int64_t left = 34, top = 10, plot_height = 140, step = 62, foot = 26;

std::string n(std::int64_t number) { return std::to_string(number); }

std::int64_t scale_of(const Figures& figures, bool stacked) {
  std::int64_t most = std::max<std::int64_t>(figures.most, 1);
  for (const Figures::Row& row : figures.rows) {
    std::int64_t sum = 0;
    for (const std::int64_t value : row.values) {
      sum = stacked ? sum + value : value;
      most = std::max(most, sum);
    }
  }
  return most;
}

std::int64_t height_of(std::int64_t value, std::int64_t scale) { return value * plot_height / scale; }

Json label(std::string_view kind, std::int64_t x, std::int64_t y, const std::string& text) {
  return {{"class", kind}, {"x", n(x)}, {"y", n(y)}, {"text", text}};
}

// The frame, the scale, the heads below, and the table.
Json frame_of(const Figures& figures, std::int64_t scale) {
  const auto count = static_cast<std::int64_t>(figures.rows.size());
  const std::int64_t right = left + count * step;
  Json picture{
      {"caption", figures.caption}, {"width", n(right + 10)},  {"height", n(top + plot_height + foot)},
      {"lines", Json::array()},     {"bars", Json::array()},   {"paths", Json::array()},
      {"dots", Json::array()},      {"labels", Json::array()}, {"columns", Json::array()},
      {"rows", Json::array()}};
  for (const std::int64_t share : {0, 1, 2}) {
    const std::int64_t y = top + plot_height - plot_height * share / 2;
    picture["lines"].push_back(
        {{"class", "app-line"}, {"x1", n(left)}, {"y1", n(y)}, {"x2", n(right)}, {"y2", n(y)}});
    if (share != 1 || scale % 2 == 0)
      picture["labels"].push_back(label("app-scale", left - 6, y + 4, n(scale * share / 2)));
  }
  picture["keyed"] = figures.columns.size() > 1;
  picture["columns"].push_back({{"text", figures.head}, {"key", ""}});
  for (const std::string& column : figures.columns) {
    picture["columns"].push_back({{"text", column}, {"key", std::to_string(picture["columns"].size())}});
  }
  std::string aria = figures.caption + ":";
  for (std::int64_t i = 0; i < count; ++i) {
    const Figures::Row& row = figures.rows[static_cast<std::size_t>(i)];
    Json cells = Json::array();
    for (const std::int64_t value : row.values) cells.push_back({{"text", n(value)}});
    std::int64_t sum = 0;
    for (const std::int64_t value : row.values) sum += value;
    aria += " " + row.head + " " + n(sum) + ";";
    picture["labels"].push_back(
        label("app-foot", left + i * step + step / 2, top + plot_height + 18, row.head));
    picture["rows"].push_back({{"head", row.head}, {"cells", std::move(cells)}});
  }
  picture["aria"] = aria;
  return picture;
}

}  // namespace

Json bars_of(const Figures& figures) {
  const std::int64_t scale = scale_of(figures, true);
  Json picture = frame_of(figures, scale);
  for (std::size_t i = 0; i < figures.rows.size(); ++i) {
    std::int64_t y = top + plot_height;
    const std::int64_t x = left + static_cast<std::int64_t>(i) * step;
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < figures.rows[i].values.size(); ++c) {
      const std::int64_t value = figures.rows[i].values[c];
      const std::int64_t height = height_of(value, scale);
      y -= height;
      sum += value;
      picture["bars"].push_back({{"class", "app-fill-" + std::to_string(c + 1)},
                                 {"x", n(x + 12)},
                                 {"y", n(y)},
                                 {"w", n(step - 24)},
                                 {"h", n(height)}});
    }
    if (sum > 0)
      picture["labels"].push_back(label("app-top", x + step / 2, std::max<std::int64_t>(y - 3, 9), n(sum)));
  }
  return picture;
}

Json lines_of(const Figures& figures) {
  const std::int64_t scale = scale_of(figures, false);
  Json picture = frame_of(figures, scale);
  for (std::size_t c = 0; c < figures.columns.size(); ++c) {
    std::string points;
    const std::string kind = std::to_string(c + 1);
    for (std::size_t i = 0; i < figures.rows.size(); ++i) {
      const std::int64_t x = left + static_cast<std::int64_t>(i) * step + step / 2;
      const std::int64_t y = top + plot_height - height_of(figures.rows[i].values[c], scale);
      points += (points.empty() ? "" : " ") + n(x) + "," + n(y);
      picture["dots"].push_back({{"class", "app-dot-" + kind}, {"x", n(x)}, {"y", n(y)}});
    }
    picture["paths"].push_back({{"class", "app-stroke-" + kind}, {"points", points}});
  }
  return picture;
}

}  // namespace caseload::client
