-- Up to which row of this database's change log shared caches (CDNs) were told.
CREATE TABLE cdn_cursor (
  name TEXT NOT NULL PRIMARY KEY,
  row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
