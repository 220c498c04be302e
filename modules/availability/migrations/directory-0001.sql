-- What organizations were promised, and what each node saw of it in a month.
CREATE TABLE organization_plan (
  organization_id TEXT PRIMARY KEY NOT NULL,
  plan TEXT NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE availability (
  month INTEGER NOT NULL,
  organization_id TEXT NOT NULL,
  node TEXT NOT NULL,
  good INTEGER NOT NULL,
  bad INTEGER NOT NULL,
  PRIMARY KEY (month, organization_id, node)
) STRICT, WITHOUT ROWID;

CREATE TABLE availability_check (
  month INTEGER NOT NULL,
  shard TEXT NOT NULL,
  node TEXT NOT NULL,
  good INTEGER NOT NULL,
  bad INTEGER NOT NULL,
  PRIMARY KEY (month, shard, node)
) STRICT, WITHOUT ROWID;

-- Where each node stood when it told so last.
CREATE TABLE node_state (
  node TEXT PRIMARY KEY NOT NULL,
  region TEXT NOT NULL,
  role TEXT NOT NULL,
  position TEXT NOT NULL,
  lag_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
