// Rules as text, by whoever may edit a file. Problems are told within their limits and never repeat the text at length;
// rules without problems print to a text that reads as the same rules and prints the same again.

#include "sync/sharing/rules_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace caseload;
  using namespace caseload::sync;
  const Catalogue& catalogue = Catalogue::built_in();
  const RulesReading reading = read_rules(as_text({data, size}), catalogue);
  CHECK(reading.problems.size() <= rule_problems_max, "more problems than anybody reads");
  std::size_t line = 0;
  for (const RuleProblem& problem : reading.problems) {
    CHECK(problem.line >= line, "problems out of order");
    line = problem.line;
  }
  const Result<Rules> parsed = parse_rules(as_text({data, size}), catalogue);
  CHECK(parsed.ok() == reading.problems.empty(), "two readers of one text");
  if (!parsed) return 0;
  const std::string printed = print_rules(*parsed, catalogue);
  const Result<Rules> again = parse_rules(printed, catalogue);
  CHECK(again.ok() && *again == *parsed, "what is printed is not what was read");
  CHECK(print_rules(*again, catalogue) == printed, "two texts of the same rules");
  return 0;
}
