#!/usr/bin/env bash
# deploy.sh <version>: deploys a version unless the gate is closed. With HOTFIX=<reason> it deploys although it is closed;
# DEPLOYTRACK_TRIGGERED_BY then says who takes responsibility.
set -euo pipefail
version=${1:?usage: deploy.sh <version>}

# Frozen: `start` prints the reason, what ends it and how to pass, and exits with 1. Nothing has been done yet.
DEPLOYTRACK_ID=$(deploytrack start --gate ${HOTFIX:+--hotfix "$HOTFIX"} --version "$version")
export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT

deploytrack migrate -- ./migrate.sh "$version"
deploytrack cutover -- ./switch.sh "$version"
deploytrack finish
