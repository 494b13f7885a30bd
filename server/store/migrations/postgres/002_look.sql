-- What the last look at a device's masks left. Body: sync::Look.
CREATE TABLE look (
  device BYTEA NOT NULL UNIQUE,
  body   BYTEA NOT NULL
);
