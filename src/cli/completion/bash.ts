import {
  type CompletedCommand,
  type CompletedFamily,
  completedCommands,
  completedFamilies,
  type Offered,
} from './completed.ts';

/** For bash 4 and later, with or without bash-completion: `source <(deploytrack completion bash)`. */
export function bashCompletion(): string {
  const words = completedCommands();
  return `# bash completion of deploytrack
_deploytrack() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} word= at=1 operands=0
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${firstWords(words).join(' ')} --help --version' -- "$current"))
    return
  fi
  word=\${COMP_WORDS[1]}
${completedFamilies(words).map(familyPart).join('')}  local options= values= flags= operand= wraps= own=0
  case $word in
${words.map(caseOf).join('\n')}
    *) return ;;
  esac
${walking}  case "$word $previous" in
${words.flatMap(valueCases).join('\n')}
  esac
${offering}`;
}

/** From the wrapped command on, its own completion is used. */
const walking = `  while ((++at < COMP_CWORD)); do
    case \${COMP_WORDS[at]} in
      --) [[ $wraps ]] && { _deploytrack_wrapped $((at + 1)); return; } ;;
      --*) [[ " $flags " == *" \${COMP_WORDS[at]} "* ]] || ((at++)) ;;
      *) ((++operands > own)) && [[ $wraps ]] && { _deploytrack_wrapped "$at"; return; } ;;
    esac
  done
`;

const offering = `  if [[ $previous == --* && " $flags " != *" $previous "* && $previous != -- ]]; then return; fi
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ $wraps ]] && ((operands >= own)); then
    COMPREPLY=($(compgen -c -- "$current"))
  elif [[ $operand == file ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$operand" -- "$current"))
  fi
}
_deploytrack_wrapped() {
  if declare -F _command_offset >/dev/null; then _command_offset "$1"
  elif ((COMP_CWORD == $1)); then COMPREPLY=($(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}"))
  else compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); fi
}
complete -F _deploytrack deploytrack
`;

function firstWords(words: readonly CompletedCommand[]): string[] {
  return [...new Set(words.map(({ name }) => name.split(' ')[0] ?? name))];
}

/** After a family that is a command itself, other words are arguments of that command. */
function familyPart({ name, members, isCommand }: CompletedFamily): string {
  const names = members.map((member) => member.name);
  const whenOffered = isCommand ? `((\${#COMPREPLY[@]})) && return` : 'return';
  const isMember = isCommand ? `[[ \${COMP_WORDS[2]} == @(${names.join('|')}) ]]` : 'true';
  return `  if [[ $word == ${name} ]]; then
    if ((COMP_CWORD == 2)); then
      COMPREPLY=($(compgen -W '${names.join(' ')}' -- "$current"))
      ${whenOffered}
    elif ${isMember}; then
      word="${name} \${COMP_WORDS[2]}" at=2
    fi
  fi
`;
}

function caseOf({ name, options, operand, operands, wraps }: CompletedCommand): string {
  const all = options.map((option) => `--${option.name}`).join(' ');
  const flags = options.flatMap((option) => (option.value === null ? [`--${option.name}`] : [])).join(' ');
  const offered = typeof operand === 'string' ? (operand === 'file' ? 'file' : '') : operand.join(' ');
  return `    '${name}') options='${all}' flags='${flags}' operand='${offered}' own=${operands} wraps=${wraps ? '1' : ''} ;;`;
}

function valueCases({ name, options }: CompletedCommand): string[] {
  return options.flatMap(({ name: option, value }) => {
    const offer = value === null ? null : offerOf(value);
    return offer === null ? [] : [`    '${name} --${option}') ${offer}; return ;;`];
  });
}

function offerOf(value: Offered): string | null {
  if (value === 'any') return null;
  if (value === 'file' || value === 'folder')
    return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen ${value === 'file' ? '-f' : '-d'} -- "$current"))`;
  return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current"))`;
}
