#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/sqlite/database.h"

namespace caseload {

// Migration: one step of a database's shape. embed_migrations() in deploy/build/embed_migrations.cmake makes them out
// of numbered .sql files.
//
// Shape    SQL without transactions. It may rebuild tables freely: foreign keys are looked at when all steps are done.
// Promise  once released, neither its number nor a byte of its text changes.
struct Migration {
  int number;               // 1, 2, 3 …
  std::string_view name;    // 001_first
  std::string_view sql;
  std::string_view digest;  // SHA-256 of the text, in hexadecimal
};

// Opens the database at path in the shape that the migrations give; makes it where there is none.
//
// Promise  forward only, and on a copy: path + "-migrating" is made, migrated, checked, synced and only then given the
//          name. A crash at any point leaves the old database or the new one, whole, and the next opening goes on from
//          there. What the migrations do not touch is copied byte for byte.
// Errors   newer_format: a newer program was here; nothing is changed. bad_migration: other migrations made it.
//          damaged: also when the migrated copy fails its check, or a log without its database is found; the old files
//          stay. Else as Database::open, except absent, which here is only a missing folder.
// Requires free disk for one copy.
Result<Database> open_migrated(const std::string& path, const Secret& key, std::span<const Migration> migrations,
                               OpenOptions options = {});

}  // namespace caseload
