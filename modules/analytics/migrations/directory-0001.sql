-- What today's visitors are known by. One row, overwritten in its place every day: with yesterday's salt goes the last way
-- from what is kept of a visitor to an address.
CREATE TABLE visit_salt (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  day INTEGER NOT NULL,
  salt TEXT NOT NULL
) STRICT;
