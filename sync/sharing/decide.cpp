#include "sync/sharing/decide.h"

#include <algorithm>
#include <bit>

namespace caseload::sync {
namespace {

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool names(const std::vector<Id>& ids, const Id& id) { return !id.is_none() && contains(ids, id); }

Conditions met_by_assignment(const ViewerFacts& viewer, const ScopeFacts& scope) {
  Conditions bits = condition::any;
  for (const AssignmentFact& assignment : scope.assignments) {
    if (viewer.worker.is_none() || assignment.worker != viewer.worker) continue;
    switch (assignment.as) {
      case AssignmentRole::lead:
      case AssignmentRole::co:
        bits |= condition::assigned;
        break;
      case AssignmentRole::supervisor:
        bits |= condition::supervising;
        break;
      case AssignmentRole::provider:
        bits |= condition::referred;
        break;
    }
  }
  return bits;
}

// The conditions that a viewer meets on a scope, but for in own unit, which hangs on the role, and own work.
Conditions met_by(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope) {
  Conditions bits = met_by_assignment(viewer, scope);
  if (scope.type == ScopeType::worker_file && !scope.owner.is_none() && scope.owner == viewer.worker)
    bits |= condition::assigned;
  if (names(scope.referrals, viewer.worker) || names(scope.referrals, viewer.provider))
    bits |= condition::referred;
  if (names(scope.emergency, viewer.worker)) bits |= condition::emergency;
  for (std::size_t i = 0; i < rules.consents.size(); ++i)
    if (contains(scope.consents, rules.consents[i])) bits |= Conditions{1} << (condition::consent_first + i);
  return bits;
}

// Acting: a viewer in one role that the rules know, and the conditions met in it.
struct Acting {
  RoleNumber role = everyone;
  Conditions met = condition::any;

  bool is_meant_by(const Rule& rule) const {
    return rule.roles.front() == everyone || rule.roles.front() == role;
  }
};

std::vector<Acting> acting_as(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope) {
  std::vector<Acting> all;
  if (viewer.standing != Standing::active) return all;
  const Conditions bits = met_by(rules, viewer, scope);
  for (const Membership& membership : viewer.memberships) {
    const auto role = std::find_if(rules.roles.begin(), rules.roles.end(),
                                   [&](const RoleLine& line) { return line.name == membership.role; });
    if (role == rules.roles.end()) continue;
    const bool own_unit = !scope.unit.is_none() && membership.unit == scope.unit;
    all.push_back({static_cast<RoleNumber>(role - rules.roles.begin() + 1),
                   bits | (own_unit ? condition::in_own_unit : condition::any)});
  }
  return all;
}

LineSet lines_of(const Rules& rules, const std::vector<Acting>& roles) {
  LineSet set;
  if (roles.empty()) return set;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    const Conditions needed = rule.conditions & ~condition::own_work;
    set[i] = rule.verb == Verb::nobody_but || std::any_of(roles.begin(), roles.end(), [&](const Acting& as) {
               return as.is_meant_by(rule) && (needed & ~as.met) == 0;
             });
  }
  return set;
}

// Level and the right to decide are weighed alike, each on a scale of its own: what a rule gives, or 0 if its
// right is not of this scale. A rule that takes leaves one less than it names.
enum class Scale { level, decide };
int on_scale(Scale scale, const Rule& rule) {
  if ((rule.right == Right::decide) != (scale == Scale::decide)) return 0;
  return scale == Scale::decide ? 1 : static_cast<int>(rule.right);
}

// Whether `limit` makes `gift` give less than it says.
bool binds(const Rule& limit, const Rule& gift) { return !contains(limit.roles, gift.roles.front()); }

struct Weighed {
  int value = 0;
  const Rule* rule = nullptr;
};

// Weighing: what one section's covering rules come to on one scale.
class Weighing {
 public:
  Weighing(const Rules& rules, std::span<const std::uint16_t> covering, const LineSet& holding)
      : rules_(rules), covering_(covering), holding_(holding) {}

