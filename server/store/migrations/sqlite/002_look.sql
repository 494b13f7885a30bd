-- What the last look at a device's masks left. Body: sync::Look.
CREATE TABLE look (
  device BLOB NOT NULL UNIQUE,
  body   BLOB NOT NULL
) STRICT;
