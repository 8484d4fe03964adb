"""Packs this source tree as one release: package.py <version> <file.zip>. The version is stamped into build.json.

--migrations sets how many of the numbered migrations belong to the release; --broken makes a release that fails.
"""

import argparse
import datetime
import json
import pathlib
import zipfile

SOURCE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("zip", help="the file to write")
    parser.add_argument("--migrations", type=int, default=len(migrations()), metavar="N")
    parser.add_argument(
        "--broken",
        choices=["migration", "health"],
        help="migration: its last migration fails; health: it needs a migration that was not packed",
    )
    options = parser.parse_args()
    packed = migrations()[: options.migrations]
    if options.broken == "migration":
        packed += sorted((SOURCE / "faults").glob("*.sql"))
    build = {
        "version": options.version,
        "schema": len(packed) + (1 if options.broken == "health" else 0),
        "built_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
    with zipfile.ZipFile(options.zip, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("service.py", "migrate.py", "requirements.txt"):
            archive.write(SOURCE / name, name)
        for file in packed:
            archive.write(file, f"migrations/{file.name}")
        archive.writestr("build.json", json.dumps(build) + "\n")


def migrations():
    return sorted((SOURCE / "migrations").glob("*.sql"))


if __name__ == "__main__":
    main()
