/** The stories of `stories.ts` in PowerShell: what is deployed, by plain commands and by the module. */
export interface InPowershell {
  readonly plain: string;
  readonly module: string;
  /** After the deployment, in the script. */
  readonly after?: string;
  /** Before the start. */
  readonly before?: string;
  /** It ends the process, so it has one of its own. */
  readonly endsProcess?: true;
}

const build = {
  plain: 'deploytrack phase start build\ndeploytrack phase end build\n',
  module: 'Start-DeploymentPhase -Name build\nComplete-DeploymentPhase -Name build\n',
};

/** By title. */
export const inPowershell: Readonly<Record<string, InPowershell>> = {
  'a deployment that succeeds': {
    plain: `${build.plain}deploytrack migrate '--' sh -c 'exit 0'
if ($LASTEXITCODE) { throw "migrate: exit code $LASTEXITCODE" }
deploytrack smoke login '--' true
if ($LASTEXITCODE) { throw "login: exit $LASTEXITCODE" }
deploytrack finish`,
    module: `${build.module}Invoke-DeploymentPhase -Name migrate -FailOnExitCode { sh -c 'exit 0' }
Invoke-DeploymentSmokeTest -Name login -FailOnExitCode { true }
Complete-Deployment -Status Success`,
    after: 'exit 0',
  },
  'marks in subshells, pipes, conditions, with noclobber, and with an odd IFS': {
    plain: `$OFS = ':'
deploytrack phase start odd-name
deploytrack phase end odd-name
& { deploytrack phase start sub --service h1; deploytrack phase end sub --service h1 --exit-code 3 }
deploytrack phase start piped | Out-Null
deploytrack phase end piped 2>&1 | Out-Null
deploytrack phase run dump '--' echo a | Out-Null
deploytrack phase run question --try '--' sh -c 'exit 4'
if ($LASTEXITCODE -ne 4) { exit 9 }
function f { sh -c 'exit 5' }
deploytrack phase start f
f
deploytrack phase end f --exit-code $LASTEXITCODE
deploytrack finish --status warning`,
    module: `$OFS = ':'
Start-DeploymentPhase -Name odd-name
Complete-DeploymentPhase -Name odd-name
& { Start-DeploymentPhase -Name sub -Service h1; Complete-DeploymentPhase -Name sub -Service h1 -ExitCode 3 }
Start-DeploymentPhase -Name piped | Out-Null
Complete-DeploymentPhase -Name piped 2>&1 | Out-Null
Invoke-DeploymentPhase -Name dump -FailOnExitCode { sh -c 'echo a' } | Out-Null
try { Invoke-DeploymentPhase -Name question -FailOnExitCode { sh -c 'exit 4' } } catch { if ($LASTEXITCODE -ne 4) { exit 9 } }
function f { sh -c 'exit 5' }
Start-DeploymentPhase -Name f
f
Complete-DeploymentPhase -Name f -ExitCode $LASTEXITCODE
Complete-Deployment -Status Warning`,
    after: 'exit 0',
  },
  'a wrapped command that fails under set -e': {
    plain: `${build.plain}deploytrack migrate '--' sh -c 'exit 3'
if ($LASTEXITCODE) { throw "migrate: exit code $LASTEXITCODE" }
'never'`,
    module: `${build.module}Invoke-DeploymentPhase -Name migrate -FailOnExitCode { sh -c 'exit 3' }
'never'`,
  },
  'a step between two marks that fails under set -e': {
    plain: `${build.plain}deploytrack phase start unpack
sh -c 'exit 7'
if ($LASTEXITCODE) { throw "unpack: exit $LASTEXITCODE" }
'never'`,
    module: `${build.module}Start-DeploymentPhase -Name unpack
sh -c 'exit 7'
if ($LASTEXITCODE) { throw "unpack: exit $LASTEXITCODE" }
'never'`,
  },
  'a function that fails under set -e': {
    plain: `function Expand-Release { Get-Item -LiteralPath /nowhere; 'never' }
deploytrack phase start unpack
Expand-Release
'never'`,
    module: `function Expand-Release { Get-Item -LiteralPath /nowhere; 'never' }
Invoke-DeploymentPhase -Name unpack { Expand-Release }
'never'`,
  },
  'exit 0 in the middle, with a trap that decides by the exit code': {
    plain: `Set-Content -LiteralPath part.ps1 -Value 'exit 0'
${build.plain}./part.ps1
'cleanup'
deploytrack finish --exit-code $LASTEXITCODE`,
    module: `Set-Content -LiteralPath part.ps1 -Value 'exit 0'
${build.module}./part.ps1
'cleanup'
if ($LASTEXITCODE -eq 0) { Complete-Deployment -Status Success }`,
  },
  'exit 0 in the middle, with a trap that expects finish': {
    plain: `${build.plain}exit 0`,
    module: `${build.module}exit 0`,
  },
  'exec as the last line, after finish': {
    plain: `${build.plain}deploytrack finish`,
    module: `${build.module}Complete-Deployment -Status Success`,
    after: `sh -c 'exit 4'\nexit $LASTEXITCODE`,
  },
  'SIGTERM while a phase is open': {
    plain: 'deploytrack phase start build\nsh -c "kill -TERM $PID"\nStart-Sleep -Seconds 30',
    module: 'Start-DeploymentPhase -Name build\nsh -c "kill -TERM $PID"\nStart-Sleep -Seconds 30',
    endsProcess: true,
  },
  'Ctrl-C while a wrapped command runs': {
    plain: `deploytrack phase run build '--' sh -c 'kill -INT 0; sleep 9'\nStart-Sleep -Seconds 30`,
    module: `Invoke-DeploymentPhase -Name build { sh -c 'kill -INT 0; sleep 9'; Start-Sleep -Seconds 30 }`,
    endsProcess: true,
  },
  'exit in subshells, substitutions and background steps': {
    plain: `Set-Content -LiteralPath three.ps1 -Value 'exit 3'
deploytrack phase start build
./three.ps1
if ($LASTEXITCODE -eq 3) { 'handled' }
$text = & { 'hi' }
Start-ThreadJob { deploytrack phase start part; exit 0 } | Wait-Job | Receive-Job
deploytrack phase end build
deploytrack phase end part
deploytrack finish`,
    module: `Set-Content -LiteralPath three.ps1 -Value 'exit 3'
Start-DeploymentPhase -Name build
./three.ps1
if ($LASTEXITCODE -eq 3) { 'handled' }
$text = & { 'hi' }
$module = (Get-Module -Name DeployTrack).Path
Start-ThreadJob { Import-Module -Name $using:module; Start-DeploymentPhase -Name part; exit 0 } | Wait-Job | Receive-Job
Complete-DeploymentPhase -Name build
Complete-DeploymentPhase -Name part
Complete-Deployment -Status Success`,
    after: 'exit 0',
  },
  'exit in a function that is called in a function': {
    plain: `function Stop-All { exit 4 }
function Step-On { Stop-All }
deploytrack phase start build
Step-On`,
    module: `function Stop-All { exit 4 }
function Step-On { Stop-All }
Start-DeploymentPhase -Name build
Step-On`,
  },
  'a gateway that is dead': {
    plain: `${build.plain}deploytrack finish`,
    module: `${build.module}Complete-Deployment -Status Success`,
  },
  'a ledger on a disk that becomes read-only': {
    before: `New-Item -ItemType Directory -Path disk | Out-Null
mount -t tmpfs none disk
$env:DEPLOYTRACK_LEDGER = Join-Path (Get-Location).Path 'disk/d.db'`,
    plain: `deploytrack phase start build
mount -o remount,ro disk
deploytrack phase end build
deploytrack phase start unpack
mount -o remount,rw disk
deploytrack phase end unpack
deploytrack finish`,
    module: `Start-DeploymentPhase -Name build
mount -o remount,ro disk
Complete-DeploymentPhase -Name build
Start-DeploymentPhase -Name unpack
mount -o remount,rw disk
Complete-DeploymentPhase -Name unpack
Complete-Deployment -Status Success`,
    after: `sh -c 'cp disk/d.db* .'`,
  },
};

/** The whole script of a story. */
export function scriptOf(
  { plain, module, after = '', before = '' }: InPowershell,
  isModule: boolean,
): string {
  const head = `$ErrorActionPreference = 'Stop'\n${before}\n`;
  if (isModule)
    return `${head}Start-Deployment
try {
${module}
} catch { Complete-Deployment -ErrorRecord $_; throw }
finally { Complete-Deployment }
${after}
`;
  return `${head}$PSNativeCommandUseErrorActionPreference = $false
$env:DEPLOYTRACK_ID = deploytrack start
if ($LASTEXITCODE) { throw 'deploytrack start was refused' }
try {
${plain}
} catch { $env:DEPLOYTRACK_ERROR = "$_"; throw }
finally {
    deploytrack finish --on-exit $LASTEXITCODE
    $env:DEPLOYTRACK_ID = $env:DEPLOYTRACK_ERROR = $null
}
${after}
`;
}
