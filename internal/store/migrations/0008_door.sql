-- What the doors need: settings, secrets, sessions, links and limits. Tokens
-- are kept as hashes, so that a copy of the database opens no door.
-- +goose Up

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE secret (
    name   TEXT  NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE session (
    token  TEXT   NOT NULL PRIMARY KEY,
    data   BYTEA  NOT NULL,
    until  BIGINT NOT NULL
);
CREATE INDEX session_until ON session (until);

CREATE TABLE link (
    token      TEXT   NOT NULL PRIMARY KEY,
    body       TEXT   NOT NULL,
    about_kind TEXT   NOT NULL,
    about_id   TEXT   NOT NULL,
    until      BIGINT NOT NULL, -- 0: does not end
    used       BIGINT NOT NULL  -- 0: not yet
);
CREATE INDEX link_about ON link (about_kind, about_id);
CREATE INDEX link_until ON link (until);

-- How often something was done in a stretch of time.
CREATE TABLE hit (
    key   TEXT   NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    PRIMARY KEY (key, since)
);
CREATE INDEX hit_until ON hit (until);

-- Failures in a row, and until when the next try is refused.
CREATE TABLE throttle (
    key    TEXT   NOT NULL PRIMARY KEY,
    fails  BIGINT NOT NULL,
    latest BIGINT NOT NULL,
    until  BIGINT NOT NULL
);
