#pragma once

#include <string>

#include "common/base/bytes.h"

namespace caseload {

// Whole files that must survive a crash: keys, settings, bundles, databases being swapped in.
//
// Promise  whoever returns from replace_file or move_into_place has the new file on the disk, not only in memory. A
//          crash at any point leaves the old file or the new one, whole. Failed writes leave the old one.
// Errors   Breakage as soon as the disk refuses anything. A failed sync is never tried again: the kernel forgets what
//          it could not write and would say yes the second time.
// Threads  any; one writer for each path.
// Attacker who gives a device, a pipe or a file that never ends as the path gets a Fault, not a wait.
// Source   Rebello et al., "Can Applications Recover from fsync Failures?", 2020.

// The content of an ordinary file. Faults: absent; too_large: more than bytes_max; bad_value: not an ordinary file.
Result<Bytes> read_file(const std::string& path, std::size_t bytes_max);

// Gives an empty file this name, readable by its owner only, where nothing has it yet, so that what is then written
// there takes nothing's place. Faults: already_there; absent: no such folder.
Result<void> reserve_file(const std::string& path);

// Writes path anew, readable by its owner only, by way of path + ".part".
void replace_file(const std::string& path, BytesView content);

// Gives the finished file `from` the name `to`, in place of what had that name. Both lie in one folder, and names that
// were taken away there before are gone for good first.
void move_into_place(const std::string& from, const std::string& to);

// Writes a file over itself and syncs it, for one whose last sync may have failed: the kernel then shows content that
// the disk does not have, and calls it written until it is written again. Nothing happens where there is none.
void rewrite_in_place(const std::string& path);

// Whether something has that name.
bool file_exists(const std::string& path);

// Takes a name away, now and after a crash. Nothing happens where there is none.
void remove_file(const std::string& path);

}  // namespace caseload
