-- Threads, files and letters.
-- +goose Up

CREATE TABLE thread (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    report  TEXT   NOT NULL,
    latest  BIGINT NOT NULL
);
CREATE INDEX thread_case ON thread (case_id);
CREATE INDEX thread_report ON thread (report);

-- Who may read which thread; who is a participant, as in case_party.
CREATE TABLE thread_reader (
    thread TEXT NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    who    TEXT NOT NULL,
    PRIMARY KEY (thread, who)
);
CREATE INDEX thread_reader_who ON thread_reader (who);

CREATE TABLE message (
    id     TEXT   NOT NULL PRIMARY KEY,
    thread TEXT   NOT NULL REFERENCES thread (id),
    n      BIGINT NOT NULL,
    body   TEXT   NOT NULL,
    UNIQUE (thread, n)
);

CREATE TABLE file (
    id         TEXT NOT NULL PRIMARY KEY,
    body       TEXT NOT NULL,
    about_kind TEXT NOT NULL,
    about_id   TEXT NOT NULL,
    blob       TEXT NOT NULL
);
CREATE INDEX file_about ON file (about_kind, about_id);
CREATE INDEX file_blob ON file (blob);

-- Letters out. sealed is the whole letter: addresses of finders and links that
-- open a door must not be readable in a copy of the database.
CREATE TABLE letter (
    id         TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    sealed     BYTEA  NOT NULL,
    state      TEXT   NOT NULL,
    about_kind TEXT   NOT NULL,
    about_id   TEXT   NOT NULL,
    made       BIGINT NOT NULL,
    tag        TEXT   NOT NULL
);
CREATE INDEX letter_tag ON letter (tag);
CREATE INDEX letter_state ON letter (state, made);
CREATE INDEX letter_about ON letter (about_kind, about_id);

-- Letters in. message_id is hashed; one letter delivered twice is one row.
CREATE TABLE mail (
    id         TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    sealed     BYTEA  NOT NULL,
    state      TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    message_id TEXT   NOT NULL,
    raw        TEXT   NOT NULL -- the blob with the bytes as they came
);
CREATE INDEX mail_state ON mail (state, at);
CREATE UNIQUE INDEX mail_message_id ON mail (message_id) WHERE message_id <> '';
