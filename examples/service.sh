#!/usr/bin/env bash
# service.sh start|stop: stands in for `systemctl start|stop notes` if the service is not a systemd unit.
set -euo pipefail
root=${NOTES_ROOT:-/srv/notes}
pid_file=$root/notes.pid

# Whether that process is still our service, and not another one that got its old process ID.
running() { grep -aqs service.py "/proc/$1/cmdline"; }

start() {
  local release
  release=$(readlink -f "$root/current")
  # setsid starts a new session, so the service keeps running after the deployment and its terminal end.
  setsid "$release/venv/bin/python" "$release/service.py" --port "${NOTES_PORT:-8080}" \
    --database "$root/data/notes.db" </dev/null >>"$root/notes.log" 2>&1 &
  echo $! >"$pid_file"
}

stop() {
  local pid
  pid=$(cat "$pid_file" 2>/dev/null) || return 0
  if running "$pid"; then kill "$pid"; fi
  for _ in {1..200}; do
    running "$pid" || break
    sleep 0.05
  done
  if running "$pid"; then kill -KILL "$pid"; fi
  rm -f "$pid_file"
}

case ${1:-} in
  start | stop) "$1" ;;
  *) echo "usage: service.sh start|stop" >&2 && exit 2 ;;
esac
