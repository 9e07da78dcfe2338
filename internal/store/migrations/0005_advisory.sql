-- Advisories and their frozen revisions.
-- +goose Up

CREATE TABLE advisory (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    state   TEXT   NOT NULL,
    changed BIGINT NOT NULL
);
CREATE INDEX advisory_case ON advisory (case_id);
CREATE INDEX advisory_state ON advisory (state, changed);

-- A revision never changes: rows are only ever added.
CREATE TABLE revision (
    advisory TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    body     TEXT   NOT NULL,
    hash     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (advisory, n)
);

-- In the order of the feed, ties included: a plan that sorts reads every body.
CREATE INDEX revision_newest ON revision (at DESC, advisory, n DESC);
