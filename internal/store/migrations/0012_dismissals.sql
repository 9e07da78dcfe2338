-- Suggestions that officers set aside, with their reasons: a row for each
-- organisation that was ever suggested wrongly.
-- +goose Up

CREATE TABLE dismissals (
    id      TEXT   NOT NULL PRIMARY KEY, -- of the organisation
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL
);
