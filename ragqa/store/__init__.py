"""The one truth: a SQLite database in the index folder.

A transaction's commit is the only moment at which anything has happened. All else in the folder is
a cache that can be made again from this database.

    file 1─* article 1─* omission
                     1─* edge_line          lines that may recur across articles
                     1─* chunk *─1 wording  chunks of the same wording are exact repeats
    wording *─* wording (near)              near-duplicates; bands find them
    wording *─1 group                       a connected component of them
    chunk 1─0..1 vector, lexical            only for the one chunk that represents its group

`Database` runs the statements, each group of tables has a class of its own, and `Store` holds them.
"""

from ragqa.store.closing import Closing
from ragqa.store.database import replace_database
from ragqa.store.folder import DATABASE, make_folder, remove_database
from ragqa.store.lexical import quoted
from ragqa.store.paths import path_of, path_text
from ragqa.store.store import Store

__all__ = [
    "DATABASE",
    "Closing",
    "Store",
    "make_folder",
    "path_of",
    "path_text",
    "quoted",
    "remove_database",
    "replace_database",
]
