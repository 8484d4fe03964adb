# shellcheck shell=sh disable=SC2034,SC2221,SC2222
# deploytrack for scripts that must run whatever happens to deploytrack: source this file, or put it at the top of a script.
# docs/shim.md says what it hides. Made by scripts/shellFiles.mjs from src/shell/. Do not edit.

# The options of commands that run another command, without and with a value.
__deploytrack_flags=' --allow-failure --any-version --confirm --dry-run --exclusive --failed --gate --gateway-failover --insecure --irreversible --join --keep-stderr --marks --passed --strict --take-over --try '
__deploytrack_values=' --abandon-after --adopt-timeout --artifact --attempt-timeout --ca --commit --consecutive --count --count-file --count-pattern --database-file --deployment --download-seconds --environment --error --expect-status --expect-version --force-bad --gateway --gateway-proxy --gateway-timeout --header --health --health-timeout --host --hotfix --id --id-file --instance --interval --journal-fallback --ledger --ledger-timeout --max-slowdown --method --min-success --notes --of --previous-version --probe --probe-interval --probe-timeout --python --reason --rollback --rollback-of --rollback-timeout --service --smoke --store --textfile --timeout --to --track-file --track-packages --triggered-at --triggered-by --url --version --version-field --wait --warnings --watch '

# Finds the wrapped command: sets how many words come before it (0: unknown options, or none), and what these say.
__deploytrack_split() {
  __deploytrack_before=$1
  __deploytrack_missing=$2
  shift 2
  shift "$__deploytrack_before"
  __deploytrack_operand=
  __deploytrack_of=
  __deploytrack_judged=yes
  __deploytrack_simple=yes
  __deploytrack_refusal=
  __deploytrack_first=
  __deploytrack_last=
  while [ "$#" -gt 0 ]; do
    case $1 in
      --)
        __deploytrack_before=$((__deploytrack_before + 1))
        break
        ;;
      --*=*) __deploytrack_option "$1" "${1%%=*}" "${1#*=}" ;;
      -*)
        if __deploytrack_has "$__deploytrack_flags" "$1"; then
          __deploytrack_option "$1" "$1" ''
        elif __deploytrack_has "$__deploytrack_values" "$1" && [ "$#" -gt 1 ]; then
          __deploytrack_option "$1=$2" "$1" "$2"
          __deploytrack_before=$((__deploytrack_before + 1))
          shift
        else
          __deploytrack_before=0
          return "$?"
        fi
        ;;
      *)
        [ "$__deploytrack_missing" -gt 0 ] || break
        __deploytrack_missing=0
        __deploytrack_operand=$1
        ;;
    esac
    __deploytrack_before=$((__deploytrack_before + 1))
    shift
  done
  [ "$__deploytrack_missing" -eq 0 ] || __deploytrack_before=0
}

__deploytrack_has() {
  case $1 in *" $2 "*) ;; *) return 1 ;; esac
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

# What the functions above use.
__deploytrack_option() { :; }

# The program is tried once, with a time limit if the host has `timeout`: a Node that hangs is like none. -k: one whose event
# loop hangs does not notice SIGTERM.
__deploytrack_limits=no
__deploytrack_tried=0
if timeout -k 1 9 true >/dev/null 2>&1; then
  __deploytrack_limits=yes
  timeout -k 2 10 deploytrack --version </dev/null >/dev/null 2>&1 || __deploytrack_tried=$?
else
  command deploytrack --version </dev/null >/dev/null 2>&1 || __deploytrack_tried=$?
fi
__deploytrack_said=

deploytrack() {
  case "${1-} ${2-}" in
    'start '* | 'phase start' | 'phase end' | 'phase record' | 'error-rate '* | 'cost '* | 'finish '* | 'rollback start' | 'rollback end' | 'verify '* | 'init '* | 'push '* | 'import '* | 'prune '* | 'backup '* | 'sync '*) __deploytrack_mark "$@" ;;
    'phase run' | 'extract '* | 'venv-rebuild '* | 'migrate '* | 'cutover '* | 'smoke '* | 'rollback '* | 'run '*) __deploytrack_around "$@" ;;
    'health '*)
      __deploytrack_code=$__deploytrack_tried
      [ "$__deploytrack_code" -ne 0 ] || command deploytrack "$@" || __deploytrack_code=$?
      ! __deploytrack_is_own "$__deploytrack_code" || return "$__deploytrack_code"
      __deploytrack_warn "$__deploytrack_code"
      shift
      __deploytrack_health "$@"
      ;;
    # An answer that only the program can give.
    *) command deploytrack "$@" ;;
  esac
}

