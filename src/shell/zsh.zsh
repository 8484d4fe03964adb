# What only zsh can do.

__deploytrack_shell=zsh
# Where a command of the script failed.
__deploytrack_failed_at=
__deploytrack_folder_at_load=$PWD
__deploytrack_fatal=
# Whether the trap for ZERR is ours.
__deploytrack_zerr=${__deploytrack_zerr-}
zmodload zsh/datetime zsh/system 2>/dev/null || __deploytrack_clock=

# Names of phases that were found to be valid.
typeset -gA __deploytrack_known

deploytrack() {
  # The most frequent calls, with as little work as possible: `phase start <phase>`, `phase end <phase>`.
  if [[ $# == 3 && $1 == phase && $3 == ?* &&
    "${sysparams[pid]}|@environment@" == "$__deploytrack_key" &&
    ${__deploytrack_known["$2 $3"]-} == yes &&
    -f $__deploytrack_journal && -w $__deploytrack_journal && ! -L $__deploytrack_journal ]] &&
    builtin printf '%s%s %s phase-%s %s"}\n' "$__deploytrack_default_line" "$EPOCHREALTIME" "$((++__deploytrack_count))" "$2" "$3" >>"$__deploytrack_journal"; then
    return 0
  fi
  # The same with `--service` or `--exit-code`.
  if [[ $# == 5 && $1 == phase && $3 == ?* &&
    "${sysparams[pid]}|@environment@" == "$__deploytrack_key" &&
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
  [[ $__deploytrack_inner != 0 ]] || return 0
  __deploytrack_inside "$@"
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

__deploytrack_echo() { builtin printf '%s\n' "$1"; }

__deploytrack_is_exported() { [[ ${(tP)1} == *export* ]]; }

# For the fast calls above. The phase cutover may have a prober.
__deploytrack_know() { [[ $2 == cutover ]] || __deploytrack_known["$1 $2"]=yes; }

__deploytrack_self() { __deploytrack_pid=${sysparams[pid]}; }

__deploytrack_is_main() { [[ ${sysparams[pid]} == "$$" && $__deploytrack_owner == "$$" ]]; }

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

# A trap for ZERR, even one that does nothing, makes zsh 5.9 ignore `setopt err_return`.
__deploytrack_rearm() {
  [[ -o errreturn && -n $__deploytrack_zerr ]] || return 0
  __deploytrack_zerr=
  trap - ZERR
}

# Runs whatever traps the script sets, but before them: a trap of its own decides about a script that ended with 0.
__deploytrack_at_exit() {
  local __deploytrack_exit=$?
  [[ ${sysparams[pid]} == "$$" ]] || return 0 # `exit` in a subshell runs this too
  __deploytrack_deep 100 "$__deploytrack_exit"
}

# After `exit` in a function zsh 5.9 also leaves each function of this hook that is not called from more functions.
__deploytrack_deep() {
  if (($1 > 0)); then
    __deploytrack_deep $(($1 - 1)) "$2"
  else
    __deploytrack_leaving "$2" || :
    case "$2 $(trap)" in '0 '*EXIT* | *'deploytrack finish'*EXIT*) return 0 ;; esac
    __deploytrack_left
  fi
}

# As in the other shells, but `setopt err_return` must not skip the second mark.
__deploytrack_inside() {
  shift "$__deploytrack_inner"
  local __deploytrack_k="$__deploytrack_kind" __deploytrack_n="$__deploytrack_name" __deploytrack_s="$__deploytrack_of" \
    __deploytrack_j="$__deploytrack_judged" __deploytrack_l="$__deploytrack_last" __deploytrack_r='' __deploytrack_c=0
  __deploytrack_open || return "$?"
  {
    __deploytrack_c=-
    "$@"
    __deploytrack_c=$?
  } always {
    __deploytrack_tried=$?
    [[ $__deploytrack_c != - || ! -o errreturn ]] || __deploytrack_c=$__deploytrack_tried
    # Otherwise the command has called `exit`: the end of the script closes it.
    [[ $__deploytrack_c == - ]] || __deploytrack_close || __deploytrack_c=$?
  }
  return "$__deploytrack_c"
}

# A command has failed with <code>. Zsh 5.9 runs no trap for EXIT if `set -e` ends the script in a function.
# `deploytrack` is one: it goes on, and then calls `exit` itself, so that the script's own trap runs.
__deploytrack_on_failure() {
  __deploytrack_rearm
  [[ ! -o errexit || ${funcstack[@]:1:1} != (deploytrack|__deploytrack_*) ]] || {
    unsetopt errexit
    __deploytrack_fatal=yes
    return 0
  }
  __deploytrack_failed_at=${funcfiletrace[@]:0:1}
  [[ ! -o errexit ]] || __deploytrack_end "$1"
}

__deploytrack_end() {
  [[ $__deploytrack_traps == yes ]] && __deploytrack_is_main || return 0
  __deploytrack_leaving "$1" || :
  __deploytrack_left
}

case $- in *i*) __deploytrack_traps=no ;; esac
if [[ $__deploytrack_traps == yes && ${__deploytrack_hooked-} != "$$" ]]; then
  __deploytrack_hooked=$$
  zshexit_functions+=(__deploytrack_at_exit)
fi
if [[ $- != *i* && ! -o errreturn && $(trap) != *ZERR* ]]; then
  __deploytrack_zerr=yes
  trap '__deploytrack_on_failure "$?"' ZERR
fi
set "$__deploytrack_allexport"
