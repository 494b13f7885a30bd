#pragma once

#include <memory>
#include <vector>

#include "common/codec/codec.h"
#include "sync/sharing/decide.h"

namespace caseload::sync {

// The form of a mask, and its limits.
constexpr std::uint8_t mask_format = 1;
constexpr std::size_t mask_bytes_max = 64U << 10;  // the default rules take some 500
constexpr std::size_t mask_combinations_max = 2 * (types_max + 2) * (markings_max + 2);  // own, type, marking

// A code decided unlike those that nobody lists, which are class 0. Codes of one class are decided alike.
struct CodeClass {
  CodeNumber code = 0;
  std::uint16_t number = 0;

  friend bool operator==(const CodeClass&, const CodeClass&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(code, number);
  }
};

// MaskRow: the decisions for one kind. A plane has one decision for each section; the grid says which plane
// belongs to whose work, which type class and which marking class.
//
// Promise  one row for one set of decisions: an axis on which nothing depends is not there, classes and
//          planes are numbered in the order in which they are first met.
struct MaskRow {
  KindNumber kind = 0;
  std::vector<SectionNumber> sections;  // ascending
  std::vector<CodeClass> types;         // by code
  std::vector<CodeClass> markings;      // by code
  std::uint16_t type_classes = 1;
  std::uint16_t marking_classes = 1;
  bool own_matters = false;
  std::vector<std::uint16_t> grid;
  std::vector<Decision> cells;  // plane by plane

  const Decision* find(const ObjectFacts& object) const;
  std::size_t place(bool own_work, std::size_t type_class, std::size_t marking_class) const {
    const std::size_t half = own_matters && own_work ? 1 : 0;
    return (half * type_classes + type_class) * marking_classes + marking_class;
  }
  friend bool operator==(const MaskRow&, const MaskRow&) = default;
};

// Mask: what the rules give one viewer on one scope, ready to be looked up and to travel to a device.
//
// Shape    mask    := format palette row*
//          palette := (bits line decide_line)*, ascending, each used; bits := level + 4 if it may decide
//                     + 8 if locked
//          row     := kind sections types markings own grid cell*; cell := index into the palette
//          Kinds of which nothing is decided are left out.
// Promise  look_up(object) == decide(rules, viewer, scope, object), for every object. Equal decisions give
//          equal bytes. Copies are one mask: thousands of scopes have a dozen, so copying, comparing and
//          asking for the bytes cost next to nothing.
// Errors   read(): those of decode, too_large, upgrade_needed (another format), bad_value and not_canonical
//          (bytes that no mask has).
// Threads  a value; read from any thread.
class Mask {
 public:
  Mask() = default;  // gives nothing
  explicit Mask(std::vector<MaskRow> rows);
  static Result<Mask> read(BytesView bytes);

  Decision look_up(const ObjectFacts& object) const;
  const Bytes& bytes() const;
  Digest digest() const;  // of the bytes
  const std::vector<MaskRow>& rows() const;
  bool is_empty() const { return body_ == nullptr; }  // gives nothing, of anything
  bool gives_only_own() const;                        // to read: nothing but what the viewer wrote

  friend bool operator==(const Mask& one, const Mask& other) {
    return one.body_ == other.body_ || one.bytes() == other.bytes();
  }

  // Inside a message, with its length before it.
  template <class Archive>
  void save(Archive& archive) const {
    archive(bytes());
  }
  template <class Archive>
  void load(Archive& archive) {
    Bytes inner;
    archive(inner);
    Result<Mask> mask = read(inner);
    if (!mask) throw ReadStop(mask.fault());
    *this = std::move(*mask);
  }

 private:
  struct Body;
  std::shared_ptr<const Body> body_;  // never altered; none: it gives nothing
};

// What a row is made of: the decisions for every combination of whose work, type and marking. Index 0 of type
// and marking is a code that nobody lists, index i the i-th of the list.
struct RowSource {
  KindNumber kind = 0;
  const std::vector<SectionNumber>& sections;
  const std::vector<CodeNumber>& types;              // ascending
  const std::vector<CodeNumber>& markings;           // ascending
  const std::vector<std::vector<Decision>>& sheets;  // [(own × types + type) × markings + marking][section]
};
MaskRow make_row(const RowSource& source);

}  // namespace caseload::sync
