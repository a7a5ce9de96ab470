-- Version 2: articles are told apart by more than name and text, lines taken in are remembered, leases have numbers, checks can be refused.

-- The same table without its uniqueness of name, version and text: two outlets may have all three in common.
CREATE TABLE documents_anew (
    id INTEGER PRIMARY KEY,
    doc_id TEXT NOT NULL,
    version TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    guid TEXT,
    outlet TEXT,
    url TEXT,
    title TEXT,
    published TEXT,
    published_at INTEGER,
    modified_at INTEGER,
    pub_status TEXT,
    embargo INTEGER NOT NULL,
    subjects TEXT NOT NULL,
    duplicate_of TEXT,
    state TEXT NOT NULL CHECK (state IN ('current', 'superseded', 'withdrawn')),
    model INTEGER NOT NULL REFERENCES models,
    added INTEGER NOT NULL,
    -- Whether it replaces the versions before only when its embargo ends.
    waits INTEGER NOT NULL DEFAULT 0,
    -- The record as it came, deflated; last, so that rows are read without it.
    record BLOB NOT NULL
);
INSERT INTO documents_anew
    SELECT id, doc_id, version, text_sha256, guid, outlet, url, title, published, published_at, modified_at, pub_status, embargo, subjects,
        duplicate_of, state, model, added, 0, record
    FROM documents;
DROP TABLE documents;
ALTER TABLE documents_anew RENAME TO documents;
CREATE INDEX documents_named ON documents (doc_id);
CREATE INDEX documents_guid ON documents (guid) WHERE guid IS NOT NULL;
CREATE INDEX documents_duplicates ON documents (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX documents_waiting ON documents (embargo) WHERE waits;

-- Hashes of what records said of their articles: what was taken in once is no news.
CREATE TABLE lines (digest BLOB PRIMARY KEY) WITHOUT ROWID;

-- The latest end of an embargo among what may be seen: under an earlier clock the facts change.
ALTER TABLE items ADD COLUMN opened INTEGER;
UPDATE items SET opened = 0 WHERE id IN (SELECT o.item FROM documents d JOIN occurrences o ON o.document = d.id WHERE d.embargo > 0);
UPDATE items SET opened = (SELECT max(d.embargo) FROM occurrences o JOIN documents d ON d.id = o.document WHERE o.item = items.id)
    WHERE opened = 0;
CREATE INDEX items_opened ON items (opened) WHERE opened IS NOT NULL;

-- The event by which somebody has it in hand.
ALTER TABLE items ADD COLUMN lease_id INTEGER REFERENCES events;
UPDATE items SET lease_id = (SELECT max(e.id) FROM events e WHERE e.item = items.id AND e.kind IN ('leased', 'started'))
    WHERE state IN ('assigned', 'checking');

-- Wordings, without the many rows that only repeat them.
CREATE INDEX occurrences_worded ON occurrences (key) WHERE features IS NOT NULL;

-- Checks of which people said that they do not speak of an item.
CREATE TABLE refused (
    item INTEGER NOT NULL REFERENCES items,
    checked INTEGER NOT NULL REFERENCES checks,
    PRIMARY KEY (item, checked)
) WITHOUT ROWID;
