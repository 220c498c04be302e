-- What every database has: commit numbers, results of operations, the change log, jobs.
CREATE TABLE commits (
  epoch INTEGER NOT NULL,
  number INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  -- The last commit of each other database at this one, as JSON `{ name: [epoch, number] }`: what a node must hold there
  -- to have no hole below this row (src/cluster/SPEC.md, G5 and G6).
  others TEXT NOT NULL,
  PRIMARY KEY (epoch, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE operation_result (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  result TEXT,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_result_age ON operation_result (at_ms);

-- AUTOINCREMENT: pruning must never make a row number come back.
CREATE TABLE change (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  organization_id TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  commit_number INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX change_cursor ON change (organization_id, incarnation, sequence);
CREATE INDEX change_age ON change (at_ms);

-- Survives pruning: a cursor handed out once never means another row.
CREATE TABLE change_counter (
  organization_id TEXT NOT NULL PRIMARY KEY,
  incarnation INTEGER NOT NULL,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'dead')),
  -- waiting: when it is due; running: when its lease ends; dead: when it was given up.
  due_ms INTEGER NOT NULL,
  lease_owner TEXT,
  lease_ms INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  attempts_max INTEGER NOT NULL,
  last_error TEXT,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX job_due ON job (state, due_ms);
CREATE UNIQUE INDEX job_key ON job (kind, unique_key) WHERE unique_key IS NOT NULL AND state = 'waiting';
