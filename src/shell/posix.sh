# shellcheck shell=sh disable=SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120
# What dash, busybox, mksh and other shells of this kind have in common.

__deploytrack_shell=sh

deploytrack() {
  # No part of a condition: mksh would run the trap for EXIT after Ctrl-C, and then exit with 0.
  __deploytrack_word "$@"
  set -- "$?" "$@"
  [ "$__deploytrack_inner" != 0 ] || return "$1"
  shift
  __deploytrack_inside "$@"
}

__deploytrack_echo() { command echo "$1"; }

__deploytrack_is_exported() {
  case "
$(export -p)" in *"
export $1="*) ;; *) return 1 ;; esac
}

__deploytrack_know() { :; }

__deploytrack_self() {
  if [ -n "${BASHPID-}" ]; then
    __deploytrack_pid=$BASHPID
  else
    { IFS=' ' read -r __deploytrack_pid __deploytrack_rest </proc/self/stat; } 2>/dev/null || __deploytrack_pid=
  fi
}

__deploytrack_is_main() {
  __deploytrack_self
  [ "$__deploytrack_pid" = "$$" ] && [ "$__deploytrack_owner" = "$$" ]
}

# A function, or a builtin that means something else in another process.
__deploytrack_is_inner() {
  case $1 in
    echo | printf | test | '[' | true | false | kill | pwd | exec | command | exit | return) return 1 ;;
    */*) return 1 ;;
  esac
  case $(command -V "$1" 2>/dev/null) in
    "$1 is a function"* | "$1 is a shell function"* | "$1 is a "*builtin*) ;;
    *) return 1 ;;
  esac
}

__deploytrack_reason() { :; }
# These shells skip our part if the script's own action has `exit`. A failure can be recorded before it.
__deploytrack_before_exit() {
  case "$__deploytrack_ended $__deploytrack_armed" in
    '0 '*) ;;
    *exit*) __deploytrack_left ;;
  esac
}
__deploytrack_rearm() { :; }

# In place of `trap`: for EXIT our part stays.
__deploytrack_trap() {
  __deploytrack_is_main || {
    command trap "$@"
    return "$?"
  }
  case ${1-} in
    --) shift ;;
    -?*)
      command trap "$@"
      return "$?"
      ;;
  esac
  [ "$#" -gt 0 ] || {
    command trap
    return "$?"
  }
  if [ "$#" -eq 1 ]; then
    __deploytrack_action=-
  else
    case $1 in
      *[!0123456789]* | '')
        __deploytrack_action=$1
        shift
        ;;
      *) __deploytrack_action=- ;;
    esac
  fi
  __deploytrack_trapped=0
  for __deploytrack_one in "$@"; do
    case "$__deploytrack_one $__deploytrack_action" in
      '0 -' | [Ee][Xx][Ii][Tt]' -') __deploytrack_arm '' ;;
      '0 '* | [Ee][Xx][Ii][Tt]' '*) __deploytrack_arm "$__deploytrack_action" ;;
      *) command trap -- "$__deploytrack_action" "$__deploytrack_one" ;;
    esac || __deploytrack_trapped=$?
  done
  return "$__deploytrack_trapped"
}

# A shell has a clock if it changes.
if [ -n "${EPOCHREALTIME-}" ]; then
  __deploytrack_rest=$EPOCHREALTIME
  for __deploytrack_one in 1 2 3 4 5 6 7 8 9; do : "$__deploytrack_one"; done
  [ "$__deploytrack_rest" != "$EPOCHREALTIME" ] || __deploytrack_clock=
else
  __deploytrack_clock=
fi
case $- in *i*) __deploytrack_traps=no ;; esac
if [ "$__deploytrack_traps" = yes ]; then
  # These shells expand aliases in scripts, and do not let a function replace `trap`.
  alias trap=__deploytrack_trap
  # Through a file: `$(trap)` is empty in dash and mksh.
  if __deploytrack_rest=$(mktemp 2>/dev/null); then
    command trap >"$__deploytrack_rest"
    __deploytrack_one=$(cat "$__deploytrack_rest")
    rm -f "$__deploytrack_rest"
    case $__deploytrack_one in
      *__deploytrack_leaving*) ;; # loaded before
      *)
        __deploytrack_arm ''
        eval "$__deploytrack_one"
        ;;
    esac
  else
    __deploytrack_arm ''
  fi
fi
set "$__deploytrack_allexport"