  Weighed on(Scale scale) const {
    Weighed given;   // the most that a line gives once others' lines are limited
    int wanted = 0;  // the most that a line would give
    each(scale, Verb::may, [&](const Rule& gift, int value) {
      wanted = std::max(wanted, value);
      each(scale, Verb::nobody_but, [&](const Rule& limit, int named) {
        if (binds(limit, gift)) value = std::min(value, named - 1);
      });
      if (value > given.value) given = {value, &gift};
    });
    Weighed left = given;
    each(scale, Verb::never, [&](const Rule&, int named) { left.value = std::min(left.value, named - 1); });
    if (left.value < wanted)
      if (const Rule* taker = find_taker(scale, left.value)) left.rule = taker;
    return left;
  }

 private:
  template <class Do>
  void each(Scale scale, Verb verb, Do act) const {
    for (const std::uint16_t index : covering_) {
      const Rule& rule = rules_.rules[index];
      const int value = on_scale(scale, rule);
      if (rule.verb == verb && value > 0 && holding_[index]) act(rule, value);
    }
  }

  // The line that took what was wanted down to `left`: a locked one first, then the earliest.
  const Rule* find_taker(Scale scale, int left) const {
    const Rule* taker = nullptr;
    const auto consider = [&](const Rule& rule) {
      const bool firmer = taker == nullptr || (rule.locked && !taker->locked);
      if (firmer || (rule.locked == taker->locked && rule.line < taker->line)) taker = &rule;
    };
    each(scale, Verb::never, [&](const Rule& rule, int named) {
      if (named - 1 == left) consider(rule);
    });
    each(scale, Verb::nobody_but, [&](const Rule& limit, int named) {
      if (named - 1 != left) return;
      each(scale, Verb::may, [&](const Rule& gift, int value) {
        if (value > left && binds(limit, gift)) consider(limit);
      });
    });
    return taker;
  }

  const Rules& rules_;
  std::span<const std::uint16_t> covering_;
  const LineSet& holding_;
};

Decision weigh(const Rules& rules, std::span<const std::uint16_t> covering, const LineSet& holding) {
  const Weighing weighing(rules, covering, holding);
  const Weighed level = weighing.on(Scale::level);
  const Weighed decision = weighing.on(Scale::decide);
  return {static_cast<Level>(level.value), decision.value > 0, level.rule != nullptr && level.rule->locked,
          level.rule != nullptr ? level.rule->line : std::uint16_t{0},
          decision.rule != nullptr ? decision.rule->line : std::uint16_t{0}};
}

// Who may not read cannot decide; what stopped the reading is then what stopped the deciding.
Decision finish(Decision decision) {
  if (!decision.may_decide || decision.level >= Level::read) return decision;
  decision.may_decide = false;
  decision.decide_line = decision.line;
  return decision;
}

void lift_header(Decision& header, std::span<const Decision> others, bool own_work) {
  const auto most = std::max_element(others.begin(), others.end(), [](const Decision& a, const Decision& b) {
    return a.level != b.level ? a.level < b.level : a.line > b.line;
  });
  if (most == others.end() || most->level == Level::none) return;
  const Level shown = own_work && most->level == Level::write ? Level::write : Level::read;
  if (shown <= header.level) return;
  header.level = shown;
  header.line = most->line;
  header.locked = most->locked;
}

std::vector<std::uint16_t> rules_that_cover(const Rules& rules, const ObjectFacts& object) {
  std::vector<std::uint16_t> indexes;
  for (std::size_t i = 0; i < rules.rules.size(); ++i)
    if (covers(rules, rules.rules[i], object)) indexes.push_back(static_cast<std::uint16_t>(i));
  return indexes;
}

const KnownKind* find_shared(const Rules& rules, const ScopeFacts& scope, const ObjectFacts& object) {
  const KnownKind* kind = rules.find_kind(object.kind);
  if (kind == nullptr || kind->scope != scope.type || !contains(kind->sections, object.section))
    return nullptr;
  return kind;
}

// The viewer's role that comes closest to meeting a rule, by what it still misses.
Conditions least_missing(const Rule& rule, const std::vector<Acting>& roles, bool own_work) {
  Conditions least = ~Conditions{0};
  for (const Acting& as : roles) {
    const Conditions met = as.met | (own_work ? condition::own_work : condition::any);
    const Conditions missing = rule.conditions & ~met;
    if (as.is_meant_by(rule) && std::popcount(missing) < std::popcount(least)) least = missing;
  }
  return least;
}

}  // namespace

