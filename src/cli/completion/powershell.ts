import { type CompletedOption, completedCommands } from './completed.ts';

/** For PowerShell 5.1 and 7: `deploytrack completion powershell | Out-String | Invoke-Expression`. */
export function powershellCompletion(): string {
  const words = completedCommands();
  const table = words.map(({ name, help, options, operand }) => {
    const offered = typeof operand === 'string' ? [] : operand;
    const given = options.map(optionEntry).join('; ');
    return `    ${quoted(name)} = @{ help = ${quoted(help)}; operand = ${list(offered)}; options = @{ ${given} } }`;
  });
  return `# PowerShell completion of deploytrack
Register-ArgumentCompleter -Native -CommandName deploytrack, deploytrack.cmd, deploytrack.js -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${table.join('\n')}
  }
  $typed = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_".Trim("'") })
  $offer = { param($names) $names | Where-Object { $_ -like "$wordToComplete*" } | Sort-Object |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) } }
  # The arguments of a wrapped command are not completed here.
  if ($typed -contains '--') { return }
  if ($typed.Count -le 1) { return & $offer @($words.Keys | ForEach-Object { ($_ -split ' ')[0] } | Select-Object -Unique) }
  $name = $typed[1]
  $members = @($words.Keys | Where-Object { $_ -like "$name *" } | ForEach-Object { ($_ -split ' ')[1] })
  if ($members.Count -gt 0) {
    if ($typed.Count -eq 2 -and $wordToComplete -notlike '-*') { return & $offer $members }
    if ($typed.Count -gt 2 -and $members -contains $typed[2]) { $name = "$name $($typed[2])" }
  }
  $word = $words[$name]
  if ($null -eq $word) { return }
  $before = $typed[-1]
  if ($before -like '--*' -and $word.options.ContainsKey($before) -and $null -ne $word.options[$before]) {
    return & $offer $word.options[$before]
  }
  if ($wordToComplete -like '-*') { return & $offer @($word.options.Keys) }
  & $offer $word.operand
}
`;
}

/** Null for a flag, otherwise the values offered after it. */
function optionEntry({ name, value }: CompletedOption): string {
  return `'--${name}' = ${value === null ? '$null' : list(typeof value === 'string' ? [] : value)}`;
}

function list(texts: readonly string[]): string {
  return `@(${texts.map(quoted).join(', ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
