"""push.py <database> <gateway> <phase>: how a script in Python records a phase: one row, and one gauge that it pushes."""

import sqlite3
import sys
import time

from prometheus_client import CollectorRegistry, Gauge, push_to_gateway

database, gateway, phase = sys.argv[1:4]
connection = sqlite3.connect(database)
connection.execute("CREATE TABLE IF NOT EXISTS marks (phase TEXT, at REAL)")
connection.execute("INSERT INTO marks VALUES (?, ?)", (phase, time.time()))
connection.commit()
connection.close()

registry = CollectorRegistry()
gauge = Gauge("deployment_phase_finished_timestamp_seconds", "End of the phase.", ["phase"], registry=registry)
gauge.labels(phase).set_to_current_time()
push_to_gateway(gateway, job="python", registry=registry, timeout=5)
