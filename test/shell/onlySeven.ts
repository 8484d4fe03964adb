/**
 * What PowerShell 7 knows and Windows PowerShell 5.1 does not, by its place in the syntax tree: a kind of token, a node (with a property
 * that is set), both with a text, an operator with a kind of operand, a command with a parameter or with more than `most` values, the
 * value of a parameter, a variable that is read, a type, a static member. Except for tokens, nodes and operators, an `if` that asks
 * for the version makes it right. `mistake` has it once. Splatted parameters are not seen.
 */
export interface OnlySeven {
  readonly what: string;
  readonly mistake: string;
  readonly token?: readonly string[];
  readonly text?: string;
  readonly ast?: string;
  readonly property?: string;
  readonly operator?: string;
  readonly right?: string;
  readonly command?: string;
  readonly parameter?: string;
  readonly value?: string;
  readonly most?: number;
  readonly variable?: string;
  readonly type?: string;
  readonly static?: string;
}

const token = (what: string, kind: string, mistake: string): OnlySeven => ({ what, token: [kind], mistake });
const text = (what: string, token: readonly string[], text: string, mistake: string): OnlySeven => ({
  ...{ what, token, text, mistake },
});

const syntax: readonly OnlySeven[] = [
  token('??', 'QuestionQuestion', '$a = $b ?? 1'),
  token('??=', 'QuestionQuestionEquals', '$a ??= 1'),
  token('?.', 'QuestionDot', '($a)?.Count'),
  token('?[', 'QuestionLBracket', '($a)?[0]'),
  { what: 'a ? b : c', ast: 'TernaryExpressionAst', mistake: '$a = $b ? 1 : 2' },
  token('&&', 'AndAnd', 'Get-Date && Get-Date'),
  token('||', 'OrOr', 'Get-Date || Get-Date'),
  { what: 'a job by &', ast: 'PipelineAst', property: 'Background', mistake: 'Get-Date &' },
  {
    what: 'clean { }',
    ast: 'ScriptBlockAst',
    property: 'CleanBlock',
    mistake: 'function Get-A { end { 1 } clean { 2 } }',
  },
  text('`e', ['StringExpandable', 'HereStringExpandable'], '(?<!`)(``)*`e', '"`e[0m"'),
  text('`u{}', ['StringExpandable', 'HereStringExpandable'], '(?<!`)(``)*`u\\{', '"`u{fc}"'),
  text('0b1', ['Number'], '^[-+]?0[bB]', '$a = 0b101'),
  { what: '1u', ast: 'ConstantExpressionAst', text: '^\\d+[uysn]', mistake: '$a = 1u' },
  {
    ...{ what: '-replace with a block', operator: 'Ireplace', right: 'ScriptBlockExpressionAst' },
    mistake: "'a' -replace 'a', { 'b' }",
  },
];

const commands = [
  ...['Start-ThreadJob', 'Test-Json', 'Get-Error', 'Join-String', 'Get-Uptime', 'Get-SecureRandom'],
  ...['ConvertFrom-Markdown', 'Show-Markdown', 'Remove-Service', 'Switch-Process', 'Get-PSSubsystem'],
].map((command): OnlySeven => ({ what: command, command, mistake: `${command} -Name a` }));

