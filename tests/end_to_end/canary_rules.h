#pragma once

#include <string>
#include <vector>

#include "common/base/random.h"

namespace caseload::canary {

// The roles of these worlds. The importer writes everything; what the others see is up to chance.
inline constexpr const char* roles[] = {"caseworker", "custodial_officer", "manager", "records_officer", "provider", "auditor"};

// What an office that does not do what its rules say leaves out of them: the bug that is planted.
enum class Ignored { nothing, consent, marking, never };

// RandomRules: rules made by chance about everything that belongs to a case.
//
// Promise  the same chance, the same rules. text(what) are those that an office which ignored something would keep to.
class RandomRules {
 public:
  explicit RandomRules(Random& random);
  std::string text(Ignored ignored = Ignored::nothing) const;

 private:
  struct Line {
    std::string begin;  // who, what, of what, of which types
    std::string marking;
    std::vector<std::string> conditions;
    bool takes = false;
  };
  std::vector<Line> lines_;
};

}  // namespace caseload::canary
