#!/usr/bin/env bash
# compose.sh <revision>: builds and starts a service with docker compose, and rolls back if it does not become healthy.
set -eEuo pipefail

revision=${1:?usage: compose.sh <revision>}
url=${SERVICE_URL:-http://127.0.0.1:8080}
deployed=${DEPLOYED_FILE:-deployed}
tries=${TRIES:-30}
previous=$(cat "$deployed")
export REVISION=$revision # also for compose.yml

eval "$(deploytrack shell bash)"
DEPLOYTRACK_ID=$(deploytrack start --deployment app --version "$revision"); export DEPLOYTRACK_ID

roll_back() {
  local code=$?
  trap - ERR
  echo "$revision failed, rolling back to $previous" >&2
  deploytrack rollback start --reason deployment_failed --to "$previous"
  export REVISION=$previous
  docker compose up --detach --no-build app
  wait_until_healthy || code=2
  deploytrack rollback end --exit-code $((code == 2))
  exit "$code"
}
trap roll_back ERR

responds() { curl --fail --silent --max-time 2 --output /dev/null "$url/health"; }

reports() {
  node - "$url/health" "$REVISION" <<'EOF'
const [url, revision] = process.argv.slice(2);
fetch(url)
  .then((response) => response.json())
  .then(({ version }) => process.exit(version === revision ? 0 : 1))
  .catch(() => process.exit(1));
EOF
}

contains() { [[ $(docker compose exec -T app cat /app/REVISION) == "$REVISION" ]]; }

is_healthy() { responds && reports && contains; }
export -f responds reports contains is_healthy && export url

wait_until_healthy() {
  if deploytrack health --check-type release --timeout "${tries}s" --interval "${PAUSE:-1}s" -- bash -c is_healthy; then
    echo "$REVISION is healthy"
    return 0
  fi
  echo "$REVISION is not healthy" >&2
  return 1
}

deploytrack phase run build -- docker compose build --quiet app
deploytrack migrate -- docker compose run --rm app ./migrate
deploytrack cutover --probe "$url/health" -- docker compose up --detach --no-build app
wait_until_healthy

echo "$revision" >"$deployed"
deploytrack phase run prune --try -- docker image prune --force
deploytrack finish
echo "$previous was replaced by $revision"
