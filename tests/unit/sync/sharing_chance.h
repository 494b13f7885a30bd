#pragma once

#include "common/base/random.h"
#include "tests/unit/sync/sharing_support.h"

// Rules, viewers, scopes and objects by chance, where laws of sharing are hunted.
namespace caseload::sync::test {

// The kinds that chance prefers, one or two of each type of scope, so that rules and objects often meet.
inline const std::vector<std::string>& favourites() {
  static const std::vector<std::string> names{"note", "note", "risk", "worker", "notice", "device"};
  return names;
}

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.below(bound)); }
  bool one_in(std::uint32_t n) { return random_.chance(1, n); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  std::string target() {
    if (one_in(8)) return "*";
    const KindEntry& kind = one_in(4) ? catalogue().kinds()[below(catalogue().kinds().size())]
                                      : *catalogue().find_kind(pick(favourites()));
    if (one_in(2)) return kind.name + ".*";
    return kind.name + "." + kind.sections[1 + below(kind.sections.size() - 1)].name;
  }

  std::string role() { return pick<std::string>({"nurse", "clerk", "chief", "everyone"}); }
  std::string named_role() { return pick<std::string>({"nurse", "clerk", "chief"}); }

  std::string conditions() {
    std::vector<std::string> all{"assigned", "supervising", "in own unit", "referred",
                                 "own work", "emergency",   "consent tea", "consent milk"};
    std::string text;
    for (std::size_t count = below(6) / 2; count > 0; --count) {
      const std::size_t which = below(all.size());
      text += (text.empty() ? " if " : " and ") + all[which];
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(which));
    }
    return text.empty() ? " if any" : text;
  }

  std::string clauses() {
    std::string text;
    if (one_in(3))
      text +=
          pick<std::string>({" marking restricted", " marking ordinary", " marking sensitive restricted"});
    return text;
  }

  std::string about() {
    if (one_in(3))
      return " note.* type " + pick<std::string>({"oversight", "contact", "oversight decision"}) + clauses();
    std::string first = target();
    std::string second = target();
    return " " + first + (second != first && one_in(2) ? " " + second : "") + clauses();
  }

  std::string gift() {
    return role() + " may " + pick<std::string>({"see", "read", "write", "decide"}) + about() + conditions();
  }
  std::string taking() {
    const std::string right = pick<std::string>({"sees", "reads", "writes", "decides"});
    const std::string lock = one_in(2) ? "locked: " : "";
    if (one_in(2)) return lock + role() + " never " + right + about() + (one_in(2) ? "" : conditions());
    return lock + "nobody but " + named_role() + " " + right + about();
  }
  std::string rule() { return one_in(3) ? taking() : gift(); }

  std::vector<std::string> rules(std::size_t max) {
    std::vector<std::string> lines;
    for (std::size_t count = 1 + below(max); count > 0; --count) lines.push_back(rule());
    return lines;
  }

  ViewerFacts viewer() {
    ViewerFacts viewer;
    viewer.worker = id_of(static_cast<std::uint8_t>(1 + below(3)));
    if (one_in(2)) viewer.provider = id_of(9);
    if (one_in(20)) viewer.standing = Standing::suspended;
    const std::vector<std::string> roles{"nurse", "clerk", "chief", "gardener"};
    for (std::size_t count = 1 + below(3); count > 0; --count)
      viewer.memberships.push_back({id_of(static_cast<std::uint8_t>(20 + below(2))), pick(roles)});
    return viewer;
  }

  // An object, mostly one that the scope can hold and the rules are likely to name.
  ObjectFacts object(const ScopeFacts& scope) {
    static const std::vector<ObjectFacts> all = all_objects();
    for (int tries = 0; tries < 60; ++tries) {
      const ObjectFacts& object = pick(all);
      const KindEntry* kind = catalogue().find_kind(object.kind);
      const bool fits = kind != nullptr && kind->scope == scope.type && object.section < 200;
      const bool liked = fits && std::count(favourites().begin(), favourites().end(), kind->name) > 0;
      if (liked || one_in(60)) return object;
    }
    return pick(all);
  }

  ScopeFacts scope() {
    ScopeFacts scope;
    scope.type = pick<ScopeType>({ScopeType::case_file, ScopeType::case_file, ScopeType::worker_file,
                                  ScopeType::unit, ScopeType::office});
    if (!one_in(4)) scope.unit = id_of(static_cast<std::uint8_t>(20 + below(2)));
    if (one_in(2)) scope.owner = id_of(static_cast<std::uint8_t>(1 + below(3)));
    for (std::size_t count = below(3); count > 0; --count)
      scope.assignments.push_back(
          {id_of(static_cast<std::uint8_t>(1 + below(3))), static_cast<AssignmentRole>(1 + below(4))});
    if (one_in(3)) scope.referrals.push_back(id_of(9));
    if (one_in(2)) scope.consents.push_back("tea");
    if (one_in(2)) scope.consents.push_back("milk");
    if (one_in(4)) scope.emergency.push_back(id_of(static_cast<std::uint8_t>(1 + below(3))));
    return scope;
  }

 private:
  SeededRandom random_;
};

}  // namespace caseload::sync::test
