#include "sync/sharing/mask.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

constexpr std::uint8_t level_bits = 3;
constexpr std::uint8_t decide_bit = 4;
constexpr std::uint8_t locked_bit = 8;

// A Decision as it travels.
struct PaletteEntry {
  Decision decision;

  template <class Archive>
  void save(Archive& archive) const {
    const int bits = static_cast<int>(decision.level) + (decision.may_decide ? decide_bit : 0) +
                     (decision.locked ? locked_bit : 0);
    archive(static_cast<std::uint8_t>(bits), decision.line, decision.decide_line);
  }
  template <class Archive>
  void load(Archive& archive) {
    std::uint8_t bits = 0;
    archive(bits, decision.line, decision.decide_line);
    if (bits > (level_bits | decide_bit | locked_bit))
      throw ReadStop(Fault(Fault::bad_value, "bits of a mask"));
    decision.level = static_cast<Level>(bits & level_bits);
    decision.may_decide = (bits & decide_bit) != 0;
    decision.locked = (bits & locked_bit) != 0;
  }
};

struct WireRow {
  KindNumber kind = 0;
  std::vector<SectionNumber> sections;
  std::vector<CodeClass> types;
  std::vector<CodeClass> markings;
  bool own_matters = false;
  std::vector<std::uint16_t> grid;
  std::vector<std::uint16_t> cells;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, sections, types, markings, own_matters, grid, cells);
  }
};

struct WireMask {
  std::uint8_t format = mask_format;
  std::vector<PaletteEntry> palette;
  std::vector<WireRow> rows;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, palette, rows);
  }
};

std::uint16_t class_of(const std::vector<CodeClass>& classes, CodeNumber code) {
  for (const CodeClass& each : classes)
    if (each.code == code) return each.number;
  return 0;
}

std::uint16_t class_count(const std::vector<CodeClass>& classes) {
  std::uint16_t count = 1;
  for (const CodeClass& each : classes) count = std::max(count, static_cast<std::uint16_t>(each.number + 1));
  return count;
}

std::vector<CodeNumber> codes_of(const std::vector<CodeClass>& classes) {
  std::vector<CodeNumber> codes;
  for (const CodeClass& each : classes) codes.push_back(each.code);
  return codes;
}

// Planes by number instead of by content, so that what follows compares numbers.
class Numbering {
 public:
  explicit Numbering(const std::vector<std::vector<Decision>>& sheets) {
    for (const std::vector<Decision>& sheet : sheets) {
      const auto [known, is_new] = known_.try_emplace(sheet, planes_.size());
      if (is_new) planes_.push_back(&sheet);
      numbers_.push_back(known->second);
    }
  }
  std::size_t operator[](std::size_t index) const { return numbers_[index]; }
  const std::vector<Decision>& plane(std::size_t number) const { return *planes_[number]; }
  std::size_t size() const { return planes_.size(); }

 private:
  std::map<std::vector<Decision>, std::size_t> known_;
  std::vector<const std::vector<Decision>*> planes_;
  std::vector<std::size_t> numbers_;
};

// The classes of the codes 1 to count along one axis, of which 0 are the unlisted ones: two places are of one
// class if `alike` says so. Answers with the first place of each class, and fills the listed codes.
template <class Alike>
std::vector<std::size_t> classify(const std::vector<CodeNumber>& codes, std::vector<CodeClass>& listed,
                                  Alike alike) {
  std::vector<std::size_t> first{0};
  for (std::size_t place = 1; place <= codes.size(); ++place) {
    const auto found =
        std::find_if(first.begin(), first.end(), [&](std::size_t known) { return alike(known, place); });
    const auto number = static_cast<std::uint16_t>(found - first.begin());
    if (found == first.end()) first.push_back(place);
    if (number > 0) listed.push_back({codes[place - 1], number});
  }
  return first;
}

template <class T>
bool ascends(const std::vector<T>& values) {
  return std::adjacent_find(values.begin(), values.end(), [](const T& a, const T& b) { return !(a < b); }) ==
         values.end();
}

// What a row decides, for every combination of its own codes; the form in which make_row takes it.
Result<std::vector<std::vector<Decision>>> sheets_of(const MaskRow& row) {
  std::vector<std::vector<Decision>> sheets;
  const std::size_t width = row.sections.size();
  for (std::size_t own = 0; own < 2; ++own)
    for (std::size_t t = 0; t <= row.types.size(); ++t)
      for (std::size_t m = 0; m <= row.markings.size(); ++m) {
        const std::size_t type = t == 0 ? 0 : row.types[t - 1].number;
        const std::size_t marking = m == 0 ? 0 : row.markings[m - 1].number;
        const std::size_t plane = row.grid[row.place(own == 1, type, marking)];
        if ((plane + 1) * width > row.cells.size()) return Fault(Fault::bad_value, "a plane of a mask");
        const auto begin = row.cells.begin() + static_cast<std::ptrdiff_t>(plane * width);
        sheets.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(width));
      }
  return sheets;
}

