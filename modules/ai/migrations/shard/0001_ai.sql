-- What may be spent and asked: by the organization, by a key or by a capsule (`scope`).
CREATE TABLE ai_policy (
  organization_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  day_nano INTEGER,
  month_nano INTEGER,
  requests_per_minute INTEGER,
  tokens_per_minute INTEGER,
  -- JSON list; null: all.
  models TEXT,
  cache_ttl_s INTEGER NOT NULL,
  PRIMARY KEY (organization_id, scope)
) STRICT, WITHOUT ROWID;

-- Spent is settled; out is held by nodes in tranches.
CREATE TABLE ai_spend (
  organization_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  -- 2026-11-24 or 2026-11
  period TEXT NOT NULL,
  spent_nano INTEGER NOT NULL,
  out_nano INTEGER NOT NULL,
  PRIMARY KEY (organization_id, scope, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_tranche (
  organization_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  node TEXT NOT NULL,
  day TEXT NOT NULL,
  amount_nano INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (organization_id, scope, node, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_usage (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  capsule_id TEXT NOT NULL,
  alias TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_nano INTEGER NOT NULL,
  -- 1: the provider told no usage, so it was guessed.
  estimated INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  took_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_usage_list ON ai_usage (organization_id, id);

-- Reports read this: one row an hour, key, capsule and model.
CREATE TABLE ai_usage_hour (
  organization_id TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  capsule_id TEXT NOT NULL,
  alias TEXT NOT NULL,
  requests INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_nano INTEGER NOT NULL,
  PRIMARY KEY (organization_id, hour_ms, key_id, capsule_id, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_audit (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  organization_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT;
CREATE INDEX ai_audit_list ON ai_audit (organization_id, row);

-- How a capsule's chat behaves.
CREATE TABLE ai_chat (
  capsule_id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The version whose passages can be searched.
CREATE TABLE ai_index (
  capsule_id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  passages INTEGER NOT NULL,
  words INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_passage (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  capsule_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  number INTEGER NOT NULL,
  page TEXT NOT NULL,
  block TEXT NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL,
  words INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ai_passage_of ON ai_passage (capsule_id, version, number);

-- `capsule` is a token of its own, so that a search meets one capsule's rows alone.
CREATE VIRTUAL TABLE ai_passage_search USING fts5 (
  capsule, heading, text, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TABLE ai_conversation (
  id TEXT NOT NULL PRIMARY KEY,
  capsule_id TEXT NOT NULL,
  visitor TEXT NOT NULL,
  turns INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_conversation_list ON ai_conversation (capsule_id, id);

CREATE TABLE ai_turn (
  conversation_id TEXT NOT NULL,
  id TEXT NOT NULL,
  number INTEGER NOT NULL,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  -- provider, extract, or both when the first broke off
  source TEXT NOT NULL,
  citations TEXT NOT NULL,
  -- 1 up, -1 down
  rating INTEGER,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ai_turn_id ON ai_turn (conversation_id, id);
