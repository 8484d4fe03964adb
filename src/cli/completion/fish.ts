import {
  type CompletedCommand,
  type CompletedFamily,
  type CompletedOption,
  completedCommands,
  completedFamilies,
  type Offered,
} from './completed.ts';

/** For fish: `deploytrack completion fish > ~/.config/fish/completions/deploytrack.fish`. */
export function fishCompletion(): string {
  const words = completedCommands();
  const families = completedFamilies(words);
  const first = [
    ...words.filter(({ name }) => !name.includes(' ')),
    ...families.filter(({ isCommand }) => !isCommand),
  ];
  return `# fish completion of deploytrack
${helpers}complete -c deploytrack -f
complete -c deploytrack -n __deploytrack_at -l version -d 'show the version'
${first.map(({ name, help }) => `complete -c deploytrack -n __deploytrack_at -a ${name} -d ${quoted(help)}`).join('\n')}
${families.map(familyLine).join('\n')}
${words.flatMap((word) => linesOf(word, families)).join('\n')}
`;
}

const helpers = `function __deploytrack_at
    set -l words (commandline -opc) (commandline -ct)
    set -e words[1]
    if test (count $argv) -eq 0
        test (count $words) -eq 1
        return
    end
    set -l wanted (string split ' ' -- $argv[1])
    set -l many (count $wanted)
    test (count $words) -gt $many; and test "$words[1..$many]" = "$argv[1]"
end
# Whether the wrapped command has begun: after -- or after the operands of its own. Its position is saved.
function __deploytrack_wrapped
    set -l words (commandline -opc)
    set -l flags (string split ' ' -- $argv[3])
    set -l operands 0
    set -l at (math 1 + (count (string split ' ' -- $argv[1])))
    while test $at -lt (count $words)
        set at (math $at + 1)
        switch $words[$at]
            case --
                set -g __deploytrack_from (math $at + 1)
                return 0
            case '--*'
                contains -- $words[$at] $flags; or set at (math $at + 1)
            case '*'
                set operands (math $operands + 1)
                if test $operands -gt $argv[2]
                    set -g __deploytrack_from $at
                    return 0
                end
        end
    end
    # After an option with a value comes that value.
    test $at -eq (count $words); and test $operands -eq $argv[2]; and not string match -q -- '-*' (commandline -ct); or return 1
    set -g __deploytrack_from (math (count $words) + 1)
end
function __deploytrack_command
    set -l words (commandline -opc)
    complete -C (string join ' ' -- (string escape -- $words[$__deploytrack_from..-1]) (commandline -ct))
end
`;

function familyLine({ name, members }: CompletedFamily): string {
  const names = members.map((member) => member.name).join(' ');
  return `complete -c deploytrack -n '__deploytrack_at ${name}; and test (count (commandline -opc)) -eq 2' -a ${quoted(names)}`;
}

function linesOf(
  { name, options, operand, operands, wraps }: CompletedCommand,
  families: readonly CompletedFamily[],
): string[] {
  const members = families.find((family) => family.name === name)?.members ?? [];
  const at = [
    `__deploytrack_at "${name}"`,
    ...members.map((member) => `not __deploytrack_at "${name} ${member.name}"`),
  ].join('; and ');
  const flags = options.flatMap((option) => (option.value === null ? [`--${option.name}`] : [])).join(' ');
  const behind = `__deploytrack_wrapped "${name}" ${operands} "${flags}"`;
  const here = `${at}${wraps ? `; and not ${behind}` : ''}`;
  return [
    ...options.map((option) => optionLine(option, here)),
    ...(operands === 0 || operand === 'any'
      ? []
      : [`complete -c deploytrack -n ${quoted(here)} ${offerOf(operand)}`]),
    ...(wraps
      ? [`complete -c deploytrack -n ${quoted(`${at}; and ${behind}`)} -a '(__deploytrack_command)'`]
      : []),
  ];
}

function optionLine({ name, help, value }: CompletedOption, here: string): string {
  const takes = value === null ? '' : value === 'any' ? ' -x' : ` -r ${offerOf(value)}`;
  return `complete -c deploytrack -n ${quoted(here)} -l ${name}${takes} -d ${quoted(help)}`;
}

function offerOf(value: Offered): string {
  if (value === 'file') return '-F';
  if (value === 'folder') return "-f -a '(__fish_complete_directories (commandline -ct))'";
  return value === 'any' ? '' : `-f -a ${quoted(value.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
