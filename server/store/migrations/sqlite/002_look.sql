-- What the last look at a device's masks left. Body: sync::Look.
CREATE TABLE look (
  device BLOB NOT NULL UNIQUE,
  body   BLOB NOT NULL
) STRICT;

-- Who has begun a record in a scope. Of scopes that were there before this table nobody knows: the author is none.
CREATE TABLE authored (
  scope  INTEGER NOT NULL,  -- scope.n
  author BLOB NOT NULL,
  PRIMARY KEY (scope, author)
) STRICT, WITHOUT ROWID;
INSERT INTO authored SELECT n, zeroblob(16) FROM scope;
