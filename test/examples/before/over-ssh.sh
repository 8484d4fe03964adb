#!/usr/bin/env bash
# over-ssh.sh <host> <archive> <version>: uploads a release, and runs over-ssh-release.sh on the host.
set -euo pipefail

host=${1:?usage: over-ssh.sh <host> <archive> <version>}
archive=${2:?usage: over-ssh.sh <host> <archive> <version>}
version=${3:?usage: over-ssh.sh <host> <archive> <version>}
root=${APP_ROOT:-/srv/app} # on the host
url=${APP_URL:-http://127.0.0.1:8080/health}
release=$(dirname "$0")/over-ssh-release.sh

ssh "$host" mkdir -p "$root/incoming"
rsync --times "$archive" "$host:$root/incoming/$version.tar.gz"
ssh "$host" bash -s -- "$root" "$version" "$url" <"$release"
echo "$host serves $version"
