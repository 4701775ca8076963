"""The tables of `store.db`, as append-only migrations (sqlite-utils)."""

from sqlite_utils import Database, Migrations

migrations = Migrations("store")


@migrations(name="0001_first_basket")
def first_basket(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        -- the event log, hash-chained; n has no gaps
        CREATE TABLE event (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, at INTEGER NOT NULL,
            body TEXT NOT NULL, seal TEXT, origin TEXT, prev TEXT NOT NULL, hash TEXT NOT NULL
        ) STRICT;
        -- sealed blobs lie beside the events that name their hash, so that erasing one leaves the chain whole
        CREATE TABLE blob (hash TEXT PRIMARY KEY, event TEXT NOT NULL, data BLOB NOT NULL) STRICT;
        -- the last receipt of HQ for this log
        CREATE TABLE receipt (only INTEGER PRIMARY KEY CHECK (only = 1), doc TEXT NOT NULL) STRICT;
        CREATE TABLE visit (
            station TEXT PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, basket TEXT NOT NULL,
            size TEXT NOT NULL, screen TEXT NOT NULL, touched INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE line (
            basket TEXT NOT NULL, sku TEXT NOT NULL, position INTEGER NOT NULL, doc TEXT NOT NULL,
            PRIMARY KEY (basket, sku)
        ) STRICT;
        """
    )


@migrations(name="0002_tag_counters")
def tag_counters(db: Database) -> None:
    db.executescript(
        """
        -- the last counter of each secure tag, and which delivery of a scan brought it
        CREATE TABLE tag_counter (
            uid TEXT PRIMARY KEY, counter INTEGER NOT NULL, delivery TEXT NOT NULL
        ) STRICT;
        """
    )


@migrations(name="0003_lives")
def lives(db: Database) -> None:
    db.executescript(
        """
        -- the lives of this log, in order: an id of its own each. Only the present one grows; an opening one takes over
        -- the events that HQ lacks from the present one, chunk by chunk, and follows it
        CREATE TABLE life (
            life INTEGER PRIMARY KEY, log_id TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL CHECK (state IN ('past', 'present', 'opening')),
            why TEXT NOT NULL,            -- why it was opened: fork, machine, damage; '' for the first
            forked_at INTEGER,            -- the first number of the life before that HQ lacks as it stands there
            cut INTEGER NOT NULL,         -- the last number forgotten, 0 for none
            cut_hash TEXT NOT NULL,       -- its hash: the chain goes on from there
            receipt TEXT,                 -- the last receipt of HQ
            opened INTEGER NOT NULL,      -- ms since 1970 UTC
            ended INTEGER                 -- the last number that stays under this id, once another life follows
        ) STRICT;
        CREATE UNIQUE INDEX life_present ON life (state) WHERE state = 'present';
        CREATE UNIQUE INDEX life_opening ON life (state) WHERE state = 'opening';
        INSERT INTO life
            SELECT 1, value, 'present', '', NULL, 0, printf('%064d', 0),
                (SELECT doc FROM receipt), coalesce((SELECT at FROM event WHERE n = 1), 0), NULL
            FROM meta WHERE key = 'log_id';
        DELETE FROM meta WHERE key = 'log_id';
        DROP TABLE receipt;
        -- an event that was appended again keeps its id, so ids are unique in a life
        ALTER TABLE event RENAME TO old_event;
        CREATE TABLE event (
            life INTEGER NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
            body TEXT NOT NULL, seal TEXT, origin TEXT, prev TEXT NOT NULL, hash TEXT NOT NULL,
            PRIMARY KEY (life, n), UNIQUE (id, life)
        ) STRICT;
        INSERT INTO event SELECT 1, * FROM old_event;
        DROP TABLE old_event;
        """
    )


@migrations(name="0004_counted")
def counted(db: Database) -> None:
    db.executescript(
        """
        -- what the readers of this store counted last; as_of in ms since 1970 UTC
        CREATE TABLE counted (
            sku TEXT PRIMARY KEY, quantity INTEGER NOT NULL, as_of INTEGER NOT NULL
        ) STRICT;
        """
    )


@migrations(name="0005_staff")
def staff(db: Database) -> None:
    db.executescript(
        """
        -- wrong tries in a row of a PIN (named by its hash's hash); until in ms since 1970 UTC
        CREATE TABLE pin_lock (
            pin TEXT PRIMARY KEY, failures INTEGER NOT NULL, until INTEGER NOT NULL
        ) STRICT;
        -- who is signed in, so that the log tells when the box's stop ended it
        CREATE TABLE staff_session (token TEXT PRIMARY KEY, staff TEXT NOT NULL, station TEXT NOT NULL) STRICT;
        """
    )


@migrations(name="0006_pickup")
def to_pick_up(db: Database) -> None:
    db.executescript(
        """
        -- baskets that were sent: what of them staff gathers; sent in ms since 1970 UTC, waits while in the queue
        CREATE TABLE pickup (
            basket TEXT PRIMARY KEY, code TEXT NOT NULL, sent INTEGER NOT NULL, waits INTEGER NOT NULL,
            doc TEXT NOT NULL
        ) STRICT;
        CREATE INDEX pickup_code ON pickup (code);
        """
    )


@migrations(name="0007_help")
def help_calls(db: Database) -> None:
    db.executescript(
        """
        -- stations where somebody waits for help; asked in ms since 1970 UTC, staff is who comes, '' while nobody does
        CREATE TABLE help (
            id TEXT PRIMARY KEY, station TEXT NOT NULL, asked INTEGER NOT NULL, staff TEXT NOT NULL
        ) STRICT;
        """
    )


@migrations(name="0008_counted_by_staff")
def counted_by_staff(db: Database) -> None:
    db.executescript(
        """
        ALTER TABLE counted ADD COLUMN source TEXT NOT NULL DEFAULT 'rfid'; -- or staff
        -- what staff scans one after the other, to be counted or to get a label; what was touched last is highest
        CREATE TABLE tally (
            station TEXT NOT NULL, purpose TEXT NOT NULL, sku TEXT NOT NULL, pieces INTEGER NOT NULL,
            position INTEGER NOT NULL, PRIMARY KEY (station, purpose, sku)
        ) STRICT;
        """
    )


@migrations(name="0009_recognised")
def recognised(db: Database) -> None:
    db.executescript(
        """
        -- whose card a visit bears (a name that only card and box make, '' for none); what was looked at, newest first
        ALTER TABLE visit ADD COLUMN holder TEXT NOT NULL DEFAULT '';
        ALTER TABLE visit ADD COLUMN looked TEXT NOT NULL DEFAULT '[]';
        -- what HQ said of a card's holder to a kind of screen, sealed; at in ms since 1970 UTC
        CREATE TABLE remembered (
            holder TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, doc BLOB NOT NULL,
            PRIMARY KEY (holder, kind)
        ) STRICT;
        CREATE INDEX remembered_at ON remembered (at);
        """
    )


@migrations(name="0010_comfort")
def comfort(db: Database) -> None:
    db.executescript(
        """
        -- how this visit wants its screen: text size, contrast and the like
        ALTER TABLE visit ADD COLUMN comfort TEXT NOT NULL DEFAULT '{}';
        """
    )


@migrations(name="0011_pairing")
def pairing(db: Database) -> None:
    db.executescript(
        """
        -- codes that pair a screen, and the tokens of those that are paired: hashes of both; expires, since in ms
        CREATE TABLE pairing_code (code TEXT PRIMARY KEY, station TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
        CREATE TABLE paired (token TEXT PRIMARY KEY, station TEXT NOT NULL, since INTEGER NOT NULL) STRICT;
        """
    )


@migrations(name="0012_directives")
def directives(db: Database) -> None:
    db.executescript(
        """
        -- what HQ directed and was carried out, by id: a restored HQ may say it again under another version; at in ms
        CREATE TABLE directive (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        -- what this store asked others to put aside; until in ms since 1970 UTC
        CREATE TABLE reservation (id TEXT PRIMARY KEY, until INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
        -- when nobody comes for it any more, 0 for a basket that has no such time
        ALTER TABLE pickup ADD COLUMN until INTEGER NOT NULL DEFAULT 0;
        """
    )


@migrations(name="0013_coupons")
def coupons(db: Database) -> None:
    db.executescript(
        """
        -- what HQ told of single-use codes, by their names; what is over need not be known after `ends` (ms, 0: never)
        CREATE TABLE offer (
            name TEXT PRIMARY KEY, ends INTEGER NOT NULL, doc TEXT NOT NULL
        ) STRICT;
        CREATE INDEX offer_ends ON offer (ends);
        CREATE TABLE campaign (name TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT;
        -- codes that lie, or lay, in a basket of this store, by the event that said so
        CREATE TABLE coupon_use (
            id TEXT PRIMARY KEY, coupon TEXT NOT NULL, basket TEXT NOT NULL, at INTEGER NOT NULL, held INTEGER NOT NULL,
            doc TEXT NOT NULL
        ) STRICT;
        CREATE INDEX coupon_use_coupon ON coupon_use (coupon);
        CREATE INDEX coupon_use_basket ON coupon_use (basket);
        """
    )


@migrations(name="0014_actions")
def actions(db: Database) -> None:
    db.executescript(
        """
        -- what HQ asked of this box and is not done yet; body as the directive says it, at in ms since 1970 UTC
        CREATE TABLE chore (id TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
        -- stations that HQ locked out: nobody is one of them, nor becomes it
        CREATE TABLE locked (station TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        """
    )
