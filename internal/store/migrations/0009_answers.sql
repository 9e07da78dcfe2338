-- What organisations answered of the list of technology keywords: a row each,
-- apart from the organisation because it is as long as the list.
-- +goose Up

CREATE TABLE answers (
    id      TEXT   NOT NULL PRIMARY KEY, -- of the organisation
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    edition TEXT   NOT NULL -- newest edition of the list that it answered any of
);
