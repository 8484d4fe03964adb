# shellcheck shell=sh disable=SC2034,SC2154,SC2195,SC2221,SC2222
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
    @records@) __deploytrack_mark "$@" ;;
    @wraps@) __deploytrack_around "$@" ;;
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
