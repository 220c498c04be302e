-- Films that play as they were uploaded, until this server can work on them.
CREATE INDEX film_plain ON film (organization_id, asset_id) WHERE state = 'plain';

-- What jobs and owners keep beside a blob: it counts in the organization's room as long as the blob does.
CREATE TABLE made (
  organization_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (organization_id, hash, name)
) STRICT, WITHOUT ROWID;
