BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE article (
	kind VARCHAR(8) NOT NULL, 
	id VARCHAR(160) NOT NULL, 
	parent VARCHAR(64) NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (kind, id)
);
CREATE TABLE basket (
	id VARCHAR(32) NOT NULL, 
	profile VARCHAR(32), 
	store VARCHAR(32) NOT NULL, 
	station VARCHAR(64) NOT NULL, 
	event VARCHAR(32) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	sent BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(profile) REFERENCES profile (id)
);
INSERT INTO "basket" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','aurora-tallinn','wall','cccccccccccccccccccccccccccccccc','en',1790000000000);
CREATE TABLE basket_line (
	basket VARCHAR(32) NOT NULL, 
	sku VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	product_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	variant TEXT NOT NULL, 
	quantity INTEGER NOT NULL, 
	fulfilment VARCHAR(8) NOT NULL, 
	price BIGINT NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	PRIMARY KEY (basket, sku), 
	FOREIGN KEY(basket) REFERENCES basket (id)
);
CREATE TABLE consent (
	id INTEGER NOT NULL, 
	profile VARCHAR(32) NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	granted BOOLEAN NOT NULL, 
	words TEXT NOT NULL, 
	words_hash VARCHAR(64) NOT NULL, 
	version VARCHAR(16) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	how VARCHAR(32) NOT NULL, 
	event VARCHAR(32), 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(profile) REFERENCES profile (id)
);
INSERT INTO "consent" VALUES(1,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','marketing',1,'Write to me.','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','1','en','screen','cccccccccccccccccccccccccccccccc',1790000000000);
CREATE TABLE event (
	id VARCHAR(32) NOT NULL, 
	log_id VARCHAR(32) NOT NULL, 
	n BIGINT NOT NULL, 
	store VARCHAR(32) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	at BIGINT NOT NULL, 
	received BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	seal VARCHAR(64), 
	origin VARCHAR(64), 
	hash VARCHAR(64) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (log_id, n)
);
CREATE TABLE feed_position (
	store VARCHAR(32) NOT NULL, 
	feed VARCHAR(16) NOT NULL, 
	epoch INTEGER NOT NULL, 
	n INTEGER NOT NULL, 
	since BIGINT NOT NULL, 
	PRIMARY KEY (store, feed)
);
CREATE TABLE feed_version (
	feed VARCHAR(16) NOT NULL, 
	epoch INTEGER NOT NULL, 
	n INTEGER NOT NULL, 
	file TEXT NOT NULL, 
	head BLOB NOT NULL, 
	built BIGINT NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (feed, epoch, n)
);
CREATE TABLE identity (
	kind VARCHAR(16) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	profile VARCHAR(32) NOT NULL, 
	value BLOB NOT NULL, 
	created BIGINT NOT NULL, 
	PRIMARY KEY (kind, digest), 
	FOREIGN KEY(profile) REFERENCES profile (id)
);
INSERT INTO "identity" VALUES('mail','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',X'656E63727970746564',1790000000000);
CREATE TABLE log (
	log_id VARCHAR(32) NOT NULL, 
	store VARCHAR(32) NOT NULL, 
	mark BIGINT NOT NULL, 
	mark_hash VARCHAR(64) NOT NULL, 
	first_received BIGINT NOT NULL, 
	last_received BIGINT NOT NULL, 
	skew BIGINT NOT NULL, 
	PRIMARY KEY (log_id)
);
CREATE TABLE mail (
	id VARCHAR(32) NOT NULL, 
	event VARCHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	profile VARCHAR(32) NOT NULL, 
	basket VARCHAR(32), 
	state VARCHAR(16) NOT NULL, 
	message_id VARCHAR(255) NOT NULL, 
	tries INTEGER NOT NULL, 
	due BIGINT NOT NULL, 
	sent BIGINT, 
	error TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(basket) REFERENCES basket (id), 
	FOREIGN KEY(profile) REFERENCES profile (id), 
	UNIQUE (event, kind)
);
CREATE TABLE order_line (
	order_id VARCHAR(64) NOT NULL, 
	sku VARCHAR(64) NOT NULL, 
	quantity INTEGER NOT NULL, 
	price BIGINT NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	store VARCHAR(32) NOT NULL, 
	profile VARCHAR(32), 
	basket VARCHAR(32), 
	at BIGINT NOT NULL, 
	PRIMARY KEY (order_id, sku)
);
INSERT INTO "order_line" VALUES('R-1','boot-42',1,12995,'EUR','aurora-tallinn',NULL,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',1790000100000);
CREATE TABLE person_key (
	profile VARCHAR(32) NOT NULL, 
	"key" BLOB NOT NULL, 
	PRIMARY KEY (profile), 
	FOREIGN KEY(profile) REFERENCES profile (id)
);
INSERT INTO "person_key" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',X'6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B');
CREATE TABLE profile (
	id VARCHAR(32) NOT NULL, 
	created BIGINT NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	control BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "profile" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1790000000000,'en',0);
CREATE TABLE quarantine (
	log_id VARCHAR(32) NOT NULL, 
	n BIGINT NOT NULL, 
	event_id VARCHAR(64) NOT NULL, 
	store VARCHAR(32) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	at BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	blob BLOB, 
	reason TEXT NOT NULL, 
	received BIGINT NOT NULL, 
	PRIMARY KEY (log_id, n)
);
INSERT INTO "quarantine" VALUES('ffffffffffffffffffffffffffffffff',3,'11111111111111111111111111111111','aurora-tallinn','TeleportedToMars',1790000000000,'{}',NULL,'unknown',1790000000001);
CREATE TABLE setting (
	"key" VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE suppression (
	digest VARCHAR(64) NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (digest)
);
CREATE TABLE web_visit (
	id INTEGER NOT NULL, 
	profile VARCHAR(32) NOT NULL, 
	basket VARCHAR(32), 
	page VARCHAR(32) NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_article_parent ON article (parent);
CREATE INDEX ix_order_line_profile ON order_line (profile);
CREATE INDEX ix_web_visit_profile ON web_visit (profile);
CREATE INDEX ix_basket_profile ON basket (profile);
CREATE INDEX ix_consent_profile ON consent (profile);
CREATE INDEX ix_identity_profile ON identity (profile);
CREATE INDEX ix_mail_profile ON mail (profile);
CREATE INDEX mail_due ON mail (state, due);
COMMIT;
