"""A notebook over HTTP: the small but real service that the example scripts deploy.

GET /notes, POST /notes with a text as the body, GET /health. After SIGTERM it finishes running requests and exits.
"""

import argparse
import contextlib
import json
import pathlib
import signal
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Written by package.py into every release: {"version": ..., "schema": ..., "built_at": ...}
BUILD = json.loads((pathlib.Path(__file__).resolve().parent / "build.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="the SQLite file that migrate.py prepared")
    parser.add_argument("--port", type=int, default=8080, help="loopback port to listen on")
    options = parser.parse_args()
    handler = type("NotesHandler", (Handler,), {"database": options.database})
    server = Server(("127.0.0.1", options.port), handler)

    def stop(*_):
        # In another thread, because shutdown() waits for the loop below, which this signal has interrupted.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"notes {BUILD['version']} listens on 127.0.0.1:{options.port}", flush=True)
    server.serve_forever(poll_interval=0.05)
    server.server_close()
    print(f"notes {BUILD['version']} has stopped", flush=True)


class Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for the requests that are being answered
    request_queue_size = 128  # with the default of 5, probes lose connections on a busy machine


class Handler(BaseHTTPRequestHandler):
    timeout = 5
    database = ""

    def do_GET(self):
        if self.path == "/health":
            self.answer(*health(self.database))
        elif self.path == "/notes":
            with connect(self.database) as db:
                rows = db.execute("SELECT * FROM notes ORDER BY id").fetchall()
            self.answer(200, [dict(row) for row in rows])
        else:
            self.answer(404, {"error": "not found"})

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace")
        if self.path != "/notes" or not text:
            self.answer(400, {"error": "POST a text to /notes"})
            return
        with connect(self.database) as db:
            row = db.execute("INSERT INTO notes (text) VALUES (?)", (text,))
        self.answer(201, {"id": row.lastrowid})

    def answer(self, status, value):
        body = (json.dumps(value) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        if self.path != "/health":  # probes come ten times a second
            sys.stderr.write(f"{self.log_date_time_string()} {format % args}\n")


def health(database):
    """Status and body of /health: 503 if the database is older than this version needs."""
    body = {"status": "ok", **BUILD}
    try:
        with connect(database) as db:
            applied = db.execute("SELECT COALESCE(MAX(number), 0) FROM schema_migrations").fetchone()[0]
    except sqlite3.Error as error:
        return 503, {**body, "status": "failing", "error": str(error)}
    if applied < BUILD["schema"]:
        missing = f"schema {BUILD['schema']} is needed, the database has {applied}"
        return 503, {**body, "status": "failing", "error": missing}
    return 200, body


@contextlib.contextmanager
def connect(database):
    """A connection for one request; commits when the block ends without an error."""
    db = sqlite3.connect(database, timeout=5)
    db.row_factory = sqlite3.Row
    try:
        with db:
            yield db
    finally:
        db.close()


if __name__ == "__main__":
    main()
