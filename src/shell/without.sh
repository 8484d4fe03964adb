# shellcheck shell=sh disable=SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120
# A host without the program: wrapped commands run, nothing is recorded, and one line says so.

__deploytrack_without() {
  if [ "$__deploytrack_warned" != yes ]; then
    __deploytrack_warned=yes
    printf 'deploytrack: warning: deploytrack cannot be run on this host; nothing is recorded\ndeploytrack: hint: install it, or check that node is in PATH\n' >&2
  fi
  case "${1-} ${2-}" in
    'phase run') __deploytrack_split 2 1 "$@" ;;
    'rollback start' | 'rollback end') return 0 ;;
    'extract '* | 'venv-rebuild '* | 'migrate '* | 'cutover '* | 'rollback '* | 'run '*) __deploytrack_split 1 0 "$@" ;;
    'smoke '*) __deploytrack_split 1 1 "$@" ;;
    'start '*)
      echo none
      return 0
      ;;
    'health '*)
      shift
      __deploytrack_health "$@"
      return "$?"
      ;;
    'finish '*)
      __deploytrack_given "$@"
      return "$?"
      ;;
    'phase '* | 'error-rate '* | 'cost '* | 'init '* | 'push '*) return 0 ;;
    *) return 1 ;; # an answer that nobody can give
  esac
  [ "$__deploytrack_before" -gt 0 ] || __deploytrack_dashes "$@"
  __deploytrack_kind=
  __deploytrack_inner=$__deploytrack_before
  [ "$__deploytrack_inner" -lt "$#" ] || __deploytrack_inner=0
}

# With options that this file does not know, only what follows `--` can be the command: how many words come before it.
__deploytrack_dashes() {
  __deploytrack_before=0
  for __deploytrack_one in "$@"; do
    __deploytrack_before=$((__deploytrack_before + 1))
    [ "$__deploytrack_one" != -- ] || break
  done
}

# The exit code of `finish`: the one that --on-exit gives.
__deploytrack_given() {
  __deploytrack_one=0
  while [ "$#" -gt 0 ]; do
    case $1 in
      --on-exit) __deploytrack_one=${2-} ;;
      --on-exit=*) __deploytrack_one=${1#*=} ;;
    esac
    shift
  done
  case $__deploytrack_one in
    '' | *[!0123456789]*) return 0 ;;
    ????*) return 1 ;; # not the exit code of a program here
  esac
  [ "$__deploytrack_one" -le 255 ] || return 1
  return "$__deploytrack_one"
}

# health <url> [options], health [options] -- <command>: asks with curl or wget for the version, if one is expected. 1 if it cannot be asked.
__deploytrack_health() {
  __deploytrack_url=
  __deploytrack_wants=${DEPLOYTRACK_VERSION-}
  __deploytrack_limit=60
  while [ "$#" -gt 0 ]; do
    case $1 in
      --timeout)
        __deploytrack_limit=${2-}
        shift
        ;;
      --timeout=*) __deploytrack_limit=${1#*=} ;;
      --expect-version)
        __deploytrack_wants=${2-}
        shift
        ;;
      --expect-version=*) __deploytrack_wants=${1#*=} ;;
      --any-version) __deploytrack_wants= ;;
      --)
        shift
        break
        ;;
      http://* | https://*) __deploytrack_url=$1 ;;
    esac
    [ "$#" -eq 0 ] || shift
  done
  case $__deploytrack_limit in
    *[!0123456789]s | *[!0123456789]m | *[!0123456789]h | *[!0123456789smh]*) __deploytrack_limit=60 ;;
    *[smh]*[0123456789smh]) __deploytrack_limit=60 ;;
    *h) __deploytrack_limit=$((${__deploytrack_limit%h} * 3600)) ;;
    *m) __deploytrack_limit=$((${__deploytrack_limit%m} * 60)) ;;
    *) __deploytrack_limit=${__deploytrack_limit%s} ;;
  esac
  [ -n "$__deploytrack_limit" ] || __deploytrack_limit=60
  [ -n "$__deploytrack_url$*" ] || return 1
  while :; do
    if [ "$#" -gt 0 ]; then
      if "$@"; then return 0; fi
    elif __deploytrack_answer=$(curl -fsS --max-time 5 "$__deploytrack_url" 2>/dev/null || wget -qO- -T 5 "$__deploytrack_url" 2>/dev/null); then
      case $__deploytrack_answer in *"\"$__deploytrack_wants\""*) return 0 ;; esac
      [ -n "$__deploytrack_wants" ] || return 0
    fi
    [ "$__deploytrack_limit" -gt 0 ] || return 1
    __deploytrack_limit=$((__deploytrack_limit - 1))
    sleep 1
  done
}
