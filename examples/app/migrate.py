"""Brings a database to the schema of this release: runs the numbered files in migrations/ that it has not seen.

Each file is one transaction: a migration that fails leaves nothing behind, and the exit code is 1.
"""

import argparse
import pathlib
import sqlite3
import sys

MIGRATIONS = pathlib.Path(__file__).resolve().parent / "migrations"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="the SQLite file; created if it does not exist")
    parser.add_argument("--count-file", help="file to write the number of applied migrations to")
    options = parser.parse_args()
    db = sqlite3.connect(options.database, timeout=30, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")  # the running release keeps reading meanwhile
    db.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations"
        " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)"
    )
    applied = 0
    try:
        for number, file in pending(db):
            apply(db, number, file)
            applied += 1
            print(f"applied {file.name}")
    except sqlite3.Error as error:
        sys.exit(f"{file.name}: {error}")
    finally:
        if options.count_file:
            pathlib.Path(options.count_file).write_text(f"{applied}\n")
    print(f"{applied} migration(s) applied")


def pending(db):
    """(number, file) of every migration that the database has not seen, in order."""
    seen = {row[0] for row in db.execute("SELECT number FROM schema_migrations")}
    numbered = ((int(file.name.split("_")[0]), file) for file in sorted(MIGRATIONS.glob("*.sql")))
    return [(number, file) for number, file in numbered if number not in seen]


def apply(db, number, file):
    try:
        db.executescript("BEGIN IMMEDIATE;\n" + file.read_text())
        db.execute("INSERT INTO schema_migrations (number, name) VALUES (?, ?)", (number, file.name))
        db.execute("COMMIT")
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


if __name__ == "__main__":
    main()
