<#
.SYNOPSIS
deploy.sh for a Windows service and a junction: deploys one release, and rolls back if it does not become healthy.
.DESCRIPTION
For PowerShell 5.1 and 7. The service `Notes` runs <Root>\current\venv\Scripts\python.exe <Root>\current\service.py
--port <Port> --database <Root>\data\notes.db.
#>
param(
    [Parameter(Mandatory)] [string] $Zip,
    [Parameter(Mandatory)] [string] $Version,
    [string] $Root = 'C:\Services\Notes',
    [int] $Port = 8080,
    [string] $HealthTimeout = '60s',
    [string] $Python = 'python',
    [switch] $Json
)
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false # the script checks each exit code itself

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

function Assert-Exit([string] $Step) {
    if ($LASTEXITCODE) { throw "${Step}: exit code $LASTEXITCODE" }
}
function Switch-Release([string] $To) {
    Stop-Notes
    Set-Current $current $To
    Start-Notes
}
function Undo-Release([string] $Reason) {
    if (-not $previous) { return }
    deploytrack rollback start --reason $Reason
    $outcome = @()
    try { Switch-Release $previous } catch { $outcome = @('--failed') }
    # Not $outcome: empty, it would be an empty word.
    deploytrack rollback end --health $health --timeout $HealthTimeout --interval 100ms @outcome
}

$current = Join-Path $Root 'current'
$data = Join-Path $Root 'data'
$release = Join-Path (Join-Path $Root 'releases') $Version
$venvPython = Get-VenvPython $release
$migrated = Join-Path $release 'migrated'
$health = "http://127.0.0.1:$Port/health"
$report = @()
if ($Json) { $report = @('--json') }

$env:DEPLOYTRACK_ID = deploytrack start --deployment notes --version $Version --python $venvPython
if ($LASTEXITCODE) { throw 'deploytrack start was refused' }
try {
    New-Item -ItemType Directory -Force -Path $release, $data | Out-Null
    $previous = Get-Current $current # nothing before the first deployment

    deploytrack extract --artifact $Zip '--' $Python -m zipfile -e $Zip $release
    Assert-Exit 'extract'

    deploytrack phase start venv_rebuild
    & $Python -m venv --clear (Join-Path $release 'venv')
    Assert-Exit 'venv'
    & $venvPython -m pip install --quiet --disable-pip-version-check -r (Join-Path $release 'requirements.txt')
    Assert-Exit 'pip install'
    deploytrack phase end venv_rebuild

    deploytrack migrate --count-file $migrated '--' `
        $venvPython (Join-Path $release 'migrate.py') (Join-Path $data 'notes.db') --count-file $migrated
    Assert-Exit 'migrate'

    # deploytrack cannot run functions and cmdlets: put marks before and after them. The prober runs in between.
    deploytrack phase start cutover --probe $health
    try { Switch-Release $release } catch {
        deploytrack phase end cutover --status failed
        Undo-Release 'cutover_failed'
        throw
    }
    deploytrack phase end cutover

    deploytrack health $health --timeout $HealthTimeout
    if ($LASTEXITCODE) {
        Undo-Release 'health_check_failed'
        throw "$Version did not become healthy"
    }
    deploytrack finish @report
} catch {
    # In a variable, because 5.1 does not pass quotes inside an argument correctly. A variable cannot hold a long text.
    $env:DEPLOYTRACK_ERROR = "$_" -replace '(?s)^(.{9999}).*', '$1'
    throw
} finally {
    deploytrack finish --on-exit $LASTEXITCODE @report
    $env:DEPLOYTRACK_ID = $env:DEPLOYTRACK_ERROR = $null
}
