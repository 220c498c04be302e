CREATE TABLE domain (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  -- Lower case, internationalized names in their ASCII form.
  domain TEXT NOT NULL,
  -- What the TXT record holds.
  token TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'verified', 'active', 'failed')),
  reason TEXT CHECK (reason IN ('record-missing', 'record-gone', 'taken', 'no-answer', 'certificate-pending')),
  -- Checks since the state is what it is.
  checks INTEGER NOT NULL,
  -- Checks in a row that did not find the record of a domain that was proven.
  misses INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  checked_ms INTEGER
) STRICT, WITHOUT ROWID;
-- Whoever asks may wait for a name; whoever proves it has it alone.
CREATE UNIQUE INDEX domain_proven ON domain (domain) WHERE state IN ('verified', 'active');
CREATE UNIQUE INDEX domain_once ON domain (organization_id, domain);
CREATE INDEX domain_list ON domain (organization_id, id);
