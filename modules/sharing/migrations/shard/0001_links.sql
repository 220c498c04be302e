-- Who may open a capsule by its own address. Without a row: everybody.
CREATE TABLE capsule_access (
  capsule_id TEXT NOT NULL PRIMARY KEY,
  private INTEGER NOT NULL CHECK (private IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE share_link (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  capsule_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- argon2id, with its salt and costs.
  password_hash TEXT,
  expires_ms INTEGER,
  -- JSON: addresses and domains that may and may not; null: no address is asked for.
  gate TEXT,
  downloads INTEGER NOT NULL CHECK (downloads IN (0, 1)),
  -- Grows when what was proven before no longer counts: passes of an earlier round end.
  round INTEGER NOT NULL,
  revoked_ms INTEGER,
  created_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX share_link_capsule ON share_link (capsule_id, id);

-- Apart from the link, which caches hold.
CREATE TABLE share_visit (
  link_id TEXT NOT NULL PRIMARY KEY,
  visits INTEGER NOT NULL,
  last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses that were proven at a link.
CREATE TABLE share_guest (
  link_id TEXT NOT NULL,
  email TEXT NOT NULL,
  visits INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (link_id, email)
) STRICT, WITHOUT ROWID;

-- Codes that were sent and not yet used: one for an address at a link.
CREATE TABLE share_code (
  link_id TEXT NOT NULL,
  email TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  tries INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (link_id, email)
) STRICT, WITHOUT ROWID;
CREATE INDEX share_code_expiry ON share_code (link_id, expires_ms);
