# shellcheck shell=sh disable=SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120
# The end of the script: the deployment that it has started, and not finished, is closed with its exit code.

# Sets the trap for EXIT: <action> is the script's own, which sees the `$?` that it would see without us.
__deploytrack_arm() {
  __deploytrack_armed=$1
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
  [ -n "$__deploytrack_ended" ] && [ "$__deploytrack_ended" != over ] || return 0
  __deploytrack_finish_code=$__deploytrack_ended
  __deploytrack_ended=over
  __deploytrack_close_running "$__deploytrack_finish_code"
  if __deploytrack_is_ours; then
    __deploytrack_why=exit
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

# Ends the phases that ran in this shell when it ended. 0 is also the code of a signal: then `finish` closes them.
__deploytrack_close_running() {
  [ "$1" != 0 ] || return 0
  while [ -n "$__deploytrack_running" ]; do
    __deploytrack_one=${__deploytrack_running%% *}
    __deploytrack_running=${__deploytrack_running#* }
    __deploytrack_name=${__deploytrack_one%%=*}
    __deploytrack_one=${__deploytrack_one#*=}
    __deploytrack_run=${__deploytrack_one%%=*}
    __deploytrack_one=${__deploytrack_one#*=}
    __deploytrack_judged=${__deploytrack_one%%=*}
    __deploytrack_of=${__deploytrack_one#*=}
    if [ -n "$__deploytrack_run" ] && __deploytrack_can_write; then
      __deploytrack_write "phase-end $__deploytrack_name $1 $__deploytrack_judged $__deploytrack_run" || :
    elif [ -n "$__deploytrack_of" ]; then
      __deploytrack_call phase end "$__deploytrack_name" --exit-code "$1" --service "$__deploytrack_of" || :
    else
      __deploytrack_call phase end "$__deploytrack_name" --exit-code "$1" || :
    fi
  done
}

# finish [options]
__deploytrack_finish() {
  if [ "$# ${2-}" = '3 --on-exit' ] && [ -n "$__deploytrack_finished" ] && [ "$__deploytrack_finished" = "${DEPLOYTRACK_ID-}" ]; then
    return "${3:-0}" # this shell has finished it
  fi
  [ "${2-} ${3:-0}" = '--on-exit 0' ] || [ "${2-}" != --on-exit ] || __deploytrack_close_running "$3"
  __deploytrack_judge_end "$@"
  [ -z "$__deploytrack_because" ] || __deploytrack_reason
  __deploytrack_kept=$__deploytrack_finished
  # After the end of this deployment, whatever comes of it, another call has nothing to do.
  [ -z "$__deploytrack_ending" ] || __deploytrack_finished=${DEPLOYTRACK_ID-}
  __deploytrack_end_it "$@" || {
    __deploytrack_code=$?
    # It was refused: nothing has ended.
    [ "$__deploytrack_code ${2-} ${3-}" = '2 --on-exit 2' ] || [ "$__deploytrack_code" -ne 2 ] || __deploytrack_finished=$__deploytrack_kept
    return "$__deploytrack_code"
  }
}

# Sets __deploytrack_because if a failure without a reason is told, and __deploytrack_ending if it is of this deployment.
__deploytrack_judge_end() {
  __deploytrack_because=
  __deploytrack_ending=yes
  __deploytrack_quoted=
  for __deploytrack_one in "$@"; do
    case "$__deploytrack_quoted $__deploytrack_one" in
      *' --error' | *' --error='*) __deploytrack_quoted=--error ;;
      '--on-exit 0' | '--exit-code 0' | *' --on-exit=0' | *' --exit-code=0') __deploytrack_because= ;;
      '--on-exit '* | '--exit-code '* | *' --on-exit='* | *' --exit-code='*) __deploytrack_because=yes ;;
      *' --id' | *' --id='* | *' --id-file' | *' --id-file='* | *' --deployment' | *' --deployment='* | *' --help' | *' -h')
        __deploytrack_ending=
        ;;
    esac
    case $__deploytrack_quoted in --error) break ;; esac
    __deploytrack_quoted=$__deploytrack_one
  done
  [ "$__deploytrack_quoted" != --error ] || __deploytrack_because=
}

# DEPLOYTRACK_SHELL=exit: only if this script has started the deployment.
__deploytrack_end_it() {
  __deploytrack_rearm
  [ -n "$__deploytrack_program" ] || __deploytrack_load
  if [ "$__deploytrack_program" != yes ]; then
    __deploytrack_without "$@"
  elif [ -n "$__deploytrack_because" ] && [ -n "$__deploytrack_where" ] && [ -z "${DEPLOYTRACK_ERROR-}" ]; then
    # Not as an argument: other accounts can read a command line.
    DEPLOYTRACK_SHELL=$__deploytrack_why DEPLOYTRACK_ERROR=$__deploytrack_where command deploytrack "$@"
  else
    DEPLOYTRACK_SHELL=$__deploytrack_why command deploytrack "$@"
  fi
}