# A command that wraps another one. The wrapped command removes a file when it begins: if the file is still there, the
# program has failed before, and the command runs without it. It never runs twice.
__deploytrack_around() {
  case $1 in
    phase) __deploytrack_split 2 1 "$@" ;;
    smoke) __deploytrack_split 1 1 "$@" ;;
    *) __deploytrack_split 1 0 "$@" ;;
  esac
  [ "$__deploytrack_before" -gt 0 ] || __deploytrack_dashes "$@"
  if [ "$__deploytrack_before" -ge "$#" ]; then
    # No command, or one that only the program can find: without a time limit.
    __deploytrack_mark --wait "$@"
    return "$?"
  fi
  if [ "$__deploytrack_tried" -ne 0 ]; then
    __deploytrack_warn "$__deploytrack_tried"
    shift "$__deploytrack_before"
    "$@"
    return "$?"
  fi
  if ! __deploytrack_file=$(mktemp 2>/dev/null); then
    command deploytrack "$@"
    return "$?"
  fi
  __deploytrack_one=0
  __deploytrack_count=$#
  __deploytrack_refuses=no
  while [ "$__deploytrack_one" -lt "$__deploytrack_count" ]; do
    __deploytrack_one=$((__deploytrack_one + 1))
    case "$1 $((__deploytrack_one <= __deploytrack_before))" in
      '--exclusive 1' | '--gate 1' | '--exclusive='*' 1' | '--gate='*' 1') __deploytrack_refuses=yes ;;
    esac
    set -- "$@" "$1"
    shift
    if [ "$__deploytrack_one" -eq "$__deploytrack_before" ]; then
      # In bash by bash: others drop exported functions and variables whose name is not a word.
      case ${BASH_VERSION-} in
        '') set -- "$@" sh ;;
        *) set -- "$@" "$BASH" --posix ;;
      esac
      # shellcheck disable=SC2016 # for the shell that is started
      set -- "$@" -c 'rm -f -- "$0" && exec "$@"' "$__deploytrack_file"
    fi
  done
  __deploytrack_code=0
  command deploytrack "$@" || __deploytrack_code=$?
  [ -e "$__deploytrack_file" ] || return "$__deploytrack_code"
  rm -f -- "$__deploytrack_file"
  case "$__deploytrack_code $__deploytrack_refuses" in
    # Ended by SIGHUP, SIGINT, SIGQUIT or SIGTERM: so is the script.
    129\ * | 130\ * | 131\ * | 143\ *) return "$__deploytrack_code" ;;
    # Refused, or the options that refuse are invalid.
    '1 yes' | '2 yes') return "$__deploytrack_code" ;;
  esac
  __deploytrack_warn "$__deploytrack_code"
  shift "$((__deploytrack_before + $# - __deploytrack_count))"
  "$@"
}

# A command that only records. If the program fails by itself, the script goes on. --wait before it: without a time limit.
__deploytrack_mark() {
  __deploytrack_limited=$__deploytrack_limits
  ! __deploytrack_waits "$@" || __deploytrack_limited=no
  [ "$1" != --wait ] || shift
  __deploytrack_code=$__deploytrack_tried
  __deploytrack_answer=
  if [ "$__deploytrack_code" -ne 0 ]; then
    :
  elif [ "${1-}" = start ]; then
    # It may fail after it has printed the ID.
    __deploytrack_answer=$(__deploytrack_within "$@") || __deploytrack_code=$?
    [ -z "$__deploytrack_answer" ] || printf '%s\n' "$__deploytrack_answer"
  else
    __deploytrack_within "$@" || __deploytrack_code=$?
  fi
  ! __deploytrack_is_own "$__deploytrack_code" || return "$__deploytrack_code"
  __deploytrack_warn "$__deploytrack_code"
  case "${1-} $__deploytrack_answer" in
    'start ') echo none ;;
    'finish ') __deploytrack_given "$@" ;;
  esac
}

# With a time limit, if the host can have one. In words of their own: a script may have its own IFS.
__deploytrack_within() {
  case $__deploytrack_limited in
    yes) timeout -k 2 60 deploytrack "$@" ;;
    *) command deploytrack "$@" ;;
  esac
}

__deploytrack_waits() {
  for __deploytrack_one in "$@"; do
    case $__deploytrack_one in --wait | --wait=*) return 0 ;; esac
  done
  return 1
}

# Whether an exit code is an answer of the program, or of a signal that ends the script too.
__deploytrack_is_own() {
  case $1 in
    12[45678] | 13[2456789]) return 1 ;;
  esac
}

# Once in each shell.
__deploytrack_warn() {
  [ "$__deploytrack_said" != yes ] && [ "${DEPLOYTRACK_WARNINGS-}" != off ] || return 0
  __deploytrack_said=yes
  printf 'deploytrack: warning: deploytrack cannot be run here (exit code %s); nothing is recorded\n' "$1" >&2
}
