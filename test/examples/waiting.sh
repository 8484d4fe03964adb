#!/usr/bin/env bash
# Stands still in the shell itself, which a signal ends at once; the file $2 says that it has got there.
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
