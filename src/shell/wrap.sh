# shellcheck shell=sh disable=SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120
# Functions and builtins as phases: they run in this shell, so that their variables and `cd` stay.

# The options of commands that run another command, without and with a value.
__deploytrack_flags=' @flags@ '
__deploytrack_values=' @values@ '

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
