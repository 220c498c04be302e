-- Where a capsule's presenter is; no row: nobody presents.
CREATE TABLE live_stage (
  capsule_id TEXT NOT NULL PRIMARY KEY,
  page TEXT NOT NULL,
  -- Ids of the blocks that take no answers now, as a JSON list.
  closed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE live_question (
  capsule_id TEXT NOT NULL,
  id TEXT NOT NULL,
  text TEXT NOT NULL,
  visitor TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'shown', 'answered', 'hidden')),
  votes INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (capsule_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX live_question_shown ON live_question (capsule_id, votes DESC, at_ms) WHERE state IN ('shown', 'answered');
CREATE INDEX live_question_list ON live_question (capsule_id, at_ms, id);
CREATE INDEX live_question_state ON live_question (capsule_id, state, at_ms, id);
CREATE INDEX live_question_waiting ON live_question (capsule_id, visitor) WHERE state = 'waiting';

-- One vote a visitor and question.
CREATE TABLE live_question_vote (
  capsule_id TEXT NOT NULL,
  question_id TEXT NOT NULL,
  visitor TEXT NOT NULL,
  PRIMARY KEY (capsule_id, question_id, visitor)
) STRICT, WITHOUT ROWID;
