-- Where each organization's data lives: chosen once by consistent hashing, then pinned, so that it can be moved.
CREATE TABLE shard (
  number INTEGER NOT NULL PRIMARY KEY,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE placement (
  organization_id TEXT NOT NULL PRIMARY KEY,
  shard INTEGER NOT NULL,
  placed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
