#include "client/casework/attention/workload.h"

#include <algorithm>
#include <tuple>

#include "client/casework/looking.h"

namespace caseload::client {
namespace {

std::optional<std::int64_t> count_of(const Workplace& place, const Id& record, std::string_view name) {
  const sync::RecordState state = readable(place, record);
  const KindEntry* kind = place.catalogue().find_kind(state.kind());
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(name);
  if (field == nullptr) return std::nullopt;
  const sync::FieldView view = state.view(place.catalogue(), field->number);
  if (view.in_force.empty() || view.in_force.front().type() != ValueType::integer) return std::nullopt;
  return view.in_force.front().integer();
}

bool is_here(const Workplace& place, const Id& record, KindNumber kind) {
  const std::optional<sync::RecordRow> row = place.store.find_record(record);
  return row && row->kind == kind;
}

// Cases in which the worker is lead or co now, with the minutes given; the most, where there are two assignments.
std::map<Id, std::optional<std::int64_t>> given_to(const Workplace& place, const Id& worker) {
  std::map<Id, std::optional<std::int64_t>> given;
  const Catalogue& catalogue = place.catalogue();
  const WallTime now = place.clock.now();
  for (const Id& id : place.store.records().of_kind(kinds::assignment)) {
    const std::optional<sync::RecordRow> row = place.store.find_record(id);
    if (!row) continue;
    const sync::RecordState state = place.store.record(id);
    const auto from = moment_of(catalogue, state, assignment_facts::from);
    const auto until = moment_of(catalogue, state, assignment_facts::until);
    const CodeNumber as = code_of(catalogue, state, assignment_facts::role);
    const bool works = as == number_of(AssignmentRole::lead) || as == number_of(AssignmentRole::co);
    const bool ours = reference_of(catalogue, state, assignment_facts::worker) == worker;
    const bool in_force = state.void_state(catalogue) != sync::VoidState::voided && (!from || *from <= now) &&
                          (!until || *until > now);
    if (!works || !ours || !in_force) continue;
    std::optional<std::int64_t>& minutes = given[row->scope];
    if (const auto one = count_of(place, id, "minutes_a_week")) minutes = std::max(minutes.value_or(0), *one);
  }
  return given;
}

}  // namespace

Workload reckon_workload(const Workplace& place, const Id& worker) {
  Workload load;
  load.worker = worker;
  std::vector<std::int64_t> minutes;
  std::vector<std::int64_t> points;
  const std::map<Id, Attention> weighed = weigh_cases(place);
  for (const auto& [scope, time] : given_to(place, worker)) {
    const auto at = weighed.find(scope);
    if (at == weighed.end() || !at->second.open) continue;
    load.cases.push_back({scope, time.value_or(0), at->second.priority.score});
    load.without_minutes += time ? 0U : 1U;
    minutes.push_back(time.value_or(0));
    points.push_back(case_points(at->second.tier));
  }
  std::ranges::sort(load.cases, {}, [](const Share& share) { return std::make_tuple(-share.priority, share.scope); });
  const bool known = is_here(place, worker, kinds::worker);
  load.minutes = judge_load(minutes, known ? count_of(place, worker, "minutes_a_week") : std::nullopt);
  load.points = judge_load(points, known ? count_of(place, worker, "points_available") : std::nullopt);
  return load;
}

Result<Workload> workload(Workplace& place, const Id& worker) {
  if (!is_here(place, worker, kinds::worker)) return Fault(Fault::not_found, "a worker");
  if (Result<void> leave = begin_looking(place, {}); !leave) return leave.fault();
  return reckon_workload(place, worker);
}

bool would_be_over(const Workplace& place, const Id& worker, const MoreWork& more) {
  const Workload load = reckon_workload(place, worker);
  const bool had = std::ranges::find(load.cases, more.scope, &Share::scope) != load.cases.end();
  const sync::RecordState state = place.store.record(more.scope);
  const KindEntry* kind = place.catalogue().find_kind(kinds::case_file);
  const CodeNumber tier = code_of(place.catalogue(), state, kind->find_field("tier")->number);
  const int added = had ? 0 : case_points(tier == 0 ? std::nullopt : std::optional(static_cast<Tier>(tier)));
  const std::int64_t minutes[] = {load.minutes.used, more.minutes};
  const std::int64_t points[] = {load.points.used, added};
  return judge_load(minutes, load.minutes.available).state == LoadState::over ||
         judge_load(points, load.points.available).state == LoadState::over;
}

std::vector<Displaced> displaced_in(const Workload& load, const Id& scope) {
  const auto found = std::ranges::find(load.cases, scope, &Share::scope);
  if (!load.minutes.available || found == load.cases.end()) return {};
  return displaced_by(*found, load.cases, *load.minutes.available);
}

}  // namespace caseload::client
