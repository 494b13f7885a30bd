-- The device's database. The log (change) is the truth. Of a record only what lists and searches need stands beside it,
-- so that the words of a note are written once, in the body of their change.
-- No foreign keys between these: a statement that checks one makes the full-text index write out what it gathered, which
-- trebles the time of an import. The doctor looks for what would break them.
-- Whole numbers of 64 bits without sign are kept as their bits: see cell() in names.h.

-- Workers and devices, which many changes name.
CREATE TABLE actor (
  n  INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE
) STRICT;

-- There while a change of it is held or it is covered; nothing remembers a scope that was withdrawn.
CREATE TABLE scope (
  n        INTEGER PRIMARY KEY,
  id       BLOB NOT NULL UNIQUE,
  held     INTEGER NOT NULL DEFAULT 0,  -- changes
  coverage BLOB
) STRICT;

-- There while a change of it is held. `shown`: a part is held that is no late work, so that the record exists for people.
CREATE TABLE record (
  n        INTEGER PRIMARY KEY,
  id       BLOB NOT NULL UNIQUE,
  scope    INTEGER NOT NULL,            -- scope.n
  kind     INTEGER NOT NULL,
  author   INTEGER,                     -- actor.n
  occurred INTEGER NOT NULL,            -- milliseconds since 1970; where nobody said, when it was recorded
  shown    INTEGER NOT NULL DEFAULT 0,
  words    INTEGER                      -- of what stands in the full-text index: bits of a digest
) STRICT;
CREATE INDEX record_of_scope ON record (scope, occurred);
CREATE INDEX record_of_kind ON record (kind, occurred);

CREATE TABLE change (
  n        INTEGER PRIMARY KEY,
  id       BLOB NOT NULL,               -- empty where it begins its record, whose id it has
  record   INTEGER NOT NULL,            -- record.n
  device   INTEGER NOT NULL,            -- actor.n
  state    INTEGER NOT NULL,            -- sync::ChangeState
  position INTEGER NOT NULL,
  accepted INTEGER NOT NULL,            -- milliseconds since 1970
  leaf     INTEGER NOT NULL,
  epoch    INTEGER NOT NULL,
  number   INTEGER NOT NULL,
  body     BLOB NOT NULL                -- sync::pack
) STRICT;
CREATE UNIQUE INDEX change_of_record ON change (record, id);
CREATE UNIQUE INDEX change_by_id ON change (id) WHERE id <> x'';
CREATE INDEX change_on_its_way ON change (state) WHERE state <> 3;

-- Words as they are looked for, folded, by the number of their record. `place` holds its scope and its kind, so that a
-- search in one case reads that case's entries alone; it stands second, for in the index each entry of a column that is
-- not the first costs two bytes more. The words are nowhere but in the index: what is deleted is marked, and gone when
-- the index is told to optimize, which purge.cpp does.
CREATE VIRTUAL TABLE word_index USING fts5(
  words, place, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'
);
-- Memory before it writes, bytes of a leaf, and how many of its parts are merged at a time: README.md has the figures.
INSERT INTO word_index (word_index, rank) VALUES ('hashsize', 4194304);
INSERT INTO word_index (word_index, rank) VALUES ('pgsz', 8000);
INSERT INTO word_index (word_index, rank) VALUES ('automerge', 8);

CREATE TABLE device_state (
  one             INTEGER PRIMARY KEY CHECK (one = 1),
  device          BLOB NOT NULL,
  worker          BLOB NOT NULL,
  log             BLOB NOT NULL,
  epoch           INTEGER NOT NULL,
  next_number     INTEGER NOT NULL,
  next_seq        INTEGER NOT NULL,
  previous        BLOB NOT NULL,
  cursor          INTEGER NOT NULL,
  purges          INTEGER NOT NULL,
  backed_up       INTEGER NOT NULL,
  clock_offset_ms INTEGER NOT NULL,
  last_stamp      INTEGER NOT NULL,
  restores        BLOB NOT NULL,
  lease           BLOB NOT NULL,
  time_floor      INTEGER NOT NULL,     -- milliseconds since 1970
  log_sum         BLOB NOT NULL         -- of all rows of change: an old page put back does not fit it
) STRICT;

-- Heads of the ledger that this device has seen, in that order.
CREATE TABLE seen_head (
  n    INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE waiting_segment (
  number  INTEGER PRIMARY KEY,
  header  BLOB NOT NULL,
  changes BLOB NOT NULL
) STRICT;

CREATE TABLE erased_part (
  change  BLOB NOT NULL,
  section INTEGER NOT NULL,
  PRIMARY KEY (change, section)
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed_change (
  change   BLOB PRIMARY KEY,
  position INTEGER NOT NULL,
  sealed   BLOB NOT NULL
) STRICT;

CREATE TABLE purge_receipt (
  number INTEGER PRIMARY KEY,
  body   BLOB NOT NULL
) STRICT;

-- Whether something was deleted of which free pages, the log of the database or the index may still hold a trace; and by
-- which catalogue the index was made.
CREATE TABLE upkeep (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  cleaning_due  INTEGER NOT NULL,
  index_form    BLOB NOT NULL
) STRICT;
INSERT INTO upkeep VALUES (1, 0, x'');

-- Who looked, searched, exported. Each entry's digest is over the one before and itself.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  entry  BLOB NOT NULL,
  digest BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit entry is not rewritten'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit entry is not deleted'); END;

CREATE TABLE draft (
  id      BLOB PRIMARY KEY,
  scope   BLOB NOT NULL,
  kind    INTEGER NOT NULL,
  saved   INTEGER NOT NULL,             -- milliseconds since 1970
  content BLOB NOT NULL
) STRICT;

-- Contents of documents, in pieces.
CREATE TABLE attachment (
  n      INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  bytes  INTEGER NOT NULL,              -- held so far
  whole  INTEGER NOT NULL
) STRICT;
CREATE TABLE attachment_piece (
  attachment INTEGER NOT NULL REFERENCES attachment (n),
  start      INTEGER NOT NULL,          -- its first byte's place in the content
  bytes      BLOB NOT NULL,
  PRIMARY KEY (attachment, start)
) STRICT;

-- Rows of foreign tables that were taken over, so that one that comes again is known, even when its record has gone
-- from here meanwhile. An identity is a digest of the mapping's source and the row's key: it says nothing of anybody.
CREATE TABLE taken_row (
  identity BLOB PRIMARY KEY,
  record   BLOB NOT NULL                -- the record that was made of it
) STRICT, WITHOUT ROWID;
