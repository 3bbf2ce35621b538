"""The tables, and the marks by which a database is known to have them."""

VERSION = 1
# "ragq", so that `file` and a person can tell whose database it is.
APPLICATION_ID = 0x72616771

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE root (path TEXT PRIMARY KEY) STRICT;
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  root TEXT NOT NULL,
  sha256 TEXT
) STRICT;
CREATE TABLE article (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
  digest BLOB NOT NULL,
  record TEXT NOT NULL,
  text TEXT NOT NULL,
  title TEXT,
  source TEXT,
  url TEXT,
  published TEXT
) STRICT;
CREATE INDEX article_file ON article (file);
CREATE TABLE omission (
  article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX omission_article ON omission (article);
CREATE TABLE edge_line (
  digest BLOB NOT NULL,
  article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
  story BLOB NOT NULL,
  applied INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (digest, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_line_article ON edge_line (article);
CREATE TABLE recurring (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE wording (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  digest BLOB NOT NULL UNIQUE,
  "group" INTEGER NOT NULL
) STRICT;
CREATE INDEX wording_group ON wording ("group");
CREATE TABLE band (
  key INTEGER NOT NULL,
  wording INTEGER NOT NULL REFERENCES wording ON DELETE CASCADE,
  PRIMARY KEY (key, wording)
) STRICT, WITHOUT ROWID;
CREATE INDEX band_wording ON band (wording);
CREATE TABLE near (
  a INTEGER NOT NULL REFERENCES wording ON DELETE CASCADE,
  b INTEGER NOT NULL REFERENCES wording ON DELETE CASCADE,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_b ON near (b);
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
  position INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  body INTEGER NOT NULL,
  heading TEXT,
  sentences TEXT NOT NULL,
  wording INTEGER NOT NULL REFERENCES wording,
  UNIQUE (article, position)
) STRICT;
CREATE INDEX chunk_wording ON chunk (wording);
CREATE TABLE vector (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chunk INTEGER NOT NULL UNIQUE REFERENCES chunk ON DELETE CASCADE,
  embedded BLOB NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE VIRTUAL TABLE lexical USING fts5 (
  text, context, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER vector_gone AFTER DELETE ON vector BEGIN
  DELETE FROM lexical WHERE rowid = old.chunk;
END;
"""
