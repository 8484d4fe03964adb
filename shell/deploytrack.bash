# shellcheck shell=bash disable=SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120
# deploytrack for scripts in bash: `eval "$(deploytrack shell bash)"`, or source this file. Made by
# scripts/shellFiles.mjs from src/shell/. Do not edit.

# What all shells share. Every name begins with __deploytrack_, because a wrapped function sees the variables of the
# functions that call it.

# Under `set -a` other shells would inherit all this. Each file ends with `set "$__deploytrack_allexport"`.
__deploytrack_allexport=+a
case $- in *a*) __deploytrack_allexport=-a ;; esac
set +a

# yes or no; empty until the program was asked.
__deploytrack_program=${__deploytrack_program-}
# What only the program knows: `deploytrack shell <shell> --facts`.
__deploytrack_journal=${__deploytrack_journal-}
# `no`: the script's traps for EXIT stay as they are.
__deploytrack_traps=${__deploytrack_traps-yes}
# The environment for which __deploytrack_line is right, and one for which the program makes the marks.
__deploytrack_key=
__deploytrack_pwd=
__deploytrack_refused=
__deploytrack_limited=$(ulimit -f 2>/dev/null) || __deploytrack_limited=
# A file that the script reads may load it again: that changes nothing of what this shell has done.
if [ "${__deploytrack_owner-}" != "$$" ] || ! command -v __deploytrack_word >/dev/null 2>&1; then
  __deploytrack_owner=$$
  __deploytrack_inherited=${DEPLOYTRACK_ID-}
  __deploytrack_finished=
  # The exit code of the script while it ends, then `over`.
  __deploytrack_ended=
  __deploytrack_warned=
  __deploytrack_count=0
  # Phases of this shell that are running: `<stage>=<run>=<judged>=<service>`, each followed by a blank.
  __deploytrack_running=
  # Whether a cutover was started here without a prober.
  __deploytrack_cutover=
  # Where a command of this shell failed, if the shell says so.
  __deploytrack_where=
fi
# The other variables: zsh can warn about those that a function creates.
__deploytrack_action='' __deploytrack_because='' __deploytrack_before='' __deploytrack_begun='' __deploytrack_code=''
__deploytrack_command='' __deploytrack_default_line='' __deploytrack_ending='' __deploytrack_fields='' __deploytrack_finish_code=''
__deploytrack_first='' __deploytrack_folder='' __deploytrack_inner='' __deploytrack_its='' __deploytrack_judged=''
__deploytrack_kept='' __deploytrack_kind='' __deploytrack_last='' __deploytrack_limit='' __deploytrack_line='' __deploytrack_mark=''
__deploytrack_missing='' __deploytrack_name='' __deploytrack_now='' __deploytrack_of='' __deploytrack_one=''
__deploytrack_operand='' __deploytrack_pid='' __deploytrack_quoted='' __deploytrack_refusal='' __deploytrack_rest=''
__deploytrack_run='' __deploytrack_simple='' __deploytrack_stamp='' __deploytrack_stat='' __deploytrack_tried=''
__deploytrack_trapped='' __deploytrack_url='' __deploytrack_wants='' __deploytrack_answer='' __deploytrack_why=''

# Does all that deploytrack() is asked for, but for running a function: that it leaves to its caller, in
# __deploytrack_inner. A function that is called here and fails is part of a condition, so that an ERR trap of the script
# (with `set -E`) sees the line of the script only. In a condition a wrapped function would ignore `set -e`.
__deploytrack_word() {
  __deploytrack_inner=0
  case "${1-} ${2-}" in
    'phase start' | 'phase end') __deploytrack_phase "$@" ;;
    'phase run') __deploytrack_wrap 2 1 "$@" ;;
    'rollback start')
      __deploytrack_running= # it ends what is open
      __deploytrack_call "$@"
      ;;
    'rollback end') __deploytrack_call "$@" ;;
    'extract '* | 'venv-rebuild '* | 'migrate '* | 'cutover '* | 'rollback '*) __deploytrack_wrap 1 0 "$@" ;;
    'smoke '*) __deploytrack_wrap 1 1 "$@" ;;
    'start '*) __deploytrack_start "$@" ;;
    'finish '*) __deploytrack_finish "$@" ;;
    *) __deploytrack_call "$@" ;;
  esac
}

