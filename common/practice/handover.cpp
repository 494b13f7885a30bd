#include "common/practice/handover.h"

#include <algorithm>

#include "common/base/check.h"

namespace caseload {
namespace {

struct Row {
  HandoverStep wanted;
  HandoverStatus at;
  HandoverStatus then;
};
constexpr Row rows[] = {
    {HandoverStep::offer, HandoverStatus::prepared, HandoverStatus::offered},
    {HandoverStep::accept, HandoverStatus::offered, HandoverStatus::acknowledged},
    {HandoverStep::decline, HandoverStatus::offered, HandoverStatus::declined},
    {HandoverStep::cancel, HandoverStatus::prepared, HandoverStatus::cancelled},
    {HandoverStep::cancel, HandoverStatus::offered, HandoverStatus::cancelled},
    {HandoverStep::cancel, HandoverStatus::acknowledged, HandoverStatus::cancelled},
    {HandoverStep::move, HandoverStatus::acknowledged, HandoverStatus::acknowledged},
};

struct Taker {
  HandoverStep wanted;
  bool gives, receives, assigns;
  std::string_view who;
};
constexpr Taker takers[] = {
    {HandoverStep::offer, true, false, true, "whoever leads the case, or assigns cases"},
    {HandoverStep::accept, false, true, false, "the one who receives it"},
    {HandoverStep::decline, false, true, false, "the one who receives it"},
    {HandoverStep::cancel, true, false, true, "the one who gives it, or whoever assigns cases"},
    {HandoverStep::move, false, false, true, "whoever assigns cases"},
};

}  // namespace

Result<HandoverStatus> step(HandoverStatus at, HandoverStep wanted, const HandoverPart& part) {
  const auto* taker = std::ranges::find(takers, wanted, &Taker::wanted);
  CHECK(taker != std::end(takers), "every step is somebody's");
  const bool may =
      (taker->gives && part.gives) || (taker->receives && part.receives) || (taker->assigns && part.assigns);
  if (!may) return Fault(Fault::not_allowed, "this is for " + std::string(taker->who));
  const bool taken = std::ranges::any_of(rows, [&](const Row& r) { return r.wanted == wanted && r.then == at; });
  const auto* row = std::ranges::find_if(rows, [&](const Row& r) { return r.wanted == wanted && r.at == at; });
  if (row != std::end(rows)) return row->then;
  if (taken) return Fault(Fault::already_there, "the handover");
  return Fault(Fault::stale, "the handover stands elsewhere by now");
}

}  // namespace caseload
