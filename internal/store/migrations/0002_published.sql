-- What the public may read, and nothing else.
-- +goose Up

-- n grows with each change to what the public may read; caches compare it.
CREATE TABLE generation (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    n   BIGINT NOT NULL
);
INSERT INTO generation (one, n) VALUES (1, 0);

CREATE TABLE document (
    path      TEXT   NOT NULL PRIMARY KEY,
    media     TEXT   NOT NULL,
    lang      TEXT   NOT NULL,
    body      BYTEA  NOT NULL,
    sha256    TEXT   NOT NULL,
    signature TEXT   NOT NULL,
    source    TEXT   NOT NULL,
    advisory  TEXT   NOT NULL,
    revision  BIGINT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX document_advisory ON document (advisory, revision);

-- place orders the list and numbers the index of words: larger is newer. words
-- is what the index was made from, kept so that it can be made again.
CREATE TABLE entry (
    id     TEXT   NOT NULL PRIMARY KEY,
    place  BIGINT NOT NULL UNIQUE,
    source TEXT   NOT NULL,
    body   TEXT   NOT NULL,
    words  TEXT   NOT NULL
);
CREATE INDEX entry_source ON entry (source, place);
