-- The texts that organisations sign: editions that never change once kept.
-- +goose Up

CREATE TABLE agreement_text (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    scope   TEXT   NOT NULL,
    edition TEXT   NOT NULL
);
CREATE UNIQUE INDEX agreement_text_edition ON agreement_text (scope, edition);
