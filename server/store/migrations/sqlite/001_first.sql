-- The office's database. The log (change) is the truth, clustered by position, so that it grows at its end only.
-- Whole numbers of 64 bits without sign are kept as their bits. Bodies are canonical bytes: their forms are in the
-- tables' own sources.

-- Every scope that the log speaks of. n: the position of its first change.
CREATE TABLE scope (
  n  INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE
) STRICT;

-- kind: of the record, in the change that creates it only.
CREATE TABLE change (
  position INTEGER PRIMARY KEY,
  id       BLOB NOT NULL UNIQUE,
  record   BLOB NOT NULL,
  scope    INTEGER NOT NULL,  -- scope.n
  kind     INTEGER,
  body     BLOB NOT NULL
) STRICT;
CREATE INDEX change_of_record ON change (record);
CREATE INDEX change_of_scope ON change (scope);
CREATE INDEX creation ON change (scope, kind, position, record) WHERE kind IS NOT NULL;

-- Late work. n: the order in which it came; waits: 1 for a person, 0 once it was declined.
CREATE TABLE held (
  n      INTEGER PRIMARY KEY,
  id     BLOB NOT NULL UNIQUE,
  record BLOB NOT NULL,
  waits  INTEGER NOT NULL,
  body   BLOB NOT NULL
) STRICT;
CREATE INDEX held_of_record ON held (record);
CREATE INDEX held_and_waiting ON held (n) WHERE waits = 1;

CREATE TABLE erasure (
  position INTEGER NOT NULL,
  change   BLOB NOT NULL,
  section  INTEGER NOT NULL,
  scope    BLOB NOT NULL,
  PRIMARY KEY (position, change, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_of_scope ON erasure (scope, position);

CREATE TABLE segment (
  digest BLOB NOT NULL UNIQUE,
  device BLOB NOT NULL,
  epoch  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  body   BLOB NOT NULL,
  UNIQUE (device, epoch, number)
) STRICT;

CREATE TABLE receipt (
  segment BLOB NOT NULL UNIQUE,
  body    BLOB NOT NULL
) STRICT;

-- The ledger. Nodes of level 0 are the hashes of its leaves; no others are kept twice.
CREATE TABLE acceptance (
  leaf INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE node (
  level  INTEGER NOT NULL,
  place  INTEGER NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE restore (
  epoch INTEGER PRIMARY KEY,
  body  BLOB NOT NULL
) STRICT;

CREATE TABLE device (
  id   BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE coverage (
  device BLOB NOT NULL UNIQUE,
  body   BLOB NOT NULL
) STRICT;
CREATE TABLE custody (
  device    BLOB NOT NULL,
  scope     BLOB NOT NULL,
  since     INTEGER NOT NULL,  -- milliseconds since 1970
  withdrawn INTEGER NOT NULL,
  PRIMARY KEY (device, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX custody_of_scope ON custody (scope, device);

-- Small things that programs keep by name; and, by names of its own, the store.
CREATE TABLE value (
  name BLOB NOT NULL PRIMARY KEY,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE state (
  name BLOB NOT NULL PRIMARY KEY,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
