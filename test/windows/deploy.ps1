# deploy.ps1 -Ledger <file>: records a deployment with the deploytrack in PATH, in Windows PowerShell 5.1 or PowerShell 7, and throws
# unless everything is as it should be. For .github/workflows/windows.yml.
[CmdletBinding()]
param([Parameter(Mandatory = $true)] [string] $Ledger)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false # exit codes are checked below
$env:DEPLOYTRACK_LEDGER = $Ledger

function Assert-Exit([int] $Expected, [string] $What) {
    if ($LASTEXITCODE -ne $Expected) { throw "${What}: exit $LASTEXITCODE instead of $Expected" }
}

$env:DEPLOYTRACK_ID = deploytrack start --deployment app --version 1.0.0
Assert-Exit 0 'start'
deploytrack phase run build '--' cmd.exe /c 'exit 0'
Assert-Exit 0 'build'
deploytrack phase run smoke '--' cmd.exe /c 'exit 3'
Assert-Exit 3 'smoke'
# What the program started must not outlive the timeout: wine cannot show that.
deploytrack phase run slow --timeout 2s '--' cmd.exe /c 'ping -n 60 127.0.0.9 >NUL'
Assert-Exit 124 'slow'
$left = @(Get-CimInstance -ClassName Win32_Process -Filter "Name = 'PING.EXE'" | Where-Object { $_.CommandLine -match '127\.0\.0\.9' })
if ($left.Count -ne 0) { throw 'the timeout left a process of its command behind' }
deploytrack phase run missing '--' no-such-program
Assert-Exit 127 'missing'
deploytrack finish
Assert-Exit 0 'finish'
$recorded = @((deploytrack history --json | ConvertFrom-Json) | ForEach-Object { $_ })
if ($recorded.Count -ne 1 -or $recorded[0].deployment_id -ne $env:DEPLOYTRACK_ID) { throw 'history does not show the deployment' }

# The process that calls is this PowerShell, also by a .cmd: its open deployment is refused, not taken over.
Remove-Item -Path Env:DEPLOYTRACK_ID
$env:DEPLOYTRACK_ID = deploytrack start --deployment caller --version 1
Assert-Exit 0 'start of the caller'
deploytrack start --deployment caller --version 2 --exclusive --take-over
if ($LASTEXITCODE -eq 0) { throw 'a deployment whose caller lives was taken over' }
deploytrack finish
Assert-Exit 0 'finish of the caller'
Remove-Item -Path Env:DEPLOYTRACK_ID

deploytrack doctor
exit 0
