-- Which pages are visited most: what a start makes ready first. Bounded; a hint, and nothing depends on it.
CREATE TABLE cache_visit (
  key TEXT NOT NULL PRIMARY KEY,
  visits REAL NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
