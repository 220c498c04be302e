CREATE TABLE user (
  id TEXT NOT NULL PRIMARY KEY,
  -- Lower case.
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What somebody can sign in with. A user without one is half a sign-up or half a removal, and their address is free.
CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  -- argon2id, with its salt and costs.
  password TEXT,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_once ON account (provider_id, account_id);
CREATE INDEX account_of ON account (user_id);

CREATE TABLE session (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  -- Opens nothing by itself: a cookie carries it with a signature.
  token TEXT NOT NULL UNIQUE,
  expires_ms INTEGER NOT NULL,
  ip_address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of ON session (user_id, expires_ms);
CREATE INDEX session_age ON session (expires_ms);

-- Tokens sent by mail, once, hashed.
CREATE TABLE verification (
  id TEXT NOT NULL PRIMARY KEY,
  identifier TEXT NOT NULL,
  -- The user it is for.
  value TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX verification_find ON verification (identifier, created_ms);
CREATE INDEX verification_of ON verification (value);
CREATE INDEX verification_age ON verification (expires_ms);
