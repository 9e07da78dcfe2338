-- Developers that cannot be reached: inquiries, which the public list is made
-- of, and referrals of cases to the publication committee.
-- +goose Up

CREATE TABLE inquiry (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    org     TEXT   NOT NULL,
    state   TEXT   NOT NULL,
    n       BIGINT NOT NULL -- its number in public, 0 while it has none
);
CREATE INDEX inquiry_org ON inquiry (org);
CREATE UNIQUE INDEX inquiry_n ON inquiry (n) WHERE n > 0;

CREATE TABLE referral (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    org     TEXT   NOT NULL,
    state   TEXT   NOT NULL
);
CREATE INDEX referral_org ON referral (org);
CREATE INDEX referral_case ON referral (case_id);
