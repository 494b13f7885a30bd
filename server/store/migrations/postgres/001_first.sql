-- The office's database. The log (change) is the truth. Whole numbers of 64 bits without sign are kept as their bits.
-- Bodies are canonical bytes: their forms are in the tables' own sources. The same tables as in ../sqlite.

-- Every scope that the log speaks of. n: the position of its first change.
CREATE TABLE scope (
  n  BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE
);

-- kind: of the record, in the change that creates it only.
CREATE TABLE change (
  position BIGINT PRIMARY KEY,
  id       BYTEA NOT NULL UNIQUE,
  record   BYTEA NOT NULL,
  scope    BIGINT NOT NULL,  -- scope.n
  kind     BIGINT,
  body     BYTEA NOT NULL
);
CREATE INDEX change_of_record ON change (record, position);
CREATE INDEX change_of_scope ON change (scope, position);
CREATE INDEX creation ON change (scope, kind, position) INCLUDE (record) WHERE kind IS NOT NULL;

-- Late work. n: the order in which it came; waits: 1 for a person, 0 once it was declined.
CREATE TABLE held (
  n      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id     BYTEA NOT NULL UNIQUE,
  record BYTEA NOT NULL,
  waits  BIGINT NOT NULL,
  body   BYTEA NOT NULL
);
CREATE INDEX held_of_record ON held (record);
CREATE INDEX held_and_waiting ON held (n) WHERE waits = 1;

CREATE TABLE erasure (
  position BIGINT NOT NULL,
  change   BYTEA NOT NULL,
  section  BIGINT NOT NULL,
  scope    BYTEA NOT NULL,
  PRIMARY KEY (position, change, section)
);
CREATE INDEX erasure_of_scope ON erasure (scope, position);

CREATE TABLE segment (
  digest BYTEA NOT NULL UNIQUE,
  device BYTEA NOT NULL,
  epoch  BIGINT NOT NULL,
  number BIGINT NOT NULL,
  body   BYTEA NOT NULL,
  UNIQUE (device, epoch, number)
);

CREATE TABLE receipt (
  segment BYTEA NOT NULL UNIQUE,
  body    BYTEA NOT NULL
);

-- The ledger. Nodes of level 0 are the hashes of its leaves; no others are kept twice.
CREATE TABLE acceptance (
  leaf BIGINT PRIMARY KEY,
  hash BYTEA NOT NULL UNIQUE,
  body BYTEA NOT NULL
);
CREATE TABLE node (
  level  BIGINT NOT NULL,
  place  BIGINT NOT NULL,
  digest BYTEA NOT NULL,
  PRIMARY KEY (level, place)
);
CREATE TABLE restore (
  epoch BIGINT PRIMARY KEY,
  body  BYTEA NOT NULL
);

-- Rows that are written again and again leave room for it on their pages.
CREATE TABLE device (
  id   BYTEA NOT NULL UNIQUE,
  body BYTEA NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE coverage (
  device BYTEA NOT NULL UNIQUE,
  body   BYTEA NOT NULL
);
CREATE TABLE custody (
  device    BYTEA NOT NULL,
  scope     BYTEA NOT NULL,
  since     BIGINT NOT NULL,  -- milliseconds since 1970
  withdrawn BIGINT NOT NULL,
  PRIMARY KEY (device, scope)
);
CREATE INDEX custody_of_scope ON custody (scope, device);

-- Small things that programs keep by name; and, by names of its own, the store.
CREATE TABLE value (
  name BYTEA NOT NULL PRIMARY KEY,
  body BYTEA NOT NULL
);
CREATE TABLE state (
  name BYTEA NOT NULL PRIMARY KEY,
  body BYTEA NOT NULL
) WITH (fillfactor = 50);
