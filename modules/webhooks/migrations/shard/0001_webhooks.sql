CREATE TABLE webhook (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  url TEXT NOT NULL,
  name TEXT NOT NULL,
  -- What it wants to hear of, as a JSON list.
  events TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'stopped')),
  -- Why it was stopped, in words for its owner.
  stopped_because TEXT,
  -- Which of its secrets signs now, and until when the one before signs too.
  generation INTEGER NOT NULL,
  former_until_ms INTEGER NOT NULL,
  -- Answers up to here were there before it.
  after_row INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  -- Who sends for it, and until when nobody else does.
  claimed_by TEXT,
  claimed_until_ms INTEGER NOT NULL,
  -- Failures since the last success, when they began, and until when it is left alone.
  failures INTEGER NOT NULL,
  failing_since_ms INTEGER,
  paused_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_organization ON webhook (organization_id, id);

-- How far a capsule's answers were told.
CREATE TABLE webhook_told (
  capsule_id TEXT NOT NULL PRIMARY KEY,
  row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_delivery (
  id TEXT NOT NULL PRIMARY KEY,
  webhook_id TEXT NOT NULL,
  -- The message's id: the same for every webhook and every attempt.
  message_id TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
  -- Attempts of the schedule that is under way; sending it again begins a new one.
  attempts INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX webhook_delivery_message ON webhook_delivery (webhook_id, message_id);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, due_ms) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_list ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_state ON webhook_delivery (webhook_id, state, id);

CREATE TABLE webhook_attempt (
  delivery_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  took_ms INTEGER NOT NULL,
  -- What the receiver answered; null: it did not, and `answer` says why.
  status INTEGER,
  answer TEXT NOT NULL,
  PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

-- Letters that tell one member from time to time what came in.
CREATE TABLE digest (
  organization_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  every TEXT NOT NULL CHECK (every IN ('hour', 'day', 'week', 'never')),
  -- Whether a hot lead is told at once.
  leads INTEGER NOT NULL,
  -- Answers up to here were told, or were there before.
  after_row INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_due ON digest (organization_id, due_ms) WHERE every <> 'never';