# The program, or what replaces it on a host without it.
__deploytrack_call() {
  __deploytrack_rearm
  [ -n "$__deploytrack_program" ] || __deploytrack_load
  if [ "$__deploytrack_program" = yes ]; then
    command deploytrack "$@"
  else
    __deploytrack_without "$@"
  fi
}

# DEPLOYTRACK_SHELL asks for a journal, so that this shell finds one with the right permissions.
__deploytrack_start() {
  __deploytrack_finished=
  [ -n "$__deploytrack_program" ] || __deploytrack_load
  if [ "$__deploytrack_program" = yes ]; then
    DEPLOYTRACK_SHELL=1 command deploytrack "$@"
  else
    __deploytrack_without "$@"
  fi
}

__deploytrack_load() {
  __deploytrack_program=no
  __deploytrack_journal=
  __deploytrack_facts=$(command deploytrack shell "$__deploytrack_shell" --facts 2>/dev/null) || __deploytrack_facts=
  [ -z "$__deploytrack_facts" ] || eval "$__deploytrack_facts"
  unset __deploytrack_facts
  __deploytrack_place
}

# What decides which ledger is meant.
__deploytrack_place() {
  __deploytrack_at="${DEPLOYTRACK_LEDGER-}|${STATE_DIRECTORY-}|${XDG_STATE_HOME-}|${HOME-}"
}

# ---- Marks without a process ----

# phase start|end <phase> [options]
__deploytrack_phase() {
  if __deploytrack_can_write && __deploytrack_read_mark "$@"; then
    __deploytrack_know "$2" "$3"
    __deploytrack_write "$__deploytrack_mark" && return 0
  fi
  if [ "$2 ${3-}" = 'start cutover' ]; then __deploytrack_cutover=; fi
  __deploytrack_call "$@"
}

# Sets __deploytrack_mark; fails for what is left to the program: other options, and whatever is wrong.
__deploytrack_read_mark() {
  __deploytrack_is_stage "${3-}" || return 1
  __deploytrack_mark="phase-$2 $3"
  case "$2 $3" in
    'start cutover') [ "$#" -gt 3 ] || __deploytrack_cutover=yes ;;
    'end cutover') [ -n "$__deploytrack_cutover" ] || return 1 ;;
  esac
  __deploytrack_of=
  __deploytrack_code=-
  [ "$2" = end ] || __deploytrack_code=
  shift 3
  while [ "$#" -gt 0 ]; do
    case "$__deploytrack_code $1" in
      *' --service') __deploytrack_is_plain "${2-}" && __deploytrack_of=$2 ;;
      '- --exit-code') __deploytrack_is_code "${2-}" && __deploytrack_code=$2 ;;
      *) false ;;
    esac || return 1
    shift 2
  done
  # An error from the environment belongs to a phase that failed.
  case $__deploytrack_code in
    '' | - | 0) ;;
    *) [ -z "${DEPLOYTRACK_ERROR-}" ] || return 1 ;;
  esac
  __deploytrack_mark="$__deploytrack_mark${__deploytrack_code:+ $__deploytrack_code}"
}

__deploytrack_is_stage() {
  case $1 in
    [!abcdefghijklmnopqrstuvwxyz]* | *[!abcdefghijklmnopqrstuvwxyz0123456789_-]* | '') return 1 ;;
  esac
  [ "${#1}" -lt 64 ]
}

__deploytrack_is_code() {
  case $1 in '' | *[!0123456789]* | ????*) return 1 ;; esac
}

# Needs no escapes in JSON and no check by the program.
__deploytrack_is_plain() {
  case $1 in
    '' | *[!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:@/-]*) return 1 ;;
  esac
  [ "${#1}" -le 128 ]
}

# Whether marks can be lines of the journal now.
__deploytrack_can_write() {
  __deploytrack_self
  __deploytrack_now="$__deploytrack_pid|${DEPLOYTRACK_ID-}|${DEPLOYTRACK_SERVICE-}|${DEPLOYTRACK_LEDGER-}|${STATE_DIRECTORY-}|${XDG_STATE_HOME-}|${HOME-}|${DEPLOYTRACK_STRICT-}|${DEPLOYTRACK_DISABLED-}|$PWD"
  [ "$__deploytrack_now" = "$__deploytrack_key" ] || __deploytrack_move || __deploytrack_prepare || return 1
  [ -f "$__deploytrack_journal" ] && [ -w "$__deploytrack_journal" ] && [ ! -L "$__deploytrack_journal" ]
}

