# shellcheck shell=bash disable=SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120
# What only bash can do.

__deploytrack_shell=bash
__deploytrack_line_number=

# Names of phases that were found to be valid.
[[ ${BASH_VERSINFO[0]} -lt 4 ]] || declare -gA __deploytrack_known 2>/dev/null || :

deploytrack() {
  # The most frequent calls, with as little work as possible: `phase start <phase>`, `phase end <phase>`.
  if [[ $# == 3 && $1 == phase && $3 == ?* &&
    "$BASHPID|@environment@" == "$__deploytrack_key" &&
    ${__deploytrack_known["$2 $3"]-} == yes &&
    -f $__deploytrack_journal && -w $__deploytrack_journal && ! -L $__deploytrack_journal ]] &&
    builtin printf '%s%s %s phase-%s %s"}\n' "$__deploytrack_default_line" "$EPOCHREALTIME" "$((++__deploytrack_count))" "$2" "$3" >>"$__deploytrack_journal"; then
    return 0
  fi
  # The same with `--service` or `--exit-code`.
  if [[ $# == 5 && $1 == phase && $3 == ?* &&
    "$BASHPID|@environment@" == "$__deploytrack_key" &&
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