/** Parameters by their commands. */
const parametersOf: Readonly<Record<string, string>> = {
  'ForEach-Object': 'Parallel ThrottleLimit AsJob',
  'ConvertFrom-Json': 'AsHashtable Depth NoEnumerate DateKind',
  'ConvertTo-Json': 'AsArray EnumsAsStrings EscapeHandling',
  'Get-Content': 'AsByteStream',
  'Set-Content': 'AsByteStream',
  'Add-Content': 'AsByteStream',
  'Join-Path': 'AdditionalChildPath',
  'Split-Path': 'LeafBase Extension',
  'Get-ChildItem': 'FollowSymlink',
  'Resolve-Path': 'RelativeBasePath',
  'Sort-Object': 'Stable Top Bottom',
  'Where-Object': 'Not',
  'Select-String': 'Raw NoEmphasis Culture',
  'Measure-Object': 'AllStats StandardDeviation',
  'Export-Csv': 'UseQuotes QuoteFields NoHeader',
  'ConvertTo-Csv': 'UseQuotes QuoteFields NoHeader',
  'ConvertFrom-SecureString': 'AsPlainText',
  'Get-Date': 'AsUTC UnixTimeSeconds',
  'Start-Process': 'Environment',
  'Start-Sleep': 'Duration',
  'Test-Connection': 'TargetName TcpPort TimeoutSeconds Ping',
  'Start-Job': 'WorkingDirectory',
  'Import-Module': 'UseWindowsPowerShell SkipEditionCheck',
  'Import-PowerShellDataFile': 'SkipLimitCheck',
  'Invoke-Command': 'SSHTransport',
  'New-PSSession': 'SSHTransport KeyFilePath',
  'Invoke-WebRequest':
    'SkipHttpErrorCheck SkipCertificateCheck SkipHeaderValidation MaximumRetryCount RetryIntervalSec Authentication Token Form NoProxy SslProtocol ConnectionTimeoutSeconds OperationTimeoutSeconds Resume',
  'Invoke-RestMethod':
    'SkipHttpErrorCheck SkipCertificateCheck SkipHeaderValidation StatusCodeVariable ResponseHeadersVariable MaximumRetryCount RetryIntervalSec Authentication Token Form NoProxy SslProtocol ConnectionTimeoutSeconds OperationTimeoutSeconds Resume FollowRelLink',
};
const parameters = Object.entries(parametersOf).flatMap(([command, names]) =>
  names.split(' ').map((parameter): OnlySeven => {
    const call = `${command} -${parameter}`;
    return { what: call, command, parameter, mistake: call };
  }),
);

const values = ['utf8NoBOM', 'utf8BOM', 'ansi'].map((value): OnlySeven => {
  const what = `-Encoding ${value}`;
  return { what, parameter: 'Encoding', value, mistake: `Set-Content -Path a -Value b ${what}` };
});

const variables = [
  'IsWindows',
  'IsLinux',
  'IsMacOS',
  'IsCoreCLR',
  'PSStyle',
  'EnabledExperimentalFeatures',
].map((variable): OnlySeven => ({ what: `$${variable}`, variable, mistake: `if ($${variable}) { 1 }` }));

const types: readonly OnlySeven[] = [
  { what: '[semver]', type: 'semver', mistake: "[semver] '1.0.0'" },
  {
    what: 'System.Text.Json',
    type: 'System.Text.Json.*',
    mistake: "[System.Text.Json.JsonDocument]::Parse('1')",
  },
];

/** Of .NET, which the .NET Framework of 5.1 does not have. */
const statics = [
  ...[
    'IO.Path]::GetRelativePath',
    'IO.Path]::Join',
    'IO.Path]::EndsInDirectorySeparator',
    'IO.Path]::Exists',
  ],
  ...['Environment]::ProcessPath', 'Environment]::ProcessId', 'Environment]::TickCount64'],
  ...['Convert]::ToHexString', 'Convert]::FromHexString', 'SHA256]::HashData', 'Random]::Shared'],
  ...['OperatingSystem]::IsWindows', 'Math]::Clamp', 'Stopwatch]::GetElapsedTime', 'DateTime]::UnixEpoch'],
].map((name): OnlySeven => ({ what: `[${name}`, static: name, mistake: `[${name}('a')` }));

export const onlySeven: readonly OnlySeven[] = [
  ...syntax,
  ...commands,
  ...parameters,
  { what: 'Join-Path with three parts', command: 'Join-Path', most: 2, mistake: 'Join-Path a b c' },
  ...values,
  ...variables,
  ...types,
  ...statics,
];
