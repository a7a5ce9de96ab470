-- Version 3: what many occurrences come to is kept with what has changed since: one more is counted without reading all of them again.

-- The counters of an item with many live occurrences; none where it is counted from scratch.
CREATE TABLE tallies (item INTEGER PRIMARY KEY REFERENCES items, counters TEXT NOT NULL);

-- Live occurrences that came to an item (1) or left it (-1) since its tally; only for items that have one.
CREATE TABLE uncounted (
    item INTEGER NOT NULL REFERENCES items,
    occurrence INTEGER NOT NULL REFERENCES occurrences,
    change INTEGER NOT NULL,
    PRIMARY KEY (item, occurrence)
) WITHOUT ROWID;
CREATE TRIGGER occurrences_come AFTER INSERT ON occurrences WHEN new.state = 'live' BEGIN
    INSERT INTO uncounted SELECT item, new.id, 1 FROM tallies WHERE item = new.item ON CONFLICT DO UPDATE SET change = change + 1;
END;
CREATE TRIGGER occurrences_change AFTER UPDATE OF state, item ON occurrences WHEN new.state <> old.state OR new.item <> old.item BEGIN
    INSERT INTO uncounted SELECT item, old.id, -1 FROM tallies WHERE item = old.item AND old.state = 'live'
        ON CONFLICT DO UPDATE SET change = change - 1;
    INSERT INTO uncounted SELECT item, new.id, 1 FROM tallies WHERE item = new.item AND new.state = 'live'
        ON CONFLICT DO UPDATE SET change = change + 1;
END;
CREATE TRIGGER documents_change AFTER UPDATE OF embargo, published_at, outlet, url, subjects ON documents
    WHEN (new.embargo, new.published_at, new.outlet, new.url, new.subjects) IS NOT (old.embargo, old.published_at, old.outlet, old.url, old.subjects)
BEGIN
    DELETE FROM tallies WHERE item IN (SELECT item FROM occurrences WHERE document = new.id);
END;
CREATE TRIGGER tallies_go AFTER DELETE ON tallies BEGIN DELETE FROM uncounted WHERE item = old.item; END;
