# shellcheck shell=sh disable=SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120
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
  __deploytrack_now="$__deploytrack_pid|@environment@"
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
