-- Letters that wait for their delivery. A row is gone with it, and with it the tokens in its text.
CREATE TABLE letter (
  id TEXT NOT NULL PRIMARY KEY,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  written_ms INTEGER NOT NULL
) STRICT;
