#!/usr/bin/env bash
# Stands still in a wrapped phase; the file $2 says that it has got there.
set -euo pipefail
DEPLOYTRACK_ID=$(deploytrack start --deployment traps --version "$1")
export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT
deploytrack extract -- "$(dirname "$0")/hold.sh" "$2"
deploytrack finish
