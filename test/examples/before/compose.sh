#!/usr/bin/env bash
# compose.sh <revision>: builds and starts a service with docker compose, and rolls back if it does not become healthy.
set -eEuo pipefail

revision=${1:?usage: compose.sh <revision>}
url=${SERVICE_URL:-http://127.0.0.1:8080}
deployed=${DEPLOYED_FILE:-deployed}
tries=${TRIES:-30}
previous=$(cat "$deployed")
export REVISION=$revision # also for compose.yml

roll_back() {
  local code=$?
  trap - ERR
  echo "$revision failed, rolling back to $previous" >&2
  export REVISION=$previous
  docker compose up --detach --no-build app
  wait_until_healthy || code=2
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

wait_until_healthy() {
  local try
  for ((try = 1; try <= tries; try++)); do
    if is_healthy; then
      echo "$REVISION is healthy"
      return 0
    fi
    sleep "${PAUSE:-1}"
  done
  echo "$REVISION is not healthy" >&2
  return 1
}

docker compose build --quiet app
docker compose run --rm app ./migrate
docker compose up --detach --no-build app
wait_until_healthy

echo "$revision" >"$deployed"
docker image prune --force
echo "$previous was replaced by $revision"
