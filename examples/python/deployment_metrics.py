#!/usr/bin/env python3
"""Deployment metrics of a deploytrack ledger, read with the standard library only.

    from deployment_metrics import (
        get_deployment_metrics, get_deployment_statistics, get_latest_deployment_metrics)

Run as a program it prints the last ten deployments, the success rate and the latest version.
It never writes: the file is opened read-only.
"""

import contextlib
import math
import os
import pathlib
import sqlite3

__all__ = [
    "get_deployment_metrics",
    "get_deployment_statistics",
    "get_latest_deployment_metrics",
    "ledger_path",
]

# The columns of the table, in its order. deployment_status is also returned as `status`, its name in /health.
_COLUMNS = """
    deployment_id, deployment, environment, version, previous_version,
    deployment_started_at, deployment_completed_at, hostname, os_version, python_version,
    extract_duration, venv_rebuild_duration, migration_duration, cutover_duration, total_duration,
    COALESCE(downtime_duration, cutover_duration) AS downtime_duration,
    health_check_success, health_check_duration, time_to_healthy,
    deployment_method, deployment_status, deployment_status AS status, error_message, notes
"""

# Excludes discarded deployments, and incomplete ones whose start this ledger does not know.
_WHERE = """
    discarded = 0 AND fragment = 0
    AND (:deployment IS NULL OR deployment = :deployment)
    AND (:environment IS NULL OR environment = :environment)
"""


def ledger_path():
    """The ledger that deploytrack would use: DEPLOYTRACK_LEDGER, otherwise its default. No settings file is read."""
    env = os.environ
    if env.get("DEPLOYTRACK_LEDGER"):
        return env["DEPLOYTRACK_LEDGER"]
    name = "deployments.db"
    if os.name == "nt":
        return os.path.join(env.get("ProgramData", r"C:\ProgramData"), "deploytrack", name)
    service = env.get("STATE_DIRECTORY", "").split(":")[0]
    if os.path.isabs(service):
        return os.path.join(service, name)
    host = os.path.join("/var/lib/deploytrack", name)
    if os.geteuid() == 0:
        return _callers_ledger(name) or host
    own = os.path.join(_state_folder(env.get("HOME", "")), "deploytrack", name)
    return own if os.path.exists(own) or not _may_write(host) else host


def _state_folder(home):
    """Ignores relative paths, which would mean another folder after each cd."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(state):
        return state
    return os.path.join(home if os.path.isabs(home) else _home(os.geteuid()), ".local", "state")


def _callers_ledger(name):
    """Under sudo, the ledger of the calling account, if it has one."""
    caller = os.environ.get("SUDO_UID", "")
    if not caller.isdigit() or int(caller) == 0:
        return None
    path = os.path.join(_home(int(caller)), ".local", "state", "deploytrack", name)
    return path if os.path.exists(path) and os.stat(path).st_uid == int(caller) else None


def _home(uid):
    import pwd  # not on Windows

    try:
        return pwd.getpwuid(uid).pw_dir
    except KeyError:
        return "/nonexistent"


def _may_write(path):
    folder_is_ours = os.access(os.path.dirname(path), os.W_OK | os.X_OK)
    return folder_is_ours and (not os.path.exists(path) or os.access(path, os.R_OK | os.W_OK))


def get_deployment_metrics(limit=10, *, deployment=None, environment=None, ledger=None):
    """The last deployments as dictionaries, newest start first, including running ones.

    Durations are seconds; time_to_healthy is text, as its column is. health_check_success is True or
    False: it is also False if nothing was checked, and then health_check_duration is None.
    Raises FileNotFoundError if there is no ledger, and ValueError for a limit below 1.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ValueError(f"invalid limit {limit!r}; expected a whole number from 1")
    rows = _rows(
        f"SELECT {_COLUMNS} FROM deployment_metrics WHERE {_WHERE}"
        " ORDER BY deployment_started_at DESC, id DESC LIMIT :limit",
        {"deployment": deployment, "environment": environment, "limit": limit},
        ledger,
    )
    return [{**row, "health_check_success": row["health_check_success"] == 1} for row in rows]


def get_latest_deployment_metrics(*, deployment=None, environment=None, ledger=None):
    """The deployment that started last, or None if there is none."""
    found = get_deployment_metrics(1, deployment=deployment, environment=environment, ledger=ledger)
    return found[0] if found else None


def get_deployment_statistics(*, deployment=None, environment=None, ledger=None):
    """Statistics of all finished deployments, as a dictionary.

    Warnings count as successful. Durations are those of successful deployments, in seconds rounded to
    0.1. success_rate is 0 to 1. Values that need at least one deployment are None if there is none.
    """
    (row,) = _rows(
        f"""
        WITH finished AS (
            SELECT *, deployment_status <> 'failed' AS good FROM deployment_metrics
            WHERE {_WHERE} AND deployment_status IN ('success', 'warning', 'failed'))
        SELECT COUNT(*) AS total_deployments,
            COALESCE(SUM(good), 0) AS successful_deployments,
            COALESCE(SUM(NOT good), 0) AS failed_deployments,
            AVG(CASE WHEN good THEN total_duration END) AS avg_duration,
            AVG(CASE WHEN good THEN COALESCE(downtime_duration, cutover_duration) END) AS avg_downtime,
            MIN(CASE WHEN good THEN total_duration END) AS min_duration,
            MAX(CASE WHEN good THEN total_duration END) AS max_duration,
            AVG(CASE WHEN good THEN health_check_duration END) AS avg_health_check_time
        FROM finished
        """,
        {"deployment": deployment, "environment": environment},
        ledger,
    )
    statistics = {
        name: _tenths(value) if name.startswith(("avg_", "min_", "max_")) else value
        for name, value in row.items()
    }
    total = statistics["total_deployments"]
    statistics["success_rate"] = statistics["successful_deployments"] / total if total else None
    return statistics


def _rows(sql, values, ledger):
    path = pathlib.Path(ledger or ledger_path()).resolve()
    if not path.exists():
        raise FileNotFoundError(f"no ledger at {path}; set DEPLOYTRACK_LEDGER or ledger= to its path")
    # The timeout is for an upgrade that locks the file for a moment. Without a write-ahead log the file is complete, and an
    # account that cannot write to it can open it only as immutable.
    is_whole = not os.access(path, os.W_OK) and not os.path.exists(f"{path}-wal")
    how = "mode=ro&immutable=1" if is_whole else "mode=ro"
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, timeout=5)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql, values)]


def _tenths(seconds):
    """Rounded half up, as /health does."""
    return None if seconds is None else math.floor(seconds * 10 + 0.5) / 10


def _seconds(value):
    return "n/a" if value is None else f"{_tenths(value)}s"


def main():
    for one in get_deployment_metrics(limit=10):
        took, down = _seconds(one["total_duration"]), _seconds(one["downtime_duration"])
        print(f"{one['version']}: {one['status']}, {took} total, {down} downtime")
    statistics = get_deployment_statistics()
    rate = statistics["success_rate"]
    print(f"Success rate: {'n/a' if rate is None else f'{rate:.1%}'}")
    print(f"Average downtime: {_seconds(statistics['avg_downtime'])}")
    latest = get_latest_deployment_metrics()
    if latest is None:
        print("Latest: n/a")
    else:
        print(f"Latest: {latest['version']}, ended {latest['deployment_completed_at'] or 'not yet'}")


if __name__ == "__main__":
    main()
