import { familySummary } from '../define/families.ts';
import { type CompletedCommand, type CompletedOption, completedCommands, type Offered } from './completed.ts';

/** For zsh: a file `_deploytrack` on `fpath`, or `source <(deploytrack completion zsh)` after `compinit`. */
export function zshCompletion(): string {
  const words = completedCommands();
  const phases = words.filter(({ name }) => name.startsWith('phase '));
  const others = words.filter(({ name }) => !name.startsWith('phase '));
  return `#compdef deploytrack
_deploytrack() {
  local -a offered
  if (( CURRENT == 2 )); then
    offered=(${described([...others, { name: 'phase', help: familySummary('phase') }])})
    _describe -t commands command offered
    return
  fi
  if [[ $words[2] == phase ]]; then
    if (( CURRENT == 3 )); then
      offered=(${described(phases.map(({ name, help }) => ({ name: name.slice('phase '.length), help })))})
      _describe -t commands 'phase command' offered
      return
    fi
    shift words; (( CURRENT-- ))
    words[2]="phase $words[2]"
  fi
  local word=$words[2]
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