# Only the folder has changed.
__deploytrack_move() {
  [ -n "$__deploytrack_key" ] && [ "${__deploytrack_now%"|$PWD"}" = "${__deploytrack_key%"|$__deploytrack_pwd"}" ] || return 1
  __deploytrack_same_settings || return 1
  __deploytrack_key=$__deploytrack_now
  __deploytrack_pwd=$PWD
}

# Builds the constant part of a line for the environment in __deploytrack_now.
__deploytrack_prepare() {
  [ "$__deploytrack_now" != "$__deploytrack_refused" ] || return 1
  __deploytrack_refused=$__deploytrack_now
  __deploytrack_rearm
  [ -n "$__deploytrack_program" ] || __deploytrack_load
  [ -n "$__deploytrack_journal" ] && [ -n "$__deploytrack_clock" ] || return 1
  [ -z "${DEPLOYTRACK_STRICT-}" ] && [ "${DEPLOYTRACK_DISABLED-}" != 1 ] || return 1
  [ "${DEPLOYTRACK_LEDGER-}|${STATE_DIRECTORY-}|${XDG_STATE_HOME-}|${HOME-}" = "$__deploytrack_at" ] || return 1
  case ${DEPLOYTRACK_ID-} in
    none | [_.-]*) return 1 ;;
    *[:@/]*) return 1 ;;
  esac
  __deploytrack_is_plain "${DEPLOYTRACK_ID-}" && [ "${#DEPLOYTRACK_ID}" -le 64 ] || return 1
  # Others are not known to the program either. One may become known without another value.
  __deploytrack_is_exported DEPLOYTRACK_ID && { [ -z "${DEPLOYTRACK_SERVICE-}" ] || __deploytrack_is_exported DEPLOYTRACK_SERVICE; } || {
    __deploytrack_refused=
    return 1
  }
  __deploytrack_same_settings || return 1
  [ "$__deploytrack_limited" = unlimited ] || return 1 # a write beyond a limit would end the shell
  __deploytrack_its=${DEPLOYTRACK_SERVICE:-$__deploytrack_default}
  [ -z "$__deploytrack_its" ] || __deploytrack_is_plain "$__deploytrack_its" || return 1
  __deploytrack_caller || return 1
  __deploytrack_line="{\"shell\":1,\"deploymentId\":\"$DEPLOYTRACK_ID\",\"clock\":\"$__deploytrack_clock\",\"caller\":\"$__deploytrack_boot/$__deploytrack_namespace/$__deploytrack_pid/$__deploytrack_begun\""
  __deploytrack_default_line="$__deploytrack_line,\"mark\":\""
  [ -z "$__deploytrack_its" ] || __deploytrack_default_line="$__deploytrack_line,\"service\":\"$__deploytrack_its\",\"mark\":\""
  __deploytrack_key=$__deploytrack_now
  __deploytrack_pwd=$PWD
  __deploytrack_refused=
}

