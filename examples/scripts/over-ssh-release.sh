#!/usr/bin/env bash
# over-ssh-release.sh <root> <version> <url>: is sent to a host by over-ssh.sh and runs there, in `bash -s`.
set -euo pipefail

root=$1 version=$2 url=$3
release=$root/releases/$version
previous=$(readlink "$root/current" || echo none)

unpack() {
  rm -rf "$release"
  mkdir -p "$release" "$root/data"
  tar -xzf "$root/incoming/$version.tar.gz" -C "$release"
  rm "$root/incoming/$version.tar.gz"
}

migrate() {
  local migration
  for migration in "$release"/migrations/*; do
    [[ -e $root/data/${migration##*/} ]] || sh "$migration" "$root/data"
    touch "$root/data/${migration##*/}"
  done
}

switch() {
  systemctl stop app
  ln -sfn "releases/$version" "$root/next"
  mv -T "$root/next" "$root/current"
  systemctl start app
}

is_healthy() { curl --fail --silent --max-time 2 "$url" | grep -q "\"version\":\"$version\""; }

wait_until_healthy() {
  local try
  for ((try = 1; try <= ${TRIES:-30}; try++)); do
    if is_healthy; then return 0; fi
    sleep "${PAUSE:-1}"
  done
  echo "$version does not become healthy" >&2
  return 1
}

remove_old() {
  find "$root/releases" -mindepth 1 -maxdepth 1 ! -name "$version" ! -name "${previous##*/}" -exec rm -rf {} +
}

deploytrack extract -- unpack
deploytrack migrate -- migrate
deploytrack cutover -- switch
deploytrack phase run health_check -- wait_until_healthy
deploytrack phase run remove_old -- remove_old
echo "$previous was replaced by $version"
