-- What the room needs beside the case: rounds of invitations, whom parties
-- nominate, and when each reader looked last.
-- +goose Up

CREATE TABLE round (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    state   TEXT   NOT NULL
);
CREATE INDEX round_case ON round (case_id, state);

-- Who is in a round: so that what is known of all of them takes one look each.
CREATE TABLE round_org (
    round TEXT NOT NULL,
    org   TEXT NOT NULL,
    PRIMARY KEY (round, org)
);

CREATE TABLE nomination (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    org     TEXT   NOT NULL, -- who nominates
    state   TEXT   NOT NULL
);
CREATE INDEX nomination_case ON nomination (case_id, state);

-- When a person looked at a case last. For nobody's eyes but their own.
CREATE TABLE visit (
    who     TEXT NOT NULL, -- person, behind their role
    case_id TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (who, case_id)
);
