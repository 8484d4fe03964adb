import {
  type CompletedCommand,
  type CompletedOption,
  completedCommands,
  completedFamilies,
} from './completed.ts';

/** For PowerShell 5.1 and 7: `deploytrack completion powershell | Out-String | Invoke-Expression`. */
export function powershellCompletion(): string {
  const words = completedCommands();
  const families = completedFamilies(words).map(({ name, help }) => `${quoted(name)} = ${quoted(help)}`);
  return `# PowerShell completion of deploytrack
Register-ArgumentCompleter -Native -CommandName deploytrack, deploytrack.cmd, deploytrack.js -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${words.map(commandEntry).join('\n')}
  }
  $families = @{ ${families.join('; ')} }
  $typed = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_".Trim("'") })
  # Tooltips are texts of the help. A value has none: it is its own.
  $offer = { param($names, $tips, $before) $names | Where-Object { "$before$_" -like "$wordToComplete*" } | Sort-Object |
    ForEach-Object {
      $tip = if ($tips -and $tips["$_"]) { $tips["$_"] } else { "$_" }
      [System.Management.Automation.CompletionResult]::new("$before$_", "$_", 'ParameterValue', $tip)
    } }
  # The arguments of a wrapped command are not completed here.
  if ($typed -contains '--') { return }
  if ($typed.Count -le 1) {
    foreach ($key in $words.Keys) { if ($key -notlike '* *') { $families[$key] = $words[$key].help } }
    return & $offer @($families.Keys) $families
  }
  $name = $typed[1]
  $members = @{}
  foreach ($key in $words.Keys) { if ($key -like "$name *") { $members[($key -split ' ')[1]] = $words[$key].help } }
  if ($members.Count -gt 0) {
    if ($typed.Count -eq 2 -and $wordToComplete -notlike '-*') { return & $offer @($members.Keys) $members }
    if ($typed.Count -gt 2 -and $members.ContainsKey($typed[2])) { $name = "$name $($typed[2])" }
  }
  $word = $words[$name]
  if ($null -eq $word) { return }
  $before, $value = $wordToComplete -split '=', 2
  if ($before -like '--*' -and $null -ne $value -and $word.options[$before]) {
    return & $offer $word.options[$before] $null "$before="
  }
  $before = $typed[-1]
  if ($before -like '--*' -and $word.options.ContainsKey($before) -and $null -ne $word.options[$before]) {
    return & $offer $word.options[$before]
  }
  if ($wordToComplete -like '-*') { return & $offer @($word.options.Keys) $word.tips }
  & $offer $word.operand
}
`;
}

function commandEntry({ name, help, options, operand }: CompletedCommand): string {
  const offered = typeof operand === 'string' ? [] : operand;
  const given = options.map(optionEntry).join('; ');
  const tips = options.map((option) => `'--${option.name}' = ${quoted(option.help)}`).join('; ');
  return `    ${quoted(name)} = @{ help = ${quoted(help)}; operand = ${list(offered)}; options = @{ ${given} }; tips = @{ ${tips} } }`;
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