// A row read from outside is sound if it is the row that its own decisions make.
Result<void> check_row(const MaskRow& row) {
  const std::size_t combinations = 2 * (row.types.size() + 1) * (row.markings.size() + 1);
  if (combinations > mask_combinations_max) return Fault(Fault::too_many, "codes of a mask");
  const std::size_t classes = std::size_t{row.type_classes} * row.marking_classes;
  if (row.kind == every_kind || row.sections.empty() ||
      row.grid.size() != classes * (row.own_matters ? 2 : 1))
    return Fault(Fault::bad_value, "a row of a mask");
  const auto is_beyond = [](const std::vector<CodeClass>& listed) {
    return std::any_of(listed.begin(), listed.end(),
                       [&](const CodeClass& each) { return each.number > listed.size(); });
  };
  if (is_beyond(row.types) || is_beyond(row.markings)) return Fault(Fault::bad_value, "a class of a mask");
  const std::vector<CodeNumber> types = codes_of(row.types);
  const std::vector<CodeNumber> markings = codes_of(row.markings);
  if (!ascends(row.sections) || !ascends(types) || !ascends(markings))
    return Fault(Fault::not_canonical, "a mask");
  const Result<std::vector<std::vector<Decision>>> sheets = sheets_of(row);
  if (!sheets) return sheets.fault();
  if (make_row({row.kind, row.sections, types, markings, *sheets}) != row)
    return Fault(Fault::not_canonical, "a mask");
  return {};
}

Result<MaskRow> row_of(const WireRow& wire, const std::vector<PaletteEntry>& palette,
                       std::vector<bool>& used) {
  MaskRow row{wire.kind,
              wire.sections,
              wire.types,
              wire.markings,
              class_count(wire.types),
              class_count(wire.markings),
              wire.own_matters,
              wire.grid,
              {}};
  for (const std::uint16_t cell : wire.cells) {
    if (cell >= palette.size()) return Fault(Fault::bad_value, "a cell of a mask");
    row.cells.push_back(palette[cell].decision);
    used[cell] = true;
  }
  const Result<void> sound = check_row(row);
  if (!sound) return sound.fault();
  return row;
}

bool decides_nothing(const MaskRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(),
                     [](const Decision& cell) { return cell == Decision{}; });
}

Bytes bytes_of(const std::vector<MaskRow>& rows) {
  std::vector<Decision> palette;
  for (const MaskRow& row : rows) palette.insert(palette.end(), row.cells.begin(), row.cells.end());
  std::sort(palette.begin(), palette.end());
  palette.erase(std::unique(palette.begin(), palette.end()), palette.end());
  WireMask wire;
  for (const Decision& decision : palette) wire.palette.push_back({decision});
  for (const MaskRow& row : rows) {
    WireRow& to = wire.rows.emplace_back(
        WireRow{row.kind, row.sections, row.types, row.markings, row.own_matters, row.grid, {}});
    for (const Decision& cell : row.cells) {
      const auto entry = std::lower_bound(palette.begin(), palette.end(), cell);
      to.cells.push_back(static_cast<std::uint16_t>(entry - palette.begin()));
    }
  }
  return encode(wire);
}

}  // namespace

struct Mask::Body {
  std::vector<MaskRow> rows;      // by kind
  std::vector<KindNumber> kinds;  // of the rows, close together for searching
  Bytes bytes;
};

MaskRow make_row(const RowSource& source) {
  const std::size_t types = source.types.size() + 1;
  const std::size_t markings = source.markings.size() + 1;
  const Numbering planes(source.sheets);
  const auto at = [&](std::size_t own, std::size_t type, std::size_t marking) {
    return planes[(own * types + type) * markings + marking];
  };
  MaskRow row;
  row.kind = source.kind;
  row.sections = source.sections;
  const std::vector<std::size_t> first_types =
      classify(source.types, row.types, [&](std::size_t a, std::size_t b) {
        for (std::size_t own = 0; own < 2; ++own)
          for (std::size_t m = 0; m < markings; ++m)
            if (at(own, a, m) != at(own, b, m)) return false;
        return true;
      });
  const std::vector<std::size_t> first_markings =
      classify(source.markings, row.markings, [&](std::size_t a, std::size_t b) {
        for (std::size_t own = 0; own < 2; ++own)
          for (const std::size_t t : first_types)
            if (at(own, t, a) != at(own, t, b)) return false;
        return true;
      });
  row.type_classes = static_cast<std::uint16_t>(first_types.size());
  row.marking_classes = static_cast<std::uint16_t>(first_markings.size());
  std::vector<std::optional<std::uint16_t>> kept(planes.size());
  std::uint16_t count = 0;
  for (std::size_t own = 0; own < 2; ++own)
    for (const std::size_t t : first_types)
      for (const std::size_t m : first_markings) {
        const std::size_t plane = at(own, t, m);
        if (!kept[plane]) {
          kept[plane] = count++;
          row.cells.insert(row.cells.end(), planes.plane(plane).begin(), planes.plane(plane).end());
        }
        row.grid.push_back(*kept[plane]);
      }
  const auto half = row.grid.begin() + static_cast<std::ptrdiff_t>(row.grid.size() / 2);
  row.own_matters = !std::equal(row.grid.begin(), half, half);
  if (!row.own_matters) row.grid.erase(half, row.grid.end());
  return row;
}

