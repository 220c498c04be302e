-- Providers that an organization brings itself. The key is sealed (src/sealing.ts), and shown by its ending alone.
CREATE TABLE ai_provider (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  key_sealed TEXT NOT NULL,
  key_ending TEXT NOT NULL,
  -- JSON: a list of { name, input, output }, prices in USD for a million tokens
  models TEXT NOT NULL,
  -- which of them answers chats, and which says what texts mean
  chat TEXT,
  embeddings TEXT,
  set_by TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_provider_list ON ai_provider (organization_id, id);
