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

-- The nonces by which candidates without a marker become members again (src/cluster/SPEC.md, G34).
CREATE TABLE guard_nonce (
  node TEXT NOT NULL PRIMARY KEY,
  nonce TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
