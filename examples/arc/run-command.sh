#!/usr/bin/env bash
# run-command.sh <machine> <version> <address of the zip>: deploys to one Azure Arc server, prints the deployment as one
# line of JSON and exits 0 only when it succeeded. Settings: RESOURCE_GROUP, LOCATION.
set -euo pipefail
machine=${1:?usage: run-command.sh <machine> <version> <address of the zip>}
version=${2:?usage: run-command.sh <machine> <version> <address of the zip>}
zip_uri=${3:?usage: run-command.sh <machine> <version> <address of the zip>}
script=$(cd "$(dirname "$0")" && pwd)/on-machine.ps1
[[ $version$zip_uri != *[\"\\]* ]] || { echo "no quotes, no backslashes in version and address" >&2 && exit 2; }

# A name of its own for each run: the same name again would stop a run that is still going on.
# The address is protected because it usually carries a signature that lets anybody read the zip.
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
