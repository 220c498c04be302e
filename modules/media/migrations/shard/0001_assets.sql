CREATE TABLE asset (
  id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  alt TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'file')),
  -- The media type, found by content.
  type TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- Of pictures: as they are shown, orientation applied.
  width INTEGER,
  height INTEGER,
  frames INTEGER,
  -- 1: something shows through.
  alpha INTEGER,
  placeholder TEXT,
  colour TEXT,
  -- What jobs found and made, as JSON: the quality that each format needs, the widths that stand as AVIF.
  encodings TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_list ON asset (organization_id, id);
CREATE INDEX asset_kind ON asset (organization_id, kind, id);
-- Pictures that no job has looked at yet.
CREATE INDEX asset_unmeasured ON asset (organization_id, id) WHERE kind = 'image' AND encodings = '{}';

-- The words of names: a search reads a range of this and no asset that does not fit.
CREATE TABLE asset_word (
  organization_id TEXT NOT NULL,
  word TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  PRIMARY KEY (organization_id, word, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_words ON asset_word (asset_id, word);

-- Which capsule shows an asset, and where: in its draft or in what is published.
CREATE TABLE asset_use (
  asset_id TEXT NOT NULL,
  capsule_id TEXT NOT NULL,
  place TEXT NOT NULL CHECK (place IN ('draft', 'published')),
  PRIMARY KEY (asset_id, capsule_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_use_capsule ON asset_use (capsule_id, place, asset_id);

CREATE TABLE blob (
  organization_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- How many assets show these bytes.
  holders INTEGER NOT NULL,
  -- going: its bytes are being removed, and nothing may hold it any more.
  state TEXT NOT NULL CHECK (state IN ('kept', 'going')),
  -- Since when nothing holds it; null while something does.
  unused_ms INTEGER,
  PRIMARY KEY (organization_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_unused ON blob (organization_id, unused_ms) WHERE unused_ms IS NOT NULL;

-- Kept with each change, so that no one ever adds up.
CREATE TABLE media_quota (
  organization_id TEXT NOT NULL PRIMARY KEY,
  bytes INTEGER NOT NULL,
  assets INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
