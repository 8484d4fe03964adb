#!/usr/bin/env bash
# run-command.sh <machine> <version> <URL of the zip>: deploys to one Azure Arc server, prints the deployment as one
# line of JSON and exits 0 only if it succeeded. Settings: RESOURCE_GROUP, LOCATION.
set -euo pipefail
machine=${1:?usage: run-command.sh <machine> <version> <URL of the zip>}
version=${2:?usage: run-command.sh <machine> <version> <URL of the zip>}
zip_uri=${3:?usage: run-command.sh <machine> <version> <URL of the zip>}
script=$(cd "$(dirname "$0")" && pwd)/on-machine.ps1
[[ $version$zip_uri != *[\"\\]* ]] || { echo "version and URL must not contain quotes or backslashes" >&2 && exit 2; }

# Each run has its own name: a second run command of the same name would stop the first one.
# The URL is a protected parameter because it usually contains a signature that gives access to the zip.
answer=$(az connectedmachine run-command create \
  --resource-group "${RESOURCE_GROUP:?}" --machine-name "$machine" --location "${LOCATION:?}" \
  --run-command-name "deploy-notes-$(date -u +%Y%m%dT%H%M%SZ)" \
  --script "@$script" \
  --parameters "[{\"name\":\"Version\",\"value\":\"$version\"}]" \
  --protected-parameters "[{\"name\":\"ZipUri\",\"value\":\"$zip_uri\"}]" \
  --timeout-in-seconds 1800 --async-execution false \
  --query '[to_string(instanceView.exitCode), instanceView.output]' --output tsv)

printf '%s\n' "${answer##*$'\n'}" # the last line of the output
[[ ${answer%%$'\n'*} == 0 ]]      # the first line: the exit code on the machine
