#include <numeric>
#include <set>

#include "sync/merge/merge.h"
#include "sync/sharing/rules_text.h"
#include "tests/simulation/reference.h"
#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

// Merging, held against laws and against the reference, on histories that chance makes: a few people edit one record,
// each knowing some of what the others wrote, with clocks that are right, slow or years ahead.
namespace caseload::sync {
namespace {

using namespace test;

constexpr std::uint64_t cases = 4000;
const Catalogue& catalogue() { return Catalogue::built_in(); }
const Id record = numbered(1);

struct Made {
  Change change;
  std::uint64_t position = 0;
  WallTime accepted{};

  Origin origin() const {
    return {change.header.id, change.header.author, numbered(50), change.header.stamp, position, accepted};
  }
  Origin pending() const {
    return {change.header.id, change.header.author, numbered(50), change.header.stamp, 0, {}};
  }
};

// Fields of each policy, in several sections, and one that nobody knows.
struct Place {
  SectionNumber section;
  FieldNumber field;
};
constexpr Place risk_places[] = {
    {0, header::marking}, {0, header::voided}, {1, 16}, {1, 17}, {1, 20}, {1, 22}, {2, 27}, {2, 29}, {3, 32},
    {3, 0x8123}};
constexpr Place note_places[] = {
    {0, header::type}, {0, header::signed_off}, {1, 16}, {1, 22}, {1, 23}, {2, 25}, {2, 26}};

class History {
 public:
  explicit History(std::uint64_t seed)
      : random_(seed), kind_(random_.chance(1, 2) ? kinds::risk : kinds::note) {
    const std::uint64_t count = 2 + random_.below(9);
    for (std::uint32_t n = 1; n <= count; ++n) changes.push_back(Made{make(n), 0, {}});
    std::vector<std::size_t> order = shuffled(changes.size());
    WallTime accepted = minute(100);
    for (std::size_t i = 0; i < order.size(); ++i) {  // several in one commit, or the next one later
      if (random_.chance(2, 3)) accepted += Duration(1 + random_.below(600'000));
      changes[order[i]].position = i + 1;
      changes[order[i]].accepted = accepted;
    }
  }

  std::vector<std::size_t> shuffled(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    return order;
  }
  Random& random() { return random_; }
  KindNumber kind() const { return kind_; }
  std::span<const Place> places() const {
    return kind_ == kinds::risk ? std::span<const Place>(risk_places) : std::span<const Place>(note_places);
  }

  std::vector<Made> changes;

 private:
  Change make(std::uint32_t number) {
    Draft made = draft(number)
                     .in(numbered(7))
                     .on(record)
                     .of(kind_)
                     .by(numbered(900 + static_cast<std::uint32_t>(random_.below(3))));
    made.when(minute(static_cast<std::int64_t>(random_.below(200))));
    if (random_.chance(1, 6)) made.at += std::chrono::hours(24 * 3650);
    if (random_.chance(1, 6)) made.at -= std::chrono::hours(24 * 30);
    std::map<SectionNumber, std::vector<Write>> sections;
    for (const Place& place : places()) {
      if (random_.chance(1, 2)) sections[place.section].push_back(make(number, place.field));
    }
    if (sections.empty()) sections[1].push_back(make(number, 16));
    for (auto& [section, writes] : sections) made.says(section, std::move(writes));
    return made.change();
  }

  // By somebody who knew some of the earlier changes.
  Write make(std::uint32_t number, FieldNumber field) {
    Write one{field, value(field), false, {}};
    for (std::uint32_t n = 1; n < number; ++n) {
      if (random_.chance(1, 2)) one.replaces.push_back(numbered(n));
    }
    const FieldEntry* entry = catalogue().find_kind(kind_)->find_field(field);
    one.out = entry != nullptr && entry->policy == MergePolicy::set && random_.chance(1, 3);
    return one;
  }
  Value value(FieldNumber field) {
    const FieldEntry* entry = catalogue().find_kind(kind_)->find_field(field);
    if (entry == nullptr) return Value::of_tag(100, "later");
    const bool set = entry->policy == MergePolicy::set;
    if (!set && random_.chance(1, 12)) return Value();
    const std::uint64_t which = random_.below(set ? 2 : 4);
    switch (entry->type) {
      case ValueType::code:
        return Value::of_code(static_cast<CodeNumber>(which == 3 ? 50000 : which + 1));
      case ValueType::boolean:
        return Value::of_boolean(which % 2 == 0);
      case ValueType::reference:
        return Value::of_reference(numbered(static_cast<std::uint32_t>(60 + which)));
      default:
        return Value::of_text(std::string(1, static_cast<char>('a' + which)));
    }
  }

  SeededRandom random_;
  KindNumber kind_;
};

RecordState state_of(const History& history) {
  RecordState state(record, history.kind());
  for (const Made& made : history.changes) {
    for (const Part& part : made.change.parts) state.apply(catalogue(), part, made.origin());
  }
  return state;
}

std::vector<Value> sorted(std::vector<Value> values) {
  std::ranges::sort(values);
  return values;
}

struct Piece {
  const Made* made;
  const Part* part;
};
std::vector<Piece> pieces_of(History& history) {
  std::vector<Piece> all;
  for (const Made& made : history.changes) {
    for (const Part& part : made.change.parts) all.push_back({&made, &part});
  }
  std::vector<Piece> mixed;
  for (const std::size_t i : history.shuffled(all.size())) mixed.push_back(all[i]);
  return mixed;
}

std::uint8_t severity(const FieldEntry& field, const Value& value) {
  if (value.is_none()) return 0;
  return value.type() == ValueType::code ? catalogue().severity(field.code_list, value.code())
                                         : std::uint8_t{255};
}

}  // namespace

TEST_CASE("any order of parts gives one state, whenever pending ones are accepted") {
  for (std::uint64_t seed = 1; seed <= cases; ++seed) {
    CAPTURE(seed);
    History history(seed);
    const RecordState expected = state_of(history);
    RecordState state(record, history.kind());
    std::vector<const Made*> not_yet;
    std::set<const Made*> seen;
    for (const Piece& piece : pieces_of(history)) {
      if (seen.insert(piece.made).second && history.random().chance(1, 2)) not_yet.push_back(piece.made);
      const bool pending = std::ranges::find(not_yet, piece.made) != not_yet.end();
      state.apply(catalogue(), *piece.part, pending ? piece.made->pending() : piece.made->origin());
      if (!not_yet.empty() && history.random().chance(1, 4)) {
        const std::size_t which = history.random().below(not_yet.size());
        const Made* accepted = not_yet[which];
        state.accept(accepted->change.header.id, accepted->position, accepted->accepted);
        not_yet.erase(not_yet.begin() + static_cast<std::ptrdiff_t>(which));
      }
    }
    for (const Made* made : not_yet) state.accept(made->change.header.id, made->position, made->accepted);
    REQUIRE(state == expected);
    REQUIRE(*decode<RecordState>(encode(state)) == state);
  }
}

TEST_CASE("what is in force is what another reading of the design finds") {
  const Rules none = *parse_rules("role clerk\n", catalogue());
  std::size_t several = 0;
  std::size_t asked = 0;
  for (std::uint64_t seed = 1; seed <= cases; ++seed) {
    CAPTURE(seed);
    History history(seed);
    const RecordState state = state_of(history);
    Reference reference(catalogue(), none, numbered(1));
    for (const Made& made : history.changes)
      reference.accept(made.change, made.position, made.accepted, numbered(50));
    for (const Place& place : history.places()) {
      CAPTURE(place.field);
      const FieldView view = state.view(catalogue(), place.field);
      const Reference::Field expected = reference.field(record, place.field);
      REQUIRE(sorted(view.in_force) == expected.values);
      REQUIRE(view.open == expected.open);
      if (view.standing.size() > 1) ++several;
      if (view.open) ++asked;
    }
  }
  CHECK(several > cases / 2);  // the histories do disagree
  CHECK(asked > cases / 2);
}

TEST_CASE("no value vanishes without a write of its field that replaces it, and none comes back") {
  for (std::uint64_t seed = 1; seed <= cases; ++seed) {
    CAPTURE(seed);
    History history(seed);
    const RecordState state = state_of(history);
    for (const Made& made : history.changes) {
      for (const Part& part : made.change.parts) {
        for (const Write& write : part.writes) {
          const FieldView view = state.view(catalogue(), write.field);
          if (view.entry == nullptr) continue;
          const bool stands = std::ranges::any_of(view.standing, [&](const HeldWrite& held) {
            return held.origin.change == made.change.header.id && held.value == write.value &&
                   held.out == write.out;
          });
          const auto replaces_it = [&](const Write& other) {
            const bool same = other.field == write.field &&
                              (view.entry->policy != MergePolicy::set || other.value == write.value);
            return same && std::ranges::binary_search(other.replaces, made.change.header.id);
          };
          const bool replaced = std::ranges::any_of(history.changes, [&](const Made& by) {
            const Part* same_part = by.change.find(part.section);
            return same_part != nullptr && std::ranges::any_of(same_part->writes, replaces_it);
          });
          REQUIRE(stands != replaced);
        }
      }
    }
  }
}

TEST_CASE("safest never gives less than any standing value, and gives all that protect as much") {
  for (std::uint64_t seed = 1; seed <= cases; ++seed) {
    CAPTURE(seed);
    History history(seed);
    const RecordState state = state_of(history);
    for (const FieldNumber number : {header::marking, FieldNumber{16}, FieldNumber{22}}) {
      const FieldView view = state.view(catalogue(), number);
      if (view.entry == nullptr || view.entry->policy != MergePolicy::safest) continue;
      for (const HeldWrite& held : view.standing) {
        for (const Value& value : view.in_force)
          REQUIRE(severity(*view.entry, value) >= severity(*view.entry, held.value));
        if (held.value.is_none()) continue;
        const bool shown = std::ranges::find(view.in_force, held.value) != view.in_force.end();
        const bool outdone = std::ranges::any_of(view.standing, [&](const HeldWrite& other) {
          return severity(*view.entry, other.value) > severity(*view.entry, held.value);
        });
        REQUIRE(shown != outdone);
      }
    }
  }
}

TEST_CASE("a clock wins back at most to its acceptance, and a pending write keeps its rank when it is accepted") {
  SeededRandom random(9);
  const auto any_stamp = [&] {
    return Stamp{Stamp::at(minute(static_cast<std::int64_t>(random.below(60)))).value + random.below(3)};
  };
  for (std::uint64_t i = 0; i < 50 * cases; ++i) {
    HeldWrite accepted;
    accepted.origin = {numbered(1 + static_cast<std::uint32_t>(random.below(9))), {}, {}, any_stamp(), 5,
                       minute(static_cast<std::int64_t>(random.below(60)))};
    HeldWrite pending;
    pending.origin = {numbered(10 + static_cast<std::uint32_t>(random.below(9))), {}, {}, any_stamp(), 0, {}};
    if (random.chance(1, 2)) std::swap(accepted.origin.change, pending.origin.change);
    HeldWrite later = pending;
    later.origin.position = 6;
    later.origin.accepted = accepted.origin.accepted + Duration(1 + random.below(100'000));
    REQUIRE(earlier(accepted, pending) == earlier(accepted, later));
    REQUIRE(earlier(pending, accepted) == earlier(later, accepted));
    REQUIRE(earlier(accepted, pending) != earlier(pending, accepted));

    // Whoever writes a moment after an acceptance outdoes it, whatever that clock had said.
    HeldWrite after = later;
    after.origin.stamp = Stamp::at(accepted.origin.accepted + Duration(1));
    REQUIRE(earlier(accepted, after));

    // Several pending ones of one device, accepted in their order, keep it among themselves.
    HeldWrite second = pending;
    second.origin.change = numbered(99);
    second.origin.stamp.value += random.below(2'000'000'000);
    HeldWrite second_later = second;
    second_later.origin.position = 7;
    second_later.origin.accepted = later.origin.accepted + Duration(random.below(2));
    REQUIRE(earlier(pending, second) == earlier(later, second_later));
  }
}

TEST_CASE("a section that was dropped and came again is as if it had never gone") {
  for (std::uint64_t seed = 1; seed <= cases; ++seed) {
    CAPTURE(seed);
    History history(seed);
    const RecordState expected = state_of(history);
    RecordState state = expected;
    const SectionNumber section = static_cast<SectionNumber>(history.random().below(4));
    state.drop(catalogue(), section);
    for (const Place& place : history.places()) {
      if (place.section == section)
        REQUIRE(state.view(catalogue(), place.field).standing.empty());
      else
        REQUIRE(state.view(catalogue(), place.field).in_force ==
                expected.view(catalogue(), place.field).in_force);
    }
    for (const Piece& piece : pieces_of(history)) {
      if (piece.part->section == section) state.apply(catalogue(), *piece.part, piece.made->origin());
    }
    REQUIRE(state == expected);
  }
}

}  // namespace caseload::sync
