BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'store','0001_first_basket','2026-10-01 12:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'store','0002_tag_counters','2026-10-01 12:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'store','0003_lives','2026-11-01 12:00:00.000000+00:00');
CREATE TABLE blob (hash TEXT PRIMARY KEY, event TEXT NOT NULL, data BLOB NOT NULL) STRICT;
INSERT INTO "blob" VALUES('a06fd3be6469543378749b02e40e5eee930aa4a87ed58a4eec53b5cddac0bd40','00000000000000000000000000000003',X'61207365616C65642061646472657373');
CREATE TABLE event (
            life INTEGER NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
            body TEXT NOT NULL, seal TEXT, origin TEXT, prev TEXT NOT NULL, hash TEXT NOT NULL,
            PRIMARY KEY (life, n), UNIQUE (id, life)
        ) STRICT;
INSERT INTO "event" VALUES(1,1,'00000000000000000000000000000001','VisitStarted',1767225600001,'{"visit":"00000000000000000000000000000007","station":"wall","language":"en"}',NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000000','b67c1123d6293d30d7c8f1d9a65e8eb9ef44940dc40fa85399ce9d7980c890dd');
INSERT INTO "event" VALUES(1,2,'00000000000000000000000000000002','VisitStarted',1767225600002,'{"visit":"00000000000000000000000000000008","station":"tablet","language":"de"}',NULL,NULL,'b67c1123d6293d30d7c8f1d9a65e8eb9ef44940dc40fa85399ce9d7980c890dd','64fb767807e8c44c99600c8fb263c81b5cb90f5cd3f1d949e463739a2b3f2662');
INSERT INTO "event" VALUES(1,3,'00000000000000000000000000000003','BasketSent',1767225600003,'{"basket":"00000000000000000000000000000009","visit":"00000000000000000000000000000007","station":"wall","channel":"mail","language":"en","lines":[],"consents":[]}','a06fd3be6469543378749b02e40e5eee930aa4a87ed58a4eec53b5cddac0bd40',NULL,'64fb767807e8c44c99600c8fb263c81b5cb90f5cd3f1d949e463739a2b3f2662','7dace6c65f879cad4828249bc8df6a2eec92b57780f1a69e3951cadf9552f34e');
INSERT INTO "event" VALUES(1,4,'00000000000000000000000000000004','VisitEnded',1767225600004,'{"visit":"00000000000000000000000000000007","station":"wall","reason":"sent"}',NULL,NULL,'7dace6c65f879cad4828249bc8df6a2eec92b57780f1a69e3951cadf9552f34e','29ccfa084534c07077ea7ffe4ffede0b23299d0b3d1a375f29995010d1ed8d2f');
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
INSERT INTO "life" VALUES(1,'5f1d0e6b2c7a49388d21f4b0c9e37a65','present','',NULL,0,'0000000000000000000000000000000000000000000000000000000000000000','{"type":"receipt","log":"5f1d0e6b2c7a49388d21f4b0c9e37a65","n":2,"hash":"64fb767807e8c44c99600c8fb263c81b5cb90f5cd3f1d949e463739a2b3f2662","instance":"55555555555555555555555555555555","epoch":1,"trim_to":0,"rewind":false,"at":0}',1767225600001,NULL);
CREATE TABLE line (
            basket TEXT NOT NULL, sku TEXT NOT NULL, position INTEGER NOT NULL, doc TEXT NOT NULL,
            PRIMARY KEY (basket, sku)
        ) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE tag_counter (
            uid TEXT PRIMARY KEY, counter INTEGER NOT NULL, delivery TEXT NOT NULL
        ) STRICT;
INSERT INTO "tag_counter" VALUES('04958caa5c5e80',5,'wall 1');
CREATE TABLE visit (
            station TEXT PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, basket TEXT NOT NULL,
            size TEXT NOT NULL, screen TEXT NOT NULL, touched INTEGER NOT NULL
        ) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX life_present ON life (state) WHERE state = 'present';
CREATE UNIQUE INDEX life_opening ON life (state) WHERE state = 'opening';
COMMIT;
