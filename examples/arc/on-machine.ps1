<#
.SYNOPSIS
Runs on the server, started by the Azure Connected Machine agent: downloads the release and deploys it.
.DESCRIPTION
For PowerShell 5.1 and 7. The agent runs this as SYSTEM: no HOME, no profile, no terminal. Azure keeps the last 4 KB of
the output. The last line is the deployment as one line of JSON, also after a failure.
#>
param(
    [Parameter(Mandatory)] [string] $ZipUri,
    [Parameter(Mandatory)] [string] $Version,
    [string] $DeployScript = 'C:\Services\Notes\deploy.ps1'
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # the progress bar of 5.1 makes a download many times slower

# The agent still has the environment of its last start, so read the machine's current one.
foreach ($entry in [Environment]::GetEnvironmentVariables('Machine').GetEnumerator()) {
    if ($entry.Key -like 'DEPLOYTRACK_*' -or $entry.Key -in 'PUSHGATEWAY_URL', 'Path') {
        Set-Item -Path "Env:$($entry.Key)" -Value $entry.Value
    }
}
$env:DEPLOYTRACK_METHOD = 'azure-arc'

$zip = Join-Path ([IO.Path]::GetTempPath()) "notes-$([Guid]::NewGuid()).zip"
$code = 0
try {
    Invoke-WebRequest -UseBasicParsing -Uri $ZipUri -OutFile $zip
    & $DeployScript -Zip $zip -Version $Version -Json
} catch {
    [Console]::Error.WriteLine("$_")
    $code = 1
} finally {
    Remove-Item -Path $zip -ErrorAction SilentlyContinue
}
exit $code
