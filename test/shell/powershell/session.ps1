# session.ps1 <host> <manifest of the module> <ledger>: records from a session on that host, and around a call of it; JSON of
# what was seen.
param([string] $HostName, [string] $Module, [string] $Ledger)
$ErrorActionPreference = 'Stop'
Import-Module -Name $Module
$session = New-PSSession -HostName $HostName
$there = Invoke-Command -Session $session -ArgumentList $Module, $Ledger, $env:DEPLOYTRACK_SETTINGS_ROOT -ScriptBlock {
    param($module, $ledger, $root)
    $env:DEPLOYTRACK_LEDGER = $ledger
    $env:DEPLOYTRACK_SETTINGS_ROOT = $root
    Import-Module -Name $module
    Invoke-Deployment -Deployment there -Version 1 {
        Invoke-DeploymentPhase -Name build { 'in the session' }
        Invoke-DeploymentPhase -Name migrate -FailOnExitCode { sh -c 'exit 0' }
    }
    try { Invoke-Deployment -Deployment fails -Version 1 { Invoke-DeploymentPhase -Name build { throw 'broke there' } } } catch { "$_" }
    "left: [$env:DEPLOYTRACK_ID]"
}
$thrown = $null
try {
    Invoke-Deployment -Deployment around -Version 1 {
        Invoke-DeploymentPhase -Name copy -Service web-1 { Invoke-Command -Session $session -ScriptBlock { 1 + 1 } } | Out-Null
        Invoke-DeploymentPhase -Name switch -Service web-1 {
            Invoke-Command -Session $session -ErrorAction Stop -ScriptBlock { Write-Error -Message 'in use' }
        }
    }
} catch { $thrown = "$_" }
Remove-PSSession -Session $session
[Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject @{ there = @($there | ForEach-Object { "$_" }); thrown = $thrown }))
