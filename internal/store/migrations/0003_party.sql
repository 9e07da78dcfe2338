-- People and organisations. An aggregate is one row: id, version, the columns
-- that queries need, and the whole record as JSON in body.
-- +goose Up

CREATE TABLE organisation (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    name    TEXT   NOT NULL, -- folded, of the name shown: the order of lists
    tier    TEXT   NOT NULL,
    source  TEXT   NOT NULL
);
CREATE INDEX organisation_name ON organisation (name, id);

-- Every way an organisation is looked up by: kind is 'name' (folded) or 'domain'.
CREATE TABLE organisation_key (
    org  TEXT NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    PRIMARY KEY (org, kind, key)
);
CREATE INDEX organisation_key_key ON organisation_key (kind, key);

CREATE TABLE contact (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    org     TEXT   NOT NULL,
    mail    TEXT   NOT NULL -- lower case
);
CREATE INDEX contact_org ON contact (org);
CREATE INDEX contact_mail ON contact (mail);

CREATE TABLE agreement (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    org     TEXT   NOT NULL
);
CREATE INDEX agreement_org ON agreement (org);

CREATE TABLE person (
    id      TEXT    NOT NULL PRIMARY KEY,
    version BIGINT  NOT NULL,
    body    TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    org     TEXT    NOT NULL,
    mail    TEXT    NOT NULL, -- lower case
    active  BOOLEAN NOT NULL
);
-- One address opens one account.
CREATE UNIQUE INDEX person_mail ON person (mail) WHERE mail <> '';
CREATE INDEX person_role ON person (role);
CREATE INDEX person_org ON person (org);
