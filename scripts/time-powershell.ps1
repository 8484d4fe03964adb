#!/usr/bin/env pwsh
# time-powershell.ps1: how long a mark by the PowerShell module takes (median of 1,000), and how much longer its import takes
# than that of an empty module (median of 9, in runspaces of this process). Exits with 1 if one of them takes longer than its
# limit. Run it with pwsh, or powershell on Windows, in a checkout that is built.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$mostMarkUs = 100
$mostImportMs = 60
$root = [IO.Path]::GetDirectoryName($PSScriptRoot)
$folder = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid().ToString())
$null = New-Item -ItemType Directory -Path $folder
$env:DEPLOYTRACK_LEDGER = Join-Path $folder 'deployments.db'
$env:DEPLOYTRACK_ID = $null
$env:PUSHGATEWAY_URL = $null
$module = Join-Path (Join-Path (Join-Path $root 'shell') 'DeployTrack') 'DeployTrack.psd1'
$empty = Join-Path $folder 'Empty.psd1'
Set-Content -LiteralPath (Join-Path $folder 'Empty.psm1') -Value '# empty'
Set-Content -LiteralPath $empty -Value "@{ RootModule = 'Empty.psm1'; ModuleVersion = '1.0'; FunctionsToExport = @() }"

function Get-Median([double[]] $Values) { @($Values | Sort-Object)[[Math]::Floor($Values.Count / 2)] }

function Measure-Import([string] $Path) {
    $shell = [powershell]::Create()
    $null = $shell.AddScript("`$watch = [Diagnostics.Stopwatch]::StartNew(); Import-Module -Name '$Path'; `$watch.Elapsed.TotalMilliseconds")
    $shell.Invoke()[0]
    $shell.Dispose()
}

try {
    $first = Measure-Import $module
    $imports = foreach ($one in 1..9) { (Measure-Import $module) - (Measure-Import $empty) }
    Import-Module -Name $module
    Start-Deployment -Deployment speed -Version 1
    Start-DeploymentPhase -Name build
    Complete-DeploymentPhase -Name build
    $ticks = foreach ($one in 1..500) {
        $begun = [Diagnostics.Stopwatch]::GetTimestamp()
        Start-DeploymentPhase -Name build
        $between = [Diagnostics.Stopwatch]::GetTimestamp()
        Complete-DeploymentPhase -Name build
        $between - $begun
        [Diagnostics.Stopwatch]::GetTimestamp() - $between
    }
    Complete-Deployment -Status Success
    Complete-Deployment
    $markUs = (Get-Median $ticks) / [Diagnostics.Stopwatch]::Frequency * 1e6
    $importMs = Get-Median $imports
    "a mark: {0:n0} us (median of 1,000), at most {1}" -f $markUs, $mostMarkUs
    "import: {0:n0} ms more than an empty module, at most {1}; the first {2:n0} ms" -f $importMs, $mostImportMs, $first
} finally {
    Remove-Item -Recurse -Force -LiteralPath $folder
}
if ($markUs -gt $mostMarkUs -or $importMs -gt $mostImportMs) { exit 1 }
