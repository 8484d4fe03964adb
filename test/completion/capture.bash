# capture.bash SCRIPT WORD…: what bash offers for the last word, one per line.
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_deploytrack 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
