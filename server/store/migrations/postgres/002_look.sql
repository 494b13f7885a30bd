-- What the last look at a device's masks left. Body: sync::Look.
CREATE TABLE look (
  device BYTEA NOT NULL UNIQUE,
  body   BYTEA NOT NULL
);

-- Who has begun a record in a scope. Of scopes that were there before this table nobody knows: the author is none.
CREATE TABLE authored (
  scope  BIGINT NOT NULL,  -- scope.n
  author BYTEA NOT NULL,
  PRIMARY KEY (scope, author)
);
INSERT INTO authored SELECT n, decode(repeat('00', 16), 'hex') FROM scope;
