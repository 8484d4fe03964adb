#!/usr/bin/env bash
# Waits in a command of its own between two marks; creates the file $2 when it gets there.
set -euo pipefail
DEPLOYTRACK_ID=$(deploytrack start --deployment traps --version "$1")
export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT
deploytrack phase start extract
"$(dirname "$0")/hold.sh" "$2"
deploytrack phase end extract
deploytrack finish
