# shellcheck shell=sh
# The end of the script: the deployment that it has started, and not finished, is closed with its exit code.

__deploytrack_ended=

# Sets the trap for EXIT: <action> is the script's own, which sees the `$?` that it would see without us.
__deploytrack_arm() {
  command trap -- "if __deploytrack_leaving \"\$?\"; then
$1
:
else
$1
:
fi
__deploytrack_left" EXIT
}

# Remembers the exit code, and returns it.
__deploytrack_leaving() {
  if [ -z "$__deploytrack_ended" ]; then
    __deploytrack_ended=$1
    __deploytrack_reason
    __deploytrack_before_exit
  fi
  return "$1"
}

# Closes what this script has opened. `|| :` because of `set -e`.
__deploytrack_left() {
  [ -n "$__deploytrack_ended" ] && [ "$__deploytrack_ended" != done ] || return 0
  __deploytrack_finish_code=$__deploytrack_ended
  __deploytrack_ended=done
  __deploytrack_close_running "$__deploytrack_finish_code"
  if __deploytrack_is_ours; then
    __deploytrack_finish finish --on-exit "$__deploytrack_finish_code" || :
  fi
}

# A deployment that was open when this script began, or that a later step of a CI goes on with, is not closed.
__deploytrack_is_ours() {
  case ${DEPLOYTRACK_ID-} in "$__deploytrack_inherited" | "$__deploytrack_finished" | '' | none) return 1 ;; esac
  [ "${DEPLOYTRACK_DISABLED-}" != 1 ] || return 1
  [ -r "${GITHUB_ENV-}" ] || return 0
  while IFS= read -r __deploytrack_rest || [ -n "$__deploytrack_rest" ]; do
    case $__deploytrack_rest in DEPLOYTRACK_ID=* | 'DEPLOYTRACK_ID<<'*) return 1 ;; esac
  done <"$GITHUB_ENV"
}

# Ends the phases that ran in this shell when it ended.
__deploytrack_close_running() {
  while [ -n "$__deploytrack_running" ]; do
    __deploytrack_one=${__deploytrack_running%% *}
    __deploytrack_running=${__deploytrack_running#* }
    __deploytrack_name=${__deploytrack_one%%,*}
    __deploytrack_one=${__deploytrack_one#*,}
    __deploytrack_run=${__deploytrack_one%%,*}
    __deploytrack_one=${__deploytrack_one#*,}
    __deploytrack_judged=${__deploytrack_one%%,*}
    __deploytrack_of=${__deploytrack_one#*,}
    if [ -n "$__deploytrack_run" ] && __deploytrack_can_write; then
      __deploytrack_write "phase-end $__deploytrack_name $1 $__deploytrack_judged $__deploytrack_run" || :
    else
      __deploytrack_call phase end "$__deploytrack_name" --exit-code "$1" ${__deploytrack_of:+--service "$__deploytrack_of"} || :
    fi
  done
}

# finish [options]
__deploytrack_finish() {
  if [ "$# ${2-}" = '3 --on-exit' ] && [ -n "$__deploytrack_finished" ] && [ "$__deploytrack_finished" = "${DEPLOYTRACK_ID-}" ]; then
    return "${3:-0}" # this shell has finished it
  fi
  [ "${2-} ${3:-0}" = '--on-exit 0' ] || [ "${2-}" != --on-exit ] || __deploytrack_close_running "$3"
  case " $* " in
    *' --error'* | *' --on-exit 0 '* | *' --exit-code 0 '*) __deploytrack_because= ;;
    *' --on-exit '* | *' --exit-code '*)
      __deploytrack_reason
      __deploytrack_because=$__deploytrack_where
      ;;
    *) __deploytrack_because= ;;
  esac
  # After the end of this deployment, whatever comes of it, another call has nothing to do.
  __deploytrack_finished=${DEPLOYTRACK_ID-}
  if [ -n "$__deploytrack_because" ] && [ -z "${DEPLOYTRACK_ERROR-}" ] && [ "$__deploytrack_program" = yes ]; then
    # Not as an argument: other accounts can read a command line.
    DEPLOYTRACK_ERROR=$__deploytrack_because command deploytrack "$@"
  else
    __deploytrack_call "$@"
  fi
}