const Decision* MaskRow::find(const ObjectFacts& object) const {
  const auto section = std::find(sections.begin(), sections.end(), object.section);
  if (section == sections.end()) return nullptr;
  const std::size_t type = class_of(types, object.type);
  const std::size_t marking = class_of(markings, object.marking);
  const std::size_t plane = grid[place(object.own_work, type, marking)];
  return &cells[plane * sections.size() + static_cast<std::size_t>(section - sections.begin())];
}

Mask::Mask(std::vector<MaskRow> rows) {
  rows.erase(std::remove_if(rows.begin(), rows.end(), decides_nothing), rows.end());
  if (rows.empty()) return;
  std::sort(rows.begin(), rows.end(), [](const MaskRow& a, const MaskRow& b) { return a.kind < b.kind; });
  auto body = std::make_shared<Body>();
  for (const MaskRow& row : rows) body->kinds.push_back(row.kind);
  body->bytes = bytes_of(rows);
  body->rows = std::move(rows);
  body_ = std::move(body);
}

const std::vector<MaskRow>& Mask::rows() const {
  static const std::vector<MaskRow> none;
  return body_ ? body_->rows : none;
}

const Bytes& Mask::bytes() const {
  static const Bytes of_nothing = bytes_of({});
  return body_ ? body_->bytes : of_nothing;
}

Decision Mask::look_up(const ObjectFacts& object) const {
  if (!body_) return {};
  const std::vector<KindNumber>& kinds = body_->kinds;
  const auto kind = std::lower_bound(kinds.begin(), kinds.end(), object.kind);
  if (kind == kinds.end() || *kind != object.kind) return {};
  const Decision* cell = body_->rows[static_cast<std::size_t>(kind - kinds.begin())].find(object);
  return cell == nullptr ? Decision{} : *cell;
}

bool Mask::gives_only_own() const {
  const auto gives_others = [](const MaskRow& row) {
    const std::size_t planes_of_others = std::size_t{row.type_classes} * row.marking_classes;
    for (std::size_t place = 0; place < planes_of_others; ++place) {
      const std::size_t first = row.grid[place] * row.sections.size();
      for (std::size_t i = 0; i < row.sections.size(); ++i) {
        if (row.cells[first + i].level >= Level::read) return true;
      }
    }
    return false;
  };
  return std::ranges::none_of(rows(), gives_others);
}

Digest Mask::digest() const {
  Bytes labelled = to_bytes(as_bytes("caseload/mask/1"));
  append(labelled, bytes());
  return sha256(labelled);
}

Result<Mask> Mask::read(BytesView bytes) {
  if (bytes.size() > mask_bytes_max) return Fault(Fault::too_large, "a mask of at most 65536 bytes");
  if (!bytes.empty() && bytes.front() != mask_format)
    return Fault(Fault::upgrade_needed, "a mask of another format");
  const Result<WireMask> wire = decode<WireMask>(bytes);
  if (!wire) return wire.fault();
  std::vector<bool> used(wire->palette.size());
  std::vector<MaskRow> rows;
  for (const WireRow& each : wire->rows) {
    Result<MaskRow> row = row_of(each, wire->palette, used);
    if (!row) return row.fault();
    const bool ascending = rows.empty() || rows.back().kind < row->kind;
    if (!ascending || decides_nothing(*row)) return Fault(Fault::not_canonical, "rows of a mask");
    rows.push_back(std::move(*row));
  }
  const bool in_order =
      std::adjacent_find(wire->palette.begin(), wire->palette.end(), [](const auto& a, const auto& b) {
        return !(a.decision < b.decision);
      }) == wire->palette.end();
  if (!in_order || std::find(used.begin(), used.end(), false) != used.end())
    return Fault(Fault::not_canonical, "the palette of a mask");
  return Mask(std::move(rows));
}

}  // namespace caseload::sync
