-- The index of words over entries, by entry.place. The words are made by
-- package fold, so the tokeniser here has nothing left to do but to split at
-- spaces.
-- +goose Up
CREATE VIRTUAL TABLE entry_word USING fts5 (
    words,
    content = '',
    contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0'
);
