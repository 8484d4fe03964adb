#!/usr/bin/env bash
# parallel-hosts.sh <version>: copies a site to all hosts at once, and puts it in service on each.
set -euo pipefail

version=${1:?usage: parallel-hosts.sh <version>}
source=${SITE_SOURCE:-public}
root=${SITE_ROOT:-/srv/site} # on the hosts
read -ra hosts <<<"${SITE_HOSTS:-web-1 web-2 web-3}"

eval "$(deploytrack shell bash)"
DEPLOYTRACK_ID=$(deploytrack start --deployment site --version "$version"); export DEPLOYTRACK_ID
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT

say() { printf '%-6s %s\n' "$1" "$2"; }

write_settings() {
  cat >"$staging/settings.ini" <<EOF
[site]
version = $version
workers = ${SITE_WORKERS:-4}
EOF
}

assemble() {
  cp -R "$source/." "$staging/"
  write_settings
  (cd "$staging" && find . -type f -exec sha256sum {} +) >"$staging.sums"
  mv "$staging.sums" "$staging/SHA256SUMS"
}

deploy_host() {
  local host=$1
  deploytrack phase run prepare --host "$host" --keep-stderr -- ssh "$host" mkdir -p "$root/releases"
  deploytrack phase run copy --host "$host" --keep-stderr -- rsync --archive --delete "$staging/" "$host:$root/releases/$version/"
  { deploytrack shell --remote; cat; } <<'EOF' |
set -euo pipefail
root=$1 version=$2

verify() {
  (cd "$root/releases/$version" && sha256sum --quiet --check SHA256SUMS)
}

switch() {
  ln -sfn "releases/$version" "$root/next"
  mv -T "$root/next" "$root/current" # a rename, so that `current` always exists
  systemctl reload site
}

deploytrack phase run verify -- verify
deploytrack cutover -- switch
EOF
    deploytrack phase run activate --host "$host" --marks=hide --keep-stderr -- ssh "$host" bash -s -- "$root" "$version"
  say "$host" "serves $version"
}

deploytrack phase run assemble -- assemble
say all "assembled $(find "$staging" -type f | wc -l) files"

jobs=()
for host in "${hosts[@]}"; do
  deploy_host "$host" &
  jobs+=($!)
done

failed=0
for at in "${!jobs[@]}"; do
  wait "${jobs[at]}" || {
    say "${hosts[at]}" "failed with $?"
    failed=1
  }
done
if ((failed)); then
  say all "not on all hosts: $version"
  exit 1
fi
deploytrack finish
say all "done"
