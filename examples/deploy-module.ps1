<#
.SYNOPSIS
deploy.ps1 with the DeployTrack module: script blocks are phases, and marks need no process.
.DESCRIPTION
For PowerShell 5.1 and 7. The service `Notes` runs <Root>\current\venv\Scripts\python.exe <Root>\current\service.py
--port <Port> --database <Root>\data\notes.db.
#>
param(
    [Parameter(Mandatory)] [string] $Zip,
    [Parameter(Mandatory)] [string] $Version,
    [string] $Root = 'C:\Services\Notes',
    [int] $Port = 8080,
    [timespan] $HealthTimeout = '00:01:00',
    [string] $Python = 'python'
)
$ErrorActionPreference = 'Stop'
Invoke-Expression -Command (deploytrack shell powershell) # imports the module

#region Windows: the service and the junction
function Start-Notes { Start-Service -Name Notes }
function Stop-Notes { Stop-Service -Name Notes }
function Get-VenvPython([string] $Release) { Join-Path $Release 'venv\Scripts\python.exe' }
function Get-Current([string] $Link) {
    if (Test-Path $Link) { @((Get-Item $Link).Target)[0] }
}
function Set-Current([string] $Link, [string] $Release) {
    if (Test-Path $Link) { [IO.Directory]::Delete($Link) } # the junction, not what it points to
    New-Item -ItemType Junction -Path $Link -Target $Release | Out-Null
}
#endregion

function Switch-Release([string] $To) {
    Stop-Notes
    Set-Current $current $To
    Start-Notes
}
function Undo-Release([string] $Reason) {
    if (-not $previous) { return }
    # A rollback that fails must not replace the error that made it necessary.
    try {
        Undo-Deployment -Reason $Reason -Uri $health -Timeout $HealthTimeout -Interval 00:00:00.1 { Switch-Release $previous }
    } catch { Write-Warning "the rollback failed: $_" }
}

$current = Join-Path $Root 'current'
$data = Join-Path $Root 'data'
$release = Join-Path (Join-Path $Root 'releases') $Version
$venvPython = Get-VenvPython $release
$migrated = Join-Path $release 'migrated'
$health = "http://127.0.0.1:$Port/health"

Invoke-Deployment -Deployment notes -Version $Version -Python $venvPython {
    New-Item -ItemType Directory -Force -Path $release, $data | Out-Null
    $previous = Get-Current $current # nothing before the first deployment

    Invoke-DeploymentPhase -Name extract -Artifact $Zip -FailOnExitCode { & $Python -m zipfile -e $Zip $release }
    Invoke-DeploymentPhase -Name venv_rebuild -FailOnExitCode {
        & $Python -m venv --clear (Join-Path $release 'venv')
        if ($LASTEXITCODE) { throw "venv: exit code $LASTEXITCODE" }
        & $venvPython -m pip install --quiet --disable-pip-version-check -r (Join-Path $release 'requirements.txt')
    }
    Invoke-DeploymentPhase -Name migrate -CountFile $migrated -FailOnExitCode {
        & $venvPython (Join-Path $release 'migrate.py') (Join-Path $data 'notes.db') --count-file $migrated
    }
    # A prober runs during the block and measures the downtime.
    try { Invoke-DeploymentPhase -Name cutover -Probe $health { Switch-Release $release } } catch {
        Undo-Release 'cutover_failed'
        throw
    }
    $state = Test-DeploymentHealth -Uri $health -Timeout $HealthTimeout
    if (-not $state.Healthy) {
        Undo-Release 'health_check_failed'
        throw "$Version did not become healthy"
    }
}
