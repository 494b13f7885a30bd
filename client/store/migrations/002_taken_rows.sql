-- Rows of foreign tables that were taken over, so that one that comes again is known, even when its record has gone
-- from here meanwhile. An identity is a digest of the mapping's source and the row's key: it says nothing of anybody.
CREATE TABLE taken_row (
  identity BLOB PRIMARY KEY,
  record   BLOB NOT NULL                -- the record that was made of it
) STRICT, WITHOUT ROWID;
