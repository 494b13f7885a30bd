-- Up to which position what is held is what the office said; when all of it was counted last; and how to find what came
-- after a position without reading the rest. A change has one from its acceptance on.
ALTER TABLE device_state ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_state ADD COLUMN counted_whole INTEGER NOT NULL DEFAULT 0;  -- milliseconds since 1970
CREATE INDEX change_by_position ON change (position) WHERE position <> 0;
-- The digest of what is covered, until that changes; and the few scopes held without being covered.
ALTER TABLE upkeep ADD COLUMN coverage BLOB;
CREATE INDEX scope_uncovered ON scope (id) WHERE held > 0 AND coverage IS NULL;
