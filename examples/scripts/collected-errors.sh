#!/usr/bin/env bash
# collected-errors.sh <archive> <revision>: runs every step of a deployment, and fails at the end if one of them failed.
set -uo pipefail

ARCHIVE=${1:?usage: collected-errors.sh <archive> <revision>}
REVISION=${2:?usage: collected-errors.sh <archive> <revision>}
ROOT=${APP_ROOT:-/srv/app}
RELEASE=$ROOT/releases/$REVISION
PREVIOUS=
FILES=0
ERROR=0

mkdir -p "$ROOT/releases" "$ROOT/data"
exec > >(tee -a "$ROOT/deploy.log") 2>&1

exec 9>"$ROOT/lock"
flock --nonblock 9 || {
  echo "another deployment is running"
  exit 3
}

eval "$(deploytrack shell bash)"
DEPLOYTRACK_ID=$(deploytrack start --deployment app --version "$REVISION"); export DEPLOYTRACK_ID

cleanup() {
  code=$?
  rm -rf "$RELEASE.part"
  deploytrack finish --exit-code "$code"
  echo "ended with $code"
  exit "$code"
}
trap cleanup EXIT

remember() { PREVIOUS=$(readlink "$ROOT/current") || PREVIOUS=none; }

unpack() {
  mkdir -p "$RELEASE.part" || return
  tar -xzf "$ARCHIVE" -C "$RELEASE.part" || return
  rm -rf "$RELEASE"
  mv "$RELEASE.part" "$RELEASE"
  cd "$RELEASE" || return
}

check_config() { grep -q '^port = [0-9]' app.ini; }

count_files() { FILES=$(find . -type f | wc -l); }

compress_assets() {
  for file in static/*.css; do
    gzip --keep --force --best "$file" || return
  done
}

migrate() {
  while IFS= read -r migration; do
    [[ ! -e $ROOT/data/$migration ]] || continue
    sh "migrations/$migration" "$ROOT/data" && touch "$ROOT/data/$migration" || return
  done < <(ls migrations)
}

link_release() { ln -sfn "releases/$REVISION" "$ROOT/next" && mv -T "$ROOT/next" "$ROOT/current"; }

restart() { systemctl restart app; }

remove_old() {
  find "$ROOT/releases" -mindepth 1 -maxdepth 1 ! -name "$REVISION" ! -name "${PREVIOUS##*/}" -exec rm -rf {} +
}

deploytrack phase run remember -- remember || ERROR=1
deploytrack phase run unpack -- unpack || ERROR=1
deploytrack phase run check_config -- check_config || ERROR=1
deploytrack phase run count_files -- count_files || ERROR=1
deploytrack phase run compress_assets -- compress_assets || ERROR=1

if [[ ${STAGE_ONLY:-no} == yes ]]; then
  echo "$REVISION is ready ($FILES files), $PREVIOUS stays in service"
  exit 0
fi

deploytrack migrate -- migrate || ERROR=1
deploytrack phase run link_release -- link_release || ERROR=1
deploytrack phase run restart -- restart || ERROR=1
deploytrack phase run remove_old -- remove_old || ERROR=1

if ((ERROR)); then
  echo "$REVISION has errors"
  exit 1
fi
echo "$PREVIOUS was replaced by $REVISION ($FILES files)"
