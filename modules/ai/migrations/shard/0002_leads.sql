-- How to reach whoever asked, when they left it: one of a conversation, the last one counts.
CREATE TABLE ai_lead (
  conversation_id TEXT NOT NULL PRIMARY KEY,
  capsule_id TEXT NOT NULL,
  email TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_lead_list ON ai_lead (capsule_id, conversation_id);
