-- What is made of a film or a sound, and how far it is.
CREATE TABLE film (
  asset_id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  -- The bytes that it is made of.
  hash TEXT NOT NULL,
  -- plain: there is no ffmpeg here, and the original plays.
  state TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'ready', 'failed', 'cancelled', 'plain')),
  -- Of a hundred.
  progress INTEGER NOT NULL,
  -- JSON: the steps that are done and what came of them.
  made TEXT NOT NULL,
  -- For the owner: why there is not more.
  fault TEXT,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX film_waiting ON film (organization_id, asset_id) WHERE state IN ('waiting', 'working');

CREATE TABLE caption (
  asset_id TEXT NOT NULL,
  language TEXT NOT NULL,
  label TEXT NOT NULL,
  hash TEXT NOT NULL,
  -- Its file beside the film's.
  name TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('embedded', 'uploaded')),
  PRIMARY KEY (asset_id, language)
) STRICT, WITHOUT ROWID;
