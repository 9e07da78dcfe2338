-- A vendor's way onto the list and what it asks to have changed in its record.
-- What lists and reminders ask of contacts and organisations gets a column; only
-- how the old rows are read differs between the databases.
-- +goose Up

CREATE TABLE registration (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    org     TEXT   NOT NULL, -- empty while nobody has found out who applies
    state   TEXT   NOT NULL
);
CREATE INDEX registration_org ON registration (org);
CREATE INDEX registration_state ON registration (state);

-- A change of the registry: waiting, made, refused or withdrawn.
CREATE TABLE change (
    id      TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    org     TEXT   NOT NULL,
    contact TEXT   NOT NULL, -- empty: of the organisation's own fields
    state   TEXT   NOT NULL,
    asked   BIGINT NOT NULL
);
CREATE INDEX change_org ON change (org, asked);
CREATE INDEX change_waiting ON change (asked) WHERE state = 'waiting';

ALTER TABLE contact ADD COLUMN verified BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN bounced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN key_ends BIGINT NOT NULL DEFAULT 0; -- of the first key that ends
CREATE INDEX contact_age ON contact (org, verified);
CREATE INDEX contact_bounced ON contact (bounced) WHERE bounced > 0;
CREATE INDEX contact_key_ends ON contact (key_ends) WHERE key_ends > 0;

ALTER TABLE organisation ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE organisation ADD COLUMN listed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX organisation_parent ON organisation (parent) WHERE parent <> '';
CREATE INDEX organisation_listed ON organisation (name, id) WHERE listed;

UPDATE organisation SET parent = COALESCE(json_extract(body, '$.parent'), '') WHERE body LIKE '%"parent":%';
UPDATE contact SET
    verified = COALESCE(CAST(strftime('%s', json_extract(body, '$.verified')) AS INTEGER) * 1000000 + CAST(substr(rtrim(substr(json_extract(body, '$.verified'), 21), 'Z') || '000000', 1, 6) AS INTEGER), 0),
    bounced = COALESCE(CAST(strftime('%s', json_extract(body, '$.bounced')) AS INTEGER) * 1000000 + CAST(substr(rtrim(substr(json_extract(body, '$.bounced'), 21), 'Z') || '000000', 1, 6) AS INTEGER), 0);