# The settings file that counts in this folder must be the one that the program has read.
__deploytrack_same_settings() {
  __deploytrack_folder=.
  while :; do
    for __deploytrack_name in deploytrack.yaml deploytrack.yml deploytrack.json; do
      if [ -e "$__deploytrack_folder/$__deploytrack_name" ] || [ -L "$__deploytrack_folder/$__deploytrack_name" ]; then
        [ "$__deploytrack_folder/$__deploytrack_name" -ef "$__deploytrack_settings" ]
        return "$?"
      fi
    done
    [ "$__deploytrack_folder" -ef "${DEPLOYTRACK_SETTINGS_ROOT:-/}" ] || [ "$__deploytrack_folder" -ef / ] || {
      __deploytrack_folder=$__deploytrack_folder/..
      continue
    }
    break
  done
  case $__deploytrack_settings in '' | /etc/deploytrack/*) ;; *) return 1 ;; esac
}

# When this process began, from the fields behind its name.
__deploytrack_caller() {
  __deploytrack_stat=
  { IFS= read -r __deploytrack_stat <"/proc/$__deploytrack_pid/stat"; } 2>/dev/null || return 1
  __deploytrack_stat=${__deploytrack_stat##*) }
  __deploytrack_fields=0
  while [ "$__deploytrack_fields" -lt 19 ]; do
    __deploytrack_stat=${__deploytrack_stat#* }
    __deploytrack_fields=$((__deploytrack_fields + 1))
  done
  __deploytrack_begun=${__deploytrack_stat%% *}
}

# __deploytrack_write <mark>: one line, in one write. The service is that of __deploytrack_of, if there is one.
__deploytrack_write() {
  __deploytrack_count=$((__deploytrack_count + 1))
  __deploytrack_stamp="$EPOCHREALTIME $__deploytrack_count"
  if [ -n "$__deploytrack_of" ]; then
    __deploytrack_echo "$__deploytrack_line,\"service\":\"$__deploytrack_of\",\"mark\":\"$__deploytrack_stamp $1\"}" >>"$__deploytrack_journal"
  else
    __deploytrack_echo "$__deploytrack_default_line$__deploytrack_stamp $1\"}" >>"$__deploytrack_journal"
  fi 2>/dev/null
}

# Functions and builtins as phases: they run in this shell, so that their variables and `cd` stay.

# The options of commands that run another command, without and with a value.
__deploytrack_flags=' --allow-failure --any-version --confirm --dry-run --exclusive --failed --gate --gateway-failover --insecure --irreversible --join --keep-stderr --marks --passed --strict --take-over --try '
__deploytrack_values=' --abandon-after --adopt-timeout --artifact --attempt-timeout --ca --commit --consecutive --count --count-file --count-pattern --database-file --deployment --download-seconds --environment --error --expect-status --expect-version --force-bad --gateway --gateway-proxy --gateway-timeout --header --health --health-timeout --host --hotfix --id --id-file --instance --interval --journal-fallback --ledger --ledger-timeout --max-slowdown --method --min-success --notes --of --previous-version --probe --probe-interval --probe-timeout --python --reason --rollback --rollback-of --rollback-timeout --service --smoke --store --textfile --timeout --to --track-file --track-packages --triggered-at --triggered-by --url --version --version-field --wait --warnings --watch '

# __deploytrack_wrap <words> <operands> <command line…>
__deploytrack_wrap() {
  __deploytrack_split "$@"
  shift 2
  if [ "$__deploytrack_before" -gt 0 ] && [ "$__deploytrack_before" -lt "$#" ]; then
    eval "__deploytrack_command=\${$((__deploytrack_before + 1))}"
    # shellcheck disable=SC2154 # assigned by the line above
    if __deploytrack_is_inner "$__deploytrack_command"; then
      __deploytrack_phase_of "$1 $__deploytrack_operand" || {
        __deploytrack_call "$@"
        return "$?"
      }
      [ -z "$__deploytrack_refusal" ] || {
        printf 'deploytrack: error: %s cannot be used with %s, which is not a program\ndeploytrack: hint: omit it, or run a script\n' \
          "$__deploytrack_refusal" "$__deploytrack_command" >&2
        return 2
      }
      __deploytrack_inner=$__deploytrack_before
      return 0
    fi
  fi
  __deploytrack_call "$@"
}

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

# __deploytrack_option <as one word> <name> <value>: which of the two marks it belongs to.
__deploytrack_option() {
  __deploytrack_quote "$1"
  case $2 in
    --timeout | --keep-stderr | --count-pattern | --marks | --host) __deploytrack_refusal=$2 ;;
    --allow-failure) __deploytrack_judged=allowed ;;
    --try) __deploytrack_judged=no ;;
    --service)
      if __deploytrack_is_plain "$3"; then __deploytrack_of=$3; else __deploytrack_simple=no; fi
      __deploytrack_first="$__deploytrack_first $__deploytrack_quoted"
      ;;
    --probe | --probe-interval | --reason | --to | --of)
      __deploytrack_simple=no
      __deploytrack_first="$__deploytrack_first $__deploytrack_quoted"
      return "$?"
      ;;
    --count | --count-file | --artifact | --download-seconds | --database-file | --probe-timeout) __deploytrack_simple=no ;;
    --health | --expect-* | --any-version | --version-field | --interval | --attempt-timeout | --consecutive) __deploytrack_simple=no ;;
    --header | --watch | --min-success | --ca | --insecure | --failed | --error) __deploytrack_simple=no ;;
    *)
      __deploytrack_simple=no
      __deploytrack_first="$__deploytrack_first $__deploytrack_quoted"
      ;;
  esac
  __deploytrack_last="$__deploytrack_last $__deploytrack_quoted"
}

# Sets __deploytrack_quoted: the word as a shell reads it again.
__deploytrack_quote() {
  __deploytrack_rest=$1
  __deploytrack_quoted="'"
  while :; do
    case $__deploytrack_rest in
      *\'*)
        __deploytrack_quoted="$__deploytrack_quoted${__deploytrack_rest%%\'*}'\\''"
        __deploytrack_rest=${__deploytrack_rest#*\'}
        ;;
      *) break ;;
    esac
  done
  __deploytrack_quoted="$__deploytrack_quoted$__deploytrack_rest'"
}

# Sets what is recorded of a command: `phase <name>`, `smoke <name>` or `rollback`; fails for what the program refuses.
__deploytrack_phase_of() {
  case $1 in
    'phase '*) __deploytrack_kind=phase __deploytrack_name=${1#* } ;;
    'extract ') __deploytrack_kind=phase __deploytrack_name=extract ;;
    'venv-rebuild ') __deploytrack_kind=phase __deploytrack_name=venv_rebuild ;;
    'migrate ') __deploytrack_kind=phase __deploytrack_name=migration ;;
    'cutover ') __deploytrack_kind=phase __deploytrack_name=cutover ;;
    'smoke '*) __deploytrack_kind=smoke __deploytrack_name=${1#* } ;;
    'rollback ') __deploytrack_kind=rollback __deploytrack_name=rollback ;;
  esac
  [ "$__deploytrack_kind" != phase ] || __deploytrack_is_stage "$__deploytrack_name" || return 1
}

# Runs the command, which begins after __deploytrack_inner words, between two marks.
__deploytrack_inside() {
  shift "$__deploytrack_inner"
  # Of this call: the command may wrap other commands.
  # shellcheck disable=SC3043 # every shell of today has `local`
  local __deploytrack_k="$__deploytrack_kind" __deploytrack_n="$__deploytrack_name" __deploytrack_s="$__deploytrack_of" \
    __deploytrack_j="$__deploytrack_judged" __deploytrack_l="$__deploytrack_last" __deploytrack_r='' __deploytrack_c=0
  __deploytrack_open || return "$?"
  "$@"
  __deploytrack_c=$?
  __deploytrack_close || __deploytrack_c=$?
  return "$__deploytrack_c"
}

# Fails for what the program refuses.
__deploytrack_open() {
  case $__deploytrack_k in
    '') return 0 ;; # without the program
    phase)
      if [ "$__deploytrack_simple" = yes ] && __deploytrack_can_write && __deploytrack_write "phase-start $__deploytrack_n"; then
        __deploytrack_r=${__deploytrack_stamp% *}/${__deploytrack_stamp#* }
      else
        eval "__deploytrack_call phase start \"\$__deploytrack_n\" $__deploytrack_first"
      fi
      ;;
    rollback) eval "__deploytrack_call rollback start $__deploytrack_first" ;;
  esac && __deploytrack_tried=0 || __deploytrack_tried=$?
  [ "$__deploytrack_tried" -ne 2 ] || return 2 # anything else, such as --strict, does not keep the command from running
  [ "$__deploytrack_k" != phase ] || __deploytrack_running="$__deploytrack_n=$__deploytrack_r=$__deploytrack_j=$__deploytrack_s $__deploytrack_running"
}

# Fails with the exit code to use if the command succeeded: with --strict, and if a rollback did not make it healthy.
__deploytrack_close() {
  [ "$__deploytrack_k" != phase ] || __deploytrack_running=${__deploytrack_running#* }
  case $__deploytrack_k in
    '') return 0 ;;
    phase)
      __deploytrack_of=$__deploytrack_s
      if [ -n "$__deploytrack_r" ] && __deploytrack_can_write &&
        __deploytrack_write "phase-end $__deploytrack_n $__deploytrack_c $__deploytrack_j $__deploytrack_r"; then
        return 0
      fi
      eval "__deploytrack_call phase end \"\$__deploytrack_n\" --exit-code \"\$__deploytrack_c\" $__deploytrack_l"
      ;;
    smoke)
      if [ "$__deploytrack_c" -eq 0 ]; then
        eval "__deploytrack_call smoke \"\$__deploytrack_n\" --passed $__deploytrack_l"
      else
        eval "__deploytrack_call smoke \"\$__deploytrack_n\" --failed --error \"exit code \$__deploytrack_c\" $__deploytrack_l"
      fi
      ;;
    rollback) eval "__deploytrack_call rollback end --exit-code \"\$__deploytrack_c\" $__deploytrack_l" ;;
  esac && __deploytrack_tried=0 || __deploytrack_tried=$?
  case "$__deploytrack_tried,$__deploytrack_c" in 1,0) return 1 ;; esac
}

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

# What only bash can do.

__deploytrack_shell=bash
__deploytrack_line_number=

# Names of phases that were found to be valid.
[[ ${BASH_VERSINFO[0]} -lt 4 ]] || declare -gA __deploytrack_known 2>/dev/null || :

deploytrack() {
  # The most frequent calls, with as little work as possible: `phase start <phase>`, `phase end <phase>`.
  if [[ $# == 3 && $1 == phase && $3 == ?* &&
    "$BASHPID|${DEPLOYTRACK_ID-}|${DEPLOYTRACK_SERVICE-}|${DEPLOYTRACK_LEDGER-}|${STATE_DIRECTORY-}|${XDG_STATE_HOME-}|${HOME-}|${DEPLOYTRACK_STRICT-}|${DEPLOYTRACK_DISABLED-}|$PWD" == "$__deploytrack_key" &&
    ${__deploytrack_known["$2 $3"]-} == yes &&
    -f $__deploytrack_journal && -w $__deploytrack_journal && ! -L $__deploytrack_journal ]] &&
    builtin printf '%s%s %s phase-%s %s"}\n' "$__deploytrack_default_line" "$EPOCHREALTIME" "$((++__deploytrack_count))" "$2" "$3" >>"$__deploytrack_journal"; then
    return 0
  fi
  # The same with `--service` or `--exit-code`.
  if [[ $# == 5 && $1 == phase && $3 == ?* &&
    "$BASHPID|${DEPLOYTRACK_ID-}|${DEPLOYTRACK_SERVICE-}|${DEPLOYTRACK_LEDGER-}|${STATE_DIRECTORY-}|${XDG_STATE_HOME-}|${HOME-}|${DEPLOYTRACK_STRICT-}|${DEPLOYTRACK_DISABLED-}|$PWD" == "$__deploytrack_key" &&
    ${__deploytrack_known["$2 $3"]-} == yes &&
    -f $__deploytrack_journal && -w $__deploytrack_journal && ! -L $__deploytrack_journal ]]; then
    case $4 in
      --service)
        __deploytrack_is_plain "$5" &&
          builtin printf '%s,"service":"%s","mark":"%s %s phase-%s %s"}\n' "$__deploytrack_line" "$5" "$EPOCHREALTIME" "$((++__deploytrack_count))" "$2" "$3" >>"$__deploytrack_journal" &&
          return 0
        ;;
      --exit-code)
        [[ $2 == end && $5 != *[!0123456789]* && $5 == ?* && $5 != ????* && ($5 == 0 || -z ${DEPLOYTRACK_ERROR-}) ]] &&
          builtin printf '%s%s %s phase-end %s %s"}\n' "$__deploytrack_default_line" "$EPOCHREALTIME" "$((++__deploytrack_count))" "$3" "$5" >>"$__deploytrack_journal" &&
          return 0
        ;;
    esac
  fi
  __deploytrack_word "$@" || return "$?"
  [[ $__deploytrack_inner == 0 ]] || __deploytrack_inside "$@"
}

__deploytrack_echo() { builtin echo "$1"; }

__deploytrack_is_exported() { [[ ${!1@a} == *x* ]]; }

# For the fast calls above. The phase cutover may have a prober.
__deploytrack_know() { [[ $2 == cutover ]] || __deploytrack_known["$1 $2"]=yes; }

__deploytrack_self() { __deploytrack_pid=$BASHPID; }

__deploytrack_is_main() { [[ $BASHPID == "$$" && $__deploytrack_owner == "$$" ]]; }

# A function, or a builtin that means something else in another process.
__deploytrack_is_inner() {
  declare -F -- "$1" >/dev/null 2>&1 && return 0
  case $1 in echo | printf | test | '[' | true | false | kill | pwd | exec | command | exit | return) return 1 ;; esac
  [[ $(type -t -- "$1") == builtin ]]
}

# The command that failed, for the error of the deployment. In a trap BASH_COMMAND is the command before it.
__deploytrack_reason() {
  [[ -z $__deploytrack_where ]] || return 0
  case $BASH_COMMAND in
    *__deploytrack_* | 'deploytrack '* | 'command deploytrack'* | exit* | return* | 'case '* | 'for '* | 'select '*) return 0 ;;
  esac
  local __deploytrack_at_frame=0 __deploytrack_in='' __deploytrack_from=''
  for ((; __deploytrack_at_frame < ${#FUNCNAME[@]}; __deploytrack_at_frame++)); do
    case ${FUNCNAME[__deploytrack_at_frame]} in
      main) break ;;
      deploytrack | __deploytrack_*) [[ -z $__deploytrack_in ]] || __deploytrack_from=${BASH_LINENO[__deploytrack_at_frame]} ;;
      *)
        [[ -z $__deploytrack_in ]] || break
        __deploytrack_in=${FUNCNAME[__deploytrack_at_frame]}
        __deploytrack_from=${BASH_LINENO[__deploytrack_at_frame]}
        ;;
    esac
  done
  if [[ -n $__deploytrack_in ]]; then
    __deploytrack_where="$__deploytrack_in (called on line $__deploytrack_from): "
  elif [[ -n $__deploytrack_line_number ]]; then
    __deploytrack_where="line $__deploytrack_line_number: "
  fi
  __deploytrack_where+=${BASH_COMMAND%%$'\n'*}
  __deploytrack_where=${__deploytrack_where:0:1000}
}

# `exit` in the script's own trap, and a command that fails there under `set -e`, must not skip our part.
__deploytrack_before_exit() {
  if [[ -o posix ]]; then
    # Here `exit` in the script's own action skips our part. A failure can be recorded before it.
    case "$__deploytrack_ended $__deploytrack_armed" in '0 '*) ;; *exit*) __deploytrack_left ;; esac
  else
    eval 'exit() { __deploytrack_left; command exit "${1-$__deploytrack_finish_code}"; }'
  fi
  if [[ $- == *e* ]]; then
    command trap __deploytrack_left ERR
    set -E
  fi
}

# Traps that the script has set meanwhile get our part. Bash tells its traps to `$(…)` only, which needs a process: so
# this runs with calls that need one anyway, and when the deployment has changed.
__deploytrack_rearm() {
  [[ $__deploytrack_traps == yes && -z $__deploytrack_ended ]] && __deploytrack_is_main || return 0
  local __deploytrack_found
  __deploytrack_found=$(trap -p EXIT)
  case $__deploytrack_found in *__deploytrack_leaving*) return 0 ;; esac
  eval "set -- $__deploytrack_found"
  [[ ${3--} != - ]] || set -- # in POSIX mode it is listed without an action
  __deploytrack_arm "${3-}"
}

if [[ -z ${EPOCHREALTIME-} ]]; then __deploytrack_clock=; fi # before bash 5
case $- in
  *i*)
    __deploytrack_traps=no
    [[ -o posix ]] || eval "$(command deploytrack completion bash 2>/dev/null)"
    ;;
esac
if [[ $__deploytrack_traps == yes ]]; then
  # The line of a failure. A trap of the script's own replaces it.
  [[ $(trap -p ERR) == *\'* ]] || trap '__deploytrack_line_number=$LINENO' ERR
  __deploytrack_rearm
fi
set "$__deploytrack_allexport"
