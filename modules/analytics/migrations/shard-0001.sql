-- One person with one capsule, until half an hour has passed without them. Nothing in it leads to an address.
CREATE TABLE visit (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  capsule_id TEXT NOT NULL,
  -- A hash that nothing but its day's salt leads to; of the e-mail address where one was given.
  visitor TEXT NOT NULL,
  -- Who of those that look the same: a hall full of the same telephones behind one address.
  person INTEGER NOT NULL,
  email TEXT,
  link TEXT NOT NULL,
  source TEXT NOT NULL,
  campaign TEXT NOT NULL,
  country TEXT NOT NULL,
  device TEXT NOT NULL,
  begun_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  -- 1: the page was left.
  gone INTEGER NOT NULL,
  -- The page where it is, or ended.
  page TEXT NOT NULL,
  -- JSON: page → [views, milliseconds].
  pages TEXT NOT NULL,
  views INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  chats INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  -- In which of the rollups it is its visitor's first.
  firsts INTEGER NOT NULL,
  score INTEGER NOT NULL,
  -- 1: its score has passed the organization's threshold.
  hot INTEGER NOT NULL,
  -- 1: a machine, by how it behaved. Counted nowhere.
  excluded INTEGER NOT NULL
) STRICT;
CREATE INDEX visit_visitor ON visit (visitor, capsule_id, row);
CREATE INDEX visit_capsule ON visit (capsule_id, row);

-- What happened in a visit. `view` is the client's own id of one showing of a page, `n` counts what happened in it (0: the
-- showing itself): told twice it is the same row.
CREATE TABLE visit_event (
  view TEXT NOT NULL,
  n INTEGER NOT NULL,
  visit INTEGER NOT NULL,
  kind TEXT NOT NULL,
  page TEXT NOT NULL,
  detail TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  PRIMARY KEY (view, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_event_visit ON visit_event (visit, at_ms);

-- Sums over the visits that began in a bucket: of a minute, an hour or a day (`grain`), of all or by one of their traits.
CREATE TABLE visit_rollup (
  capsule_id TEXT NOT NULL,
  grain TEXT NOT NULL,
  trait TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  value TEXT NOT NULL,
  visits INTEGER NOT NULL,
  visitors INTEGER NOT NULL,
  views INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  engaged INTEGER NOT NULL,
  acted INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  chats INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  exits INTEGER NOT NULL,
  score INTEGER NOT NULL,
  hot INTEGER NOT NULL,
  PRIMARY KEY (capsule_id, grain, trait, bucket, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE analytics_setting (
  organization_id TEXT NOT NULL PRIMARY KEY,
  retention_days INTEGER NOT NULL,
  hot_score INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
