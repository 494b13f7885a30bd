-- The bundles that this device exported last: what an answer to each has to fit. Numbers only, as in HELLO.
CREATE TABLE exported_bundle (
  number   INTEGER PRIMARY KEY,
  digest   BLOB NOT NULL UNIQUE,
  hello    BLOB NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0
) STRICT;
