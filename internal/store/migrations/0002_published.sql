-- What the public may read.
-- +goose Up

-- n grows with each change to what the public may read; caches compare it.
CREATE TABLE generation (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    n   BIGINT NOT NULL
);
INSERT INTO generation (one, n) VALUES (1, 0);
