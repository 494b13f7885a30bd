#pragma once

#include <functional>
#include <string>

#include "common/base/result.h"

namespace caseload::client {

// Lets somebody write a text in their own editor, $VISUAL or $EDITOR.
//
// Shape    `before` is what the editor opens with; `take` gets the words as they were left, without newlines at their
//          end.
// Promise  the words stand in no file system but one in memory, in a folder of one's own (0700) that becomes the
//          editor's
//          home, working and temporary folder, so that its swap, backup and history files land there too. All of it is
//          overwritten and removed as soon as the words were taken. When they cannot be taken, whatever the reason,
//          they stay there until the machine forgets its memory: nothing that was typed is thrown away.
// Errors   absent: no file system in memory, or no editor. cancelled: the editor failed, or nothing was written.
//          Those of take(), with the place where the words are kept. Throws Breakage.
// Threads  one at a time in the program: the terminal is one.
// Attacker of the same user can read the folder while the editor is open, as they could read the editor. Memory can be
//          swapped to disk: swap must be encrypted where notes are written.
using TakeWords = std::function<Result<void>(const std::string& words)>;
Result<void> write_in_editor(const std::string& before, const TakeWords& take);

}  // namespace caseload::client
