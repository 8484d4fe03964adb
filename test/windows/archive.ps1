# archive.ps1 -Archive <zip> -To <folder>: unpacks the archive for Windows, verifies it, and records with its deploytrack.cmd and its
# module, without another Node. For .github/workflows/windows.yml.
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $Archive,
    [Parameter(Mandatory = $true)] [string] $To
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

Expand-Archive -LiteralPath $Archive -DestinationPath $To -Force
$folder = (Get-Item -Path (Join-Path -Path $To -ChildPath 'deploytrack-*')).FullName
foreach ($line in Get-Content -LiteralPath (Join-Path -Path $folder -ChildPath 'SHA256SUMS')) {
    $sum, $name = $line -split '  ', 2
    $hash = (Get-FileHash -Algorithm SHA256 -LiteralPath (Join-Path -Path $folder -ChildPath $name)).Hash
    if ($hash -ne $sum) { throw "$name is not as it was packed" }
}

$env:Path = "$folder\cmd;$env:SystemRoot\System32;$env:SystemRoot;$env:SystemRoot\System32\WindowsPowerShell\v1.0"
if (Get-Command -Name node -ErrorAction Ignore) { throw 'there is another Node in the path' }
$ledger = Join-Path -Path $To -ChildPath 'deployments.db'
& (Join-Path -Path $PSScriptRoot -ChildPath 'deploy.ps1') -Ledger $ledger

$env:DEPLOYTRACK_LEDGER = $ledger
Import-Module -Name (Join-Path -Path $folder -ChildPath 'shell\DeployTrack\DeployTrack.psd1')
Invoke-Deployment -Deployment module -Version 1 { Invoke-DeploymentPhase -Name build { 'built' } }
$recorded = Get-Deployment -Deployment module -Limit 1
if ($recorded.Status -ne 'success') { throw "the module recorded $($recorded.Status)" }
exit 0
