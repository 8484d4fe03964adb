# shellcheck shell=bash
# Sourced. better-sqlite3 is compiled when it is installed: against the headers of the Node that is in PATH, and by
# the npm that runs on that Node, whatever either of them is preset to.

node_home=$(node -p 'require("node:path").dirname(require("node:path").dirname(process.execPath))')
if [[ -f $node_home/include/node/node.h ]]; then
  export npm_config_nodedir=$node_home
fi
unset node_home

# npm, run by the node in PATH: a wrapper might bring a Node of its own.
npm_of_this_node() {
  local found beside
  found=$(readlink -f "$(command -v npm)")
  beside=$(dirname "$found")/../lib/node_modules/npm/bin/npm-cli.js
  case $found in
    *.js) node "$found" "$@" ;;
    *) if [[ -f $beside ]]; then node "$beside" "$@"; else npm "$@"; fi ;;
  esac
}
