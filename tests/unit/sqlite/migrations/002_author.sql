-- A table rebuilt, as a change of its columns needs; "quoted" text; and a semicolon in a string.
CREATE TABLE note_new (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  author TEXT NOT NULL DEFAULT 'not; known'
) STRICT;
INSERT INTO note_new (id, body) SELECT id, body FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
