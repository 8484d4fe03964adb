#!/usr/bin/env bash
# Waits in the shell itself, which a signal ends immediately; creates the file $2 when it gets there.
set -euo pipefail
DEPLOYTRACK_ID=$(deploytrack start --deployment traps --version "$1")
export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT
deploytrack phase start extract
sleep 60 &
touch "$2"
wait
deploytrack phase end extract
deploytrack finish
