CREATE TABLE organization_profile (
  organization_id TEXT NOT NULL PRIMARY KEY,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
