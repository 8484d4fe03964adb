import {
  type CompletedCommand,
  type CompletedFamily,
  type CompletedOption,
  completedCommands,
  completedFamilies,
  type Offered,
} from './completed.ts';

/** For zsh: a file `_deploytrack` on `fpath`, or `source <(deploytrack completion zsh)` after `compinit`. */
export function zshCompletion(): string {
  const words = completedCommands();
  const families = completedFamilies(words);
  const commands = words.filter(({ name }) => !name.includes(' '));
  return `#compdef deploytrack
_deploytrack() {
  local -a offered
  if (( CURRENT == 2 )); then
    offered=(${described([...commands, ...families.filter(({ isCommand }) => !isCommand)])})
    _describe -t commands command offered
    return
  fi
${families.map(familyPart).join('')}  local word=$words[2]
  shift words; (( CURRENT-- ))
  case $word in
${words.map(caseOf).join('\n')}
  esac
}
# A wrapped command has its own completion.
_deploytrack_command() {
  if [[ $words[1] == -- ]]; then shift words; (( CURRENT-- )); fi
  _normal
}
if [[ $funcstack[1] == _deploytrack ]]; then _deploytrack "$@"; else compdef _deploytrack deploytrack; fi
`;
}

/** After a family that is a command itself, other words are arguments of that command. */
function familyPart({ name, members, isCommand }: CompletedFamily): string {
  const isMember = isCommand ? ` && $words[3] == (${members.map((one) => one.name).join('|')})` : '';
  return `  if [[ $words[2] == ${name} ]]; then
    if (( CURRENT == 3 )); then
      offered=(${described(members)})
      _describe -t commands '${name} command' offered${isCommand ? '' : '\n      return'}
    elif [[ -n $words[3]${isMember} ]]; then
      shift words; (( CURRENT-- ))
      words[2]="${name} $words[2]"
    fi
  fi
`;
}

function described(words: readonly { readonly name: string; readonly help: string }[]): string {
  return words.map(({ name, help }) => quoted(`${name}:${help.replaceAll(':', '\\:')}`)).join(' ');
}

function caseOf({ name, options, operand, operands, wraps }: CompletedCommand): string {
  const specs = [
    ...options.map(optionSpec),
    ...Array.from({ length: operands }, (_, index) => `${index + 1}:operand:${actionOf(operand)}`),
    ...(wraps ? ['*:::command:_deploytrack_command'] : []),
  ];
  return `    ${quoted(name)}) _arguments -S ${specs.map(quoted).join(' ')} ;;`;
}

function optionSpec({ name, help, value }: CompletedOption): string {
  const text = help.replaceAll(/[[\]\\:]/g, '\\$&');
  return `*--${name}[${text}]${value === null ? '' : `:${name}:${actionOf(value)}`}`;
}

function actionOf(value: Offered): string {
  if (value === 'file') return '_files';
  if (value === 'folder') return '_files -/';
  return value === 'any' ? ' ' : `(${value.join(' ').replaceAll(':', '\\:')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
