#pragma once

#include <string>
#include <string_view>

#include "common/command/answer.h"

namespace caseload::client {

// A template filled in with what a page has to say.
//
// Shape    objects, lists, texts, numbers, true and false, as the template names them. An empty text, null and false
//          stand for "there is none": a section on them is left out.
// Promise  every letter is escaped; no template has a way around that (a test looks at each).
// Errors   a name of no template is our mistake.
// Threads  any.
std::string render(std::string_view name, const Json& view);

}  // namespace caseload::client
