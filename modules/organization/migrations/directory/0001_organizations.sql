CREATE TABLE organization (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- creating: its place in a shard is not made yet.
  state TEXT NOT NULL CHECK (state IN ('creating', 'active')),
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organization_redirect (
  slug TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX member_once ON member (organization_id, user_id);
CREATE INDEX member_list ON member (organization_id, id);
CREATE INDEX member_of ON member (user_id, organization_id);

CREATE TABLE invitation (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  token_hash TEXT NOT NULL UNIQUE,
  expires_ms INTEGER NOT NULL,
  accepted_by TEXT,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_list ON invitation (organization_id, id);

CREATE TABLE api_key (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- SHA-256 of 256 random bits: nothing to guess, so nothing slower is needed.
  hash TEXT NOT NULL UNIQUE,
  -- The first characters, to recognise it by.
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_list ON api_key (organization_id, id);
