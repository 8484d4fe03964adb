# What only zsh can do.

__deploytrack_shell=zsh
# Where a command of the script failed.
__deploytrack_failed_at=
__deploytrack_folder_at_load=$PWD
__deploytrack_fatal=
zmodload zsh/datetime zsh/system 2>/dev/null || __deploytrack_clock=

deploytrack() {
  # The most frequent calls, with as little work as possible: `phase start <phase>`, `phase end <phase>`.
  if [[ $# == 3 && $1 == phase && ($2 == start || $2 == end) && $3 != *[!abcdefghijklmnopqrstuvwxyz0123456789_]* &&
    $3 == [abcdefghijklmnopqrstuvwxyz]* && $3 != cutover && ${#3} -lt 64 &&
    "${sysparams[pid]}|${DEPLOYTRACK_ID-}|${DEPLOYTRACK_SERVICE-}|${DEPLOYTRACK_LEDGER-}|${STATE_DIRECTORY-}|${XDG_STATE_HOME-}|${HOME-}|${DEPLOYTRACK_STRICT-}|${DEPLOYTRACK_DISABLED-}|$PWD" == "$__deploytrack_key" &&
    -w $__deploytrack_journal && ! -L $__deploytrack_journal ]] &&
    printf '%s%s %s phase-%s %s"}\n' "$__deploytrack_default_line" "$EPOCHREALTIME" "$((++__deploytrack_count))" "$2" "$3" >>"$__deploytrack_journal"; then
    return 0
  fi
  __deploytrack_word "$@"
  local __deploytrack_of_word=$?
  if [[ -n $__deploytrack_fatal ]]; then
    __deploytrack_fatal=
    setopt errexit
    if [[ $__deploytrack_of_word != 0 ]]; then
      __deploytrack_end "$__deploytrack_of_word"
      exit "$__deploytrack_of_word"
    fi
  fi
  return "$__deploytrack_of_word"
}

__deploytrack_self() { __deploytrack_pid=${sysparams[pid]}; }

__deploytrack_is_main() { [[ ${sysparams[pid]} == "$$" ]]; }

# A function, or a builtin that means something else in another process.
__deploytrack_is_inner() {
  [[ ${+functions[$1]} == 1 ]] && return 0
  case $1 in echo | printf | test | '[' | true | false | kill | pwd | exec | command | exit | return) return 1 ;; esac
  [[ $(whence -w -- "$1") == *': builtin' ]]
}

# The line that failed, as the script has it.
__deploytrack_reason() {
  [[ -z $__deploytrack_where && -n $__deploytrack_failed_at ]] || return 0
  local __deploytrack_file=${__deploytrack_failed_at%:*} __deploytrack_number=${__deploytrack_failed_at##*:}
  [[ $__deploytrack_file == /* ]] || __deploytrack_file=$__deploytrack_folder_at_load/$__deploytrack_file
  __deploytrack_where="line $__deploytrack_number"
  if [[ -f $__deploytrack_file && -r $__deploytrack_file ]]; then
    local __deploytrack_text
    integer __deploytrack_read=0
    while IFS= read -r __deploytrack_text && ((++__deploytrack_read < __deploytrack_number)); do :; done <"$__deploytrack_file"
    __deploytrack_text=${__deploytrack_text#"${__deploytrack_text%%[![:blank:]]*}"}
    case $__deploytrack_text in
      '' | *deploytrack* | exit*) __deploytrack_where= ;;
      *) __deploytrack_where="line $__deploytrack_number: $__deploytrack_text" ;;
    esac
  fi
}

__deploytrack_before_exit() { :; }
__deploytrack_rearm() { :; }

# Runs whatever traps the script sets, but before them: a trap of its own decides about a script that ended with 0.
__deploytrack_at_exit() {
  local __deploytrack_exit=$?
  __deploytrack_leaving "$__deploytrack_exit" || :
  case "$__deploytrack_exit $(trap)" in '0 '*EXIT* | *'deploytrack finish'*EXIT*) return 0 ;; esac
  __deploytrack_left
}

# A command has failed with <code>. Zsh 5.9 runs no trap for EXIT if `set -e` ends the script in a function.
# `deploytrack` is one: it goes on, and then calls `exit` itself, so that the script's own trap runs.
__deploytrack_on_failure() {
  [[ ! -o errexit || ${funcstack[2]-} != (deploytrack|__deploytrack_*) ]] || {
    unsetopt errexit
    __deploytrack_fatal=yes
    return 0
  }
  __deploytrack_failed_at=${funcfiletrace[1]}
  [[ ! -o errexit ]] || __deploytrack_end "$1"
}

__deploytrack_end() {
  [[ $__deploytrack_traps == yes ]] && __deploytrack_is_main || return 0
  __deploytrack_leaving "$1" || :
  __deploytrack_left
}

case $- in *i*) __deploytrack_traps=no ;; esac
[[ $__deploytrack_traps == yes ]] && zshexit_functions+=(__deploytrack_at_exit)
if [[ $- != *i* && $(trap) != *ZERR* ]]; then
  trap '__deploytrack_on_failure "$?"' ZERR
fi
