CREATE TABLE capsule (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  title TEXT NOT NULL,
  -- The title without case and accents, for searching.
  search TEXT NOT NULL,
  slug TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'archived', 'deleted')),
  -- While deleted: the state that undoing brings back.
  state_before TEXT CHECK (state_before IN ('draft', 'published', 'archived')),
  -- The version that visitors see; kept while archived or deleted, so that undoing brings it back.
  published_version INTEGER,
  last_version INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX capsule_slug ON capsule (organization_id, slug) WHERE state <> 'deleted';
-- Lists and searches walk one of these from its end; titles ride along, so that what does not match is never looked up.
CREATE INDEX capsule_list ON capsule (organization_id, id, search, state) WHERE state <> 'deleted';
CREATE INDEX capsule_state ON capsule (organization_id, state, id, search);

-- Documents stand apart: lists never read them.
CREATE TABLE draft (
  capsule_id TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE version (
  capsule_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  document TEXT NOT NULL,
  hash TEXT NOT NULL,
  published_ms INTEGER NOT NULL,
  published_by TEXT NOT NULL,
  PRIMARY KEY (capsule_id, number)
) STRICT;

CREATE TABLE slug_redirect (
  organization_id TEXT NOT NULL,
  slug TEXT NOT NULL,
  capsule_id TEXT NOT NULL,
  PRIMARY KEY (organization_id, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX slug_redirect_capsule ON slug_redirect (capsule_id);

CREATE TABLE response (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  capsule_id TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  block TEXT NOT NULL,
  value TEXT NOT NULL,
  visitor TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX response_id ON response (capsule_id, id);
CREATE INDEX response_list ON response (capsule_id, row);
CREATE INDEX response_block ON response (capsule_id, block, row);
CREATE INDEX response_visitor ON response (capsule_id, visitor, row);

-- One answer a visitor, where the block says so.
CREATE TABLE response_once (
  capsule_id TEXT NOT NULL,
  block TEXT NOT NULL,
  visitor TEXT NOT NULL,
  response_id TEXT NOT NULL,
  PRIMARY KEY (capsule_id, block, visitor)
) STRICT, WITHOUT ROWID;

-- Totals are kept with each answer, so that no one ever counts. What `choice` names is said in document/counted.ts.
CREATE TABLE response_total (
  capsule_id TEXT NOT NULL,
  block TEXT NOT NULL,
  choice TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (capsule_id, block, choice)
) STRICT, WITHOUT ROWID;
