#!/usr/bin/env bash
# switch.sh <release>: puts a release in service. Deployments and rollbacks both use it.
set -euo pipefail
release=${1:?usage: switch.sh <release folder>}
root=${NOTES_ROOT:-/srv/notes}
here=$(cd "$(dirname "$0")" && pwd)

"$here/service.sh" stop
ln -sfn "$release" "$root/current.new"
mv -T "$root/current.new" "$root/current" # a rename, so that `current` always exists
"$here/service.sh" start
