-- Version 1. A change of this file is a new file: queues that exist are brought up by it, statement by statement.
-- Times are milliseconds since 1970, UTC.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (name, version, sha256)
);

-- One row a version of an article.
CREATE TABLE documents (
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
    -- The record as it came, deflated; last, so that rows are read without it.
    record BLOB NOT NULL,
    UNIQUE (doc_id, version, text_sha256)
);
CREATE INDEX documents_guid ON documents (guid) WHERE guid IS NOT NULL;
CREATE INDEX documents_duplicates ON documents (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- What somebody published on a claim.
CREATE TABLE checks (
    id INTEGER PRIMARY KEY,
    claim TEXT NOT NULL,
    claimant TEXT,
    verdict TEXT NOT NULL,
    rating REAL,
    url TEXT NOT NULL,
    publisher TEXT,
    claim_date TEXT,
    published TEXT,
    features TEXT NOT NULL,
    added INTEGER NOT NULL,
    UNIQUE (url, claim)
);
CREATE TABLE check_bands (band INTEGER NOT NULL, owner INTEGER NOT NULL, PRIMARY KEY (band, owner)) WITHOUT ROWID;

-- One row a claim, however many outlets carry it.
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('new', 'assigned', 'checking', 'published', 'dropped')),
    hidden TEXT CHECK (hidden IN ('merged', 'embargoed', 'gone', 'sampled')),
    -- Why it is left out of lists unless somebody asks for all.
    off TEXT,
    -- As weighed last; it only ever falls with time.
    score REAL NOT NULL,
    topic TEXT,
    -- What its visible occurrences come to.
    facts TEXT NOT NULL,
    -- When the facts change by themselves: an embargo ends.
    due INTEGER,
    sampled INTEGER NOT NULL,
    announced INTEGER NOT NULL,
    checked INTEGER REFERENCES checks,
    assignee TEXT,
    lease_until INTEGER,
    reason TEXT,
    verdict TEXT,
    rating REAL,
    evidence TEXT NOT NULL DEFAULT '[]',
    note TEXT,
    -- Why it is to be looked at again.
    attention TEXT,
    merged_into INTEGER REFERENCES items,
    added INTEGER NOT NULL
);
CREATE INDEX items_ranked ON items (score DESC, id) WHERE state = 'new' AND hidden IS NULL AND off IS NULL;
CREATE INDEX items_leased ON items (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX items_due ON items (due) WHERE due IS NOT NULL;
CREATE INDEX items_unannounced ON items (id) WHERE announced = 0;
CREATE INDEX items_checked ON items (checked) WHERE checked IS NOT NULL;

-- Every appearance of a claim.
CREATE TABLE occurrences (
    id INTEGER PRIMARY KEY,
    claim_id TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents,
    item INTEGER NOT NULL REFERENCES items,
    state TEXT NOT NULL CHECK (state IN ('live', 'superseded', 'withdrawn')),
    key TEXT NOT NULL,
    text TEXT NOT NULL,
    claimer TEXT,
    kind TEXT,
    role TEXT,
    party TEXT,
    organisation TEXT,
    mode TEXT NOT NULL,
    stance TEXT NOT NULL,
    check_worthiness REAL NOT NULL,
    verifiability TEXT,
    types TEXT NOT NULL,
    date TEXT,
    quoted INTEGER NOT NULL,
    has_amount INTEGER NOT NULL,
    added INTEGER NOT NULL,
    -- What likeness compares; of one occurrence of each wording in an item.
    features TEXT,
    UNIQUE (claim_id, document)
);
CREATE INDEX occurrences_item ON occurrences (item);
CREATE INDEX occurrences_document ON occurrences (document);
CREATE INDEX occurrences_key ON occurrences (key);
CREATE TABLE bands (band INTEGER NOT NULL, owner INTEGER NOT NULL, PRIMARY KEY (band, owner)) WITHOUT ROWID;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    item INTEGER NOT NULL REFERENCES items,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    reason TEXT,
    model INTEGER REFERENCES models,
    rank INTEGER,
    occurrence INTEGER REFERENCES occurrences,
    undoes INTEGER REFERENCES events,
    -- How the item stood before, for undo.
    before TEXT
);
CREATE INDEX events_item ON events (item);
CREATE UNIQUE INDEX events_undone ON events (undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events are only ever appended'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events are only ever appended'); END;

-- What stood in the list of a day (UTC), and how high when it was first shown.
CREATE TABLE showings (
    day TEXT NOT NULL,
    item INTEGER NOT NULL REFERENCES items,
    rank INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (day, item)
) WITHOUT ROWID;
CREATE INDEX showings_item ON showings (item);