bool covers(const Rules& rules, const Rule& rule, const ObjectFacts& object) {
  const bool targeted = std::any_of(rule.targets.begin(), rule.targets.end(), [&](const Target& target) {
    return (target.kind == every_kind || target.kind == object.kind) &&
           (target.section == every_section || target.section == object.section);
  });
  if (!targeted || ((rule.conditions & condition::own_work) != 0 && !object.own_work)) return false;
  const auto fits = [&](const std::vector<CodeNumber>& named, const std::vector<CodeNumber>& known,
                        CodeNumber code) {
    if (named.empty() || contains(named, code)) return true;
    return rule.verb != Verb::may && !contains(known, code);
  };
  const CodeNumber marking = object.marking == 0 ? rules.marking_of_none : object.marking;
  if (!fits(rule.markings, rules.markings, marking)) return false;
  if (rule.types.empty()) return true;
  const KnownKind* kind = rules.find_kind(object.kind);
  return kind != nullptr && fits(rule.types, kind->types, object.type);
}

std::vector<Decision> decide_sections(const Rules& rules,
                                      std::span<const std::vector<std::uint16_t>> covering,
                                      const LineSet& holding, bool own_work) {
  std::vector<Decision> decisions;
  decisions.reserve(covering.size());
  for (const std::vector<std::uint16_t>& indexes : covering)
    decisions.push_back(weigh(rules, indexes, holding));
  if (!decisions.empty()) lift_header(decisions.front(), std::span(decisions).subspan(1), own_work);
  for (Decision& decision : decisions) decision = finish(decision);
  return decisions;
}

LineSet lines_that_hold(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope) {
  return lines_of(rules, acting_as(rules, viewer, scope));
}

Decision decide(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope,
                const ObjectFacts& object) {
  const KnownKind* kind = find_shared(rules, scope, object);
  if (kind == nullptr) return {};
  const LineSet holding = lines_that_hold(rules, viewer, scope);
  if (object.section != header::section)
    return finish(weigh(rules, rules_that_cover(rules, object), holding));
  std::vector<std::vector<std::uint16_t>> covering;
  ObjectFacts part = object;
  for (const SectionNumber section : kind->sections) {
    part.section = section;
    covering.push_back(rules_that_cover(rules, part));
  }
  return decide_sections(rules, covering, holding, object.own_work).front();
}

Explanation explain(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope,
                    const ObjectFacts& object) {
  Explanation explanation{decide(rules, viewer, scope, object), {}};
  const KnownKind* kind = find_shared(rules, scope, object);
  const std::vector<Acting> roles = acting_as(rules, viewer, scope);
  if (kind == nullptr || roles.empty()) return explanation;
  ObjectFacts part = object;
  part.own_work = true;  // so that own work counts as missing rather than as another object
  for (const Rule& rule : rules.rules) {
    const bool about = std::any_of(kind->sections.begin(), kind->sections.end(), [&](SectionNumber section) {
      part.section = section;
      return (section == object.section || object.section == header::section) && covers(rules, rule, part);
    });
    const bool limits = rule.verb == Verb::nobody_but;
    const Conditions missing = limits ? condition::any : least_missing(rule, roles, object.own_work);
    if (!about || missing == ~Conditions{0}) continue;
    const bool decides =
        rule.line == explanation.decision.line || rule.line == explanation.decision.decide_line;
    explanation.lines.push_back({rule.line, rule.verb, rule.right, rule.locked, decides, missing});
  }
  return explanation;
}

}  // namespace caseload::sync
