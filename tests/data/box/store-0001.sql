BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'store','0001_first_basket','2026-07-01 12:00:00.000000+00:00');
CREATE TABLE blob (hash TEXT PRIMARY KEY, event TEXT NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE event (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, at INTEGER NOT NULL,
            body TEXT NOT NULL, seal TEXT, origin TEXT, prev TEXT NOT NULL, hash TEXT NOT NULL
        ) STRICT;
INSERT INTO "event" VALUES(1,'00000000000000000000000000000001','VisitStarted',1767225600001,'{"visit":"00000000000000000000000000000001","station":"wall","language":"en"}',NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000000','3a1c98a497319a8f0d17dd6ea5fe22bbbe298f57c4da51e96aa9a45c8f720624');
INSERT INTO "event" VALUES(2,'00000000000000000000000000000002','VisitStarted',1767225600002,'{"visit":"00000000000000000000000000000002","station":"wall","language":"en"}',NULL,NULL,'3a1c98a497319a8f0d17dd6ea5fe22bbbe298f57c4da51e96aa9a45c8f720624','721ddbd6916db97a7debed169ffd8d8991842d42969760feb87b0e33bf951038');
INSERT INTO "event" VALUES(3,'00000000000000000000000000000003','VisitStarted',1767225600003,'{"visit":"00000000000000000000000000000003","station":"wall","language":"en"}',NULL,NULL,'721ddbd6916db97a7debed169ffd8d8991842d42969760feb87b0e33bf951038','4bb5cb4ffbeb2e829ae634a3b8f162f4eb1b705700de8a6ca1c5bb87d235ee13');
CREATE TABLE line (
            basket TEXT NOT NULL, sku TEXT NOT NULL, position INTEGER NOT NULL, doc TEXT NOT NULL,
            PRIMARY KEY (basket, sku)
        ) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('log_id','1db3a55116ffbf4871cf7112e69514d5');
CREATE TABLE receipt (only INTEGER PRIMARY KEY CHECK (only = 1), doc TEXT NOT NULL) STRICT;
CREATE TABLE visit (
            station TEXT PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, basket TEXT NOT NULL,
            size TEXT NOT NULL, screen TEXT NOT NULL, touched INTEGER NOT NULL
        ) STRICT;
INSERT INTO "visit" VALUES('wall','vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv','de','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','42','{"type":"attract"}',1767225600003);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
COMMIT;
