-- What passages mean, by a provider's model: the length as a 32-bit float, then a signed byte a dimension.
CREATE TABLE ai_vector (
  capsule_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  number INTEGER NOT NULL,
  -- Of which provider's model; vectors of two cannot be compared.
  model TEXT NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (capsule_id, version, number, model)
) STRICT, WITHOUT ROWID;
