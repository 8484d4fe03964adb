#!/usr/bin/env bash
# deploy.sh <file.zip> <version>: deploys one release of the service, and rolls back if it does not become healthy.
set -euo pipefail
zip=${1:?usage: deploy.sh <file.zip> <version>}
version=${2:?usage: deploy.sh <file.zip> <version>}
export NOTES_ROOT=${NOTES_ROOT:-/srv/notes} NOTES_PORT=${NOTES_PORT:-8080}
release=$NOTES_ROOT/releases/$version
health=http://127.0.0.1:$NOTES_PORT/health
switch=$(cd "$(dirname "$0")" && pwd)/switch.sh

DEPLOYTRACK_ID=$(deploytrack start --deployment notes --version "$version" --python "$release/venv/bin/python")
export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT

mkdir -p "$release" "$NOTES_ROOT/data"
previous=$(readlink "$NOTES_ROOT/current" || :) # empty before the first deployment
go_back() {
  [[ -n $previous ]] || exit 1
  deploytrack rollback --reason "$1" --health "$health" --interval 100ms -- "$switch" "$previous"
  exit 1
}

deploytrack extract --artifact "$zip" -- unzip -qo "$zip" -d "$release"

deploytrack phase start venv_rebuild
"${PYTHON:-python3}" -m venv --clear "$release/venv"
"$release/venv/bin/pip" install --quiet --disable-pip-version-check -r "$release/requirements.txt"
deploytrack phase end venv_rebuild

deploytrack migrate --count-file "$release/migrated" -- \
  "$release/venv/bin/python" "$release/migrate.py" "$NOTES_ROOT/data/notes.db" --count-file "$release/migrated"

deploytrack cutover --probe "$health" -- "$switch" "$release" || go_back cutover_failed
deploytrack health "$health" --timeout "${NOTES_HEALTH_TIMEOUT:-60s}" || go_back health_check_failed
deploytrack finish
