-- The index of words over entries, by entry.place. The words and their
-- positions are made by package fold, so no text search configuration is used.
-- +goose Up
CREATE TABLE entry_word (
    place BIGINT   NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX entry_word_words ON entry_word USING GIN (words) WITH (fastupdate = off);
