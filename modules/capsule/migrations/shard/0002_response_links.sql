-- The share link by which the visitor had come.
ALTER TABLE response ADD COLUMN link TEXT;

-- Answers by link, kept with each answer as all totals are.
CREATE TABLE response_link (
  capsule_id TEXT NOT NULL,
  link TEXT NOT NULL,
  answers INTEGER NOT NULL,
  PRIMARY KEY (capsule_id, link)
) STRICT, WITHOUT ROWID;
