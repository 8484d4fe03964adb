# deploytrack for a host without deploytrack: marks are printed as lines, and `deploytrack run --marks` or
# `deploytrack phase run <phase> --marks` on the host that deploys reads them. Put it at the beginning of the script:
#   { deploytrack shell --remote; cat deploy.sh; } | deploytrack phase run deploy --marks -- ssh web-1 bash -s
# For every POSIX shell. Nothing is written but these lines. They go to stderr: stdout may be captured by `$(…)`.
# shellcheck shell=sh

deploytrack() {
  case ${1-} in
    phase)
      case ${2-} in
        start | end | record)
          shift
          _deploytrack_phase "$@" || :
          ;;
        run) shift 2 && _deploytrack_wrap "$@" ;;
        *) _deploytrack_unknown "${1-} ${2-}" ;;
      esac
      ;;
    extract | cutover) _deploytrack_wrap "$@" ;;
    venv-rebuild) shift && _deploytrack_wrap venv_rebuild "$@" ;;
    migrate) shift && _deploytrack_wrap migration "$@" ;;
    rollback)
      case ${2-} in
        start)
          shift 2
          _deploytrack_phase start rollback "$@" || :
          ;;
        end)
          shift 2
          _deploytrack_phase end rollback "$@" || :
          ;;
        *) _deploytrack_wrap "$@" ;;
      esac
      ;;
    smoke) shift && _deploytrack_smoke "$@" ;;
    error-rate | notes) _deploytrack_line "$@" || : ;;
    # The host that deploys starts and finishes the deployment.
    start) echo none ;;
    finish)
      case ${2-} in
        --on-exit) return "${3:-0}" ;;
        --on-exit=*) return "${2#--on-exit=}" ;;
      esac
      ;;
    cost | push) ;;
    *) _deploytrack_unknown "${1-}" ;;
  esac
}

_deploytrack_unknown() {
  printf 'deploytrack: error: "%s" is not available in a remote script\n' "$1" >&2
  return 2
}

# start|end|record <phase> [options]: a line has only the options that are read from one.
_deploytrack_phase() {
  _deploytrack_words="phase $1"
  _deploytrack_error=
  shift
  while [ "$#" -gt 0 ]; do
    case $1 in
      --exit-code | --status | --duration | --at)
        _deploytrack_words="$_deploytrack_words $1 ${2-}"
        [ "$#" -eq 1 ] || shift
        ;;
      --exit-code=* | --status=* | --duration=* | --at=*) _deploytrack_words="$_deploytrack_words ${1%%=*} ${1#*=}" ;;
      --error=*) _deploytrack_error=yes ;;
      --allow-failure | --try | --strict | --*=*) ;;
      --*)
        [ "$1" != --error ] || _deploytrack_error=yes
        [ "$#" -eq 1 ] || shift
        ;;
      *) _deploytrack_words="$_deploytrack_words $1" ;;
    esac
    shift
  done
  # A text alone means that the phase failed.
  case $_deploytrack_error$_deploytrack_words in
    *--exit-code* | *--status*) ;;
    yes*) _deploytrack_words="$_deploytrack_words --status failed" ;;
  esac
  _deploytrack_line "$_deploytrack_words"
}

# A subshell: the script goes on if the line has no reader, and only its writer ends by SIGPIPE. `--at` comes before the text
# of a note, and only with fractions of a second: without them the time of arrival is more exact.
_deploytrack_line() (
  set +eux
  IFS=' ' LC_ALL=C
  words=$*
  at=$(date -u '+%Y-%m-%dT%H:%M:%S.%N' 2>/dev/null)
  case $words$at in
    *' --at'*) at= ;;
    *.[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]) at="--at ${at%??????}Z" ;;
    *) at= ;;
  esac
  case $1 in
    notes) shift && words="notes${at:+ $at} $*" ;;
    *) words="$words${at:+ $at}" ;;
  esac
  printf '::deploytrack %.1000s\n' "$(printf '%s' "$words" | tr '\n\r\t' '   ')" >&2
)

# <phase> [options] [--] <command…>: the command runs in this shell, with `set -e` as it is. If that ends the script, the
# phase stays open, and the host that deploys records it as failed.
_deploytrack_wrap() {
  _deploytrack_line phase start "${1-}" || :
  _deploytrack_run "$@"
  set -- "${1-}" "$?"
  _deploytrack_line phase end "$1" --exit-code "$2" || :
  return "$2"
}

# <test> --passed|--failed, or <test> [options] [--] <command…>
_deploytrack_smoke() {
  _deploytrack_before=--test
  for _deploytrack_word in "$@"; do
    case "$_deploytrack_before $_deploytrack_word" in
      *' --') break ;;
      *' --passed' | *' --failed')
        _deploytrack_line smoke "$1" "$_deploytrack_word" || :
        return 0
        ;;
      --*) ;;
      *' --'*) ;;
      *) break ;; # the command
    esac
    _deploytrack_before=$_deploytrack_word
  done
  _deploytrack_run "$@"
  set -- "${1-}" "$?"
  if [ "$2" -eq 0 ]; then _deploytrack_line smoke "$1" --passed || :; else _deploytrack_line smoke "$1" --failed || :; fi
  return "$2"
}

# <name> [options] [--] <command…>: runs the command without what is before it.
_deploytrack_run() {
  [ "$#" -eq 0 ] || shift
  while [ "$#" -gt 0 ]; do
    case $1 in
      --) shift && break ;;
      --allow-failure | --try | --keep-stderr | --marks | --strict | --failed | --any-version | --insecure | --*=*) shift ;;
      --*) shift && [ "$#" -gt 0 ] && shift ;;
      *) break ;;
    esac
  done
  "$@"
}
