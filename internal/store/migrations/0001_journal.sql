-- The journal, and the jobs that events leave behind.
-- Times are microseconds since 1970 UTC, 0 for "never"; ids are made in Go.
-- +goose Up

-- One chain for the whole centre. n counts the events of one record from 1.
CREATE TABLE journal (
    seq        BIGINT NOT NULL PRIMARY KEY,
    about_kind TEXT   NOT NULL,
    about_id   TEXT   NOT NULL,
    n          BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    by_role    TEXT   NOT NULL,
    by_person  TEXT   NOT NULL,
    by_org     TEXT   NOT NULL,
    by_report  TEXT   NOT NULL,
    verb       TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    prev       TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    UNIQUE (about_kind, about_id, n)
);
CREATE INDEX journal_at ON journal (at);

-- The end of the chain. Whoever adds an event holds this row until the commit,
-- so events of two transactions never interleave.
CREATE TABLE journal_head (
    one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
INSERT INTO journal_head (one, seq, hash) VALUES (1, 0, '');

-- attempt counts the claims and is the token of the present one: a worker that
-- lost its lease can no longer report on the job.
CREATE TABLE job (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    about_kind  TEXT   NOT NULL,
    about_id    TEXT   NOT NULL,
    data        TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('waiting', 'running', 'dead')),
    run_at      BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempt     BIGINT NOT NULL,
    problem     TEXT   NOT NULL
);
CREATE UNIQUE INDEX job_key ON job (kind, key) WHERE state = 'waiting';
CREATE INDEX job_due ON job (run_at, id) WHERE state = 'waiting';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_about ON job (about_kind, about_id);
