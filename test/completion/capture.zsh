# capture.zsh FOLDER LINE: what zsh offers after a line, each as <word> on a line. FOLDER contains _deploytrack.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= RPROMPT= ; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -d $1/dump"
zpty -w z "zstyle ':completion:*' insert-tab false; bindkey '^I' complete-word"
# Everything that is offered passes through compadd.
zpty -w z 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local hit; local -a hits; builtin compadd -A hits "$@"
  print; for hit in $hits; do print -r -- "<$hit>"; done; (( $#hits ))
}'
zpty -w z 'finished() { print -r -- "<<end>>" }; comppostfuncs=(finished)'
zpty -w z 'print -r -- "<<re""ady>>"'
zpty -r z before '*<<ready>>*'
zpty -n -w z "$2"$'\t'
zpty -r z offered '*<<end>>*'
print -r -- $offered
zpty -d z
