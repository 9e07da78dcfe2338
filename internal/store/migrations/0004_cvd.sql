-- Reports, the identities of finders apart from them, and cases.
-- +goose Up

CREATE TABLE report (
    id       TEXT    NOT NULL PRIMARY KEY,
    version  BIGINT  NOT NULL,
    body     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    received BIGINT  NOT NULL,
    closed   BIGINT  NOT NULL
);
CREATE INDEX report_list ON report (closed, received);

-- Who reported, sealed with a key that is not in the database. A row is all
-- there is: deleting it forgets the finder.
CREATE TABLE identity (
    report  TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    sealed  BYTEA  NOT NULL
);

CREATE TABLE cvd_case (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    embargo TEXT   NOT NULL,
    opened  BIGINT NOT NULL,
    closed  BIGINT NOT NULL
);
CREATE INDEX cvd_case_list ON cvd_case (closed, opened);

-- Who is in which case. who is the participant: 'org:…', 'finder:…', 'centre'.
CREATE TABLE case_party (
    case_id TEXT NOT NULL REFERENCES cvd_case (id) ON DELETE CASCADE,
    who     TEXT NOT NULL,
    PRIMARY KEY (case_id, who)
);
CREATE INDEX case_party_who ON case_party (who);

CREATE TABLE case_report (
    case_id TEXT NOT NULL REFERENCES cvd_case (id) ON DELETE CASCADE,
    report  TEXT NOT NULL,
    PRIMARY KEY (case_id, report)
);
CREATE INDEX case_report_report ON case_report (report);
