<#
.SYNOPSIS
Runs on the server, started by the Azure Connected Machine agent: downloads the release and deploys it.
.DESCRIPTION
For PowerShell 5.1 and 7. The agent runs this as SYSTEM: no HOME, no profile, no terminal. Azure keeps the last 4 KB of
the output. The last line is the deployment as one line of JSON in less than that, however it ended.
#>
param(
    [Parameter(Mandatory)] [string] $ZipUri,
    [Parameter(Mandatory)] [string] $Version,
    [string] $DeployScript = 'C:\Services\Notes\deploy.ps1'
)
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false # the script checks each exit code itself
$ProgressPreference = 'SilentlyContinue' # the progress bar of 5.1 makes a download many times slower

# One line of JSON in ASCII, whatever the code page of the console is.
function ConvertTo-Line($Object) {
    $json = ConvertTo-Json -InputObject $Object -Compress -Depth 5
    [regex]::Replace($json, '[^\x20-\x7e]', { param($letter) '\u{0:x4}' -f [int] [char] $letter.Value })
}
# Long texts are cut, and only the longest phases stay.
function Limit-Line([string] $Line) {
    $whole = ConvertFrom-Json -InputObject $Line
    foreach ($limit in 300, 100, 30) {
        if ($Line.Length -lt 4000) { break }
        foreach ($one in @($whole.PSObject.Properties)) {
            if ($one.Value -is [string] -and $one.Value.Length -gt $limit) { $one.Value = $one.Value.Substring(0, $limit) + '...' }
        }
        if ($whole.PSObject.Properties['phases']) {
            $whole.phases = @($whole.phases | Sort-Object -Property duration -Descending | Select-Object -First ($limit / 30))
        }
        $Line = ConvertTo-Line $whole
    }
    $Line
}
# What failed before the deployment was started, for example the download, is a failed deployment too.
function Get-FailedStart([string] $Message) {
    try {
        $env:DEPLOYTRACK_ERROR = $Message -replace '(?s)^(.{9999}).*', '$1' # a variable cannot hold a long text
        $env:DEPLOYTRACK_ID = deploytrack start --deployment notes --version $Version
        if ($LASTEXITCODE -eq 0) { deploytrack finish --status failed --json }
    } catch { [Console]::Error.WriteLine($_.Exception.Message) } finally {
        $env:DEPLOYTRACK_ID = $env:DEPLOYTRACK_ERROR = $null
    }
}

# The agent still has the environment of its last start, so read the machine's current one.
foreach ($entry in [Environment]::GetEnvironmentVariables('Machine').GetEnumerator()) {
    if ($entry.Key -like 'DEPLOYTRACK_*' -or $entry.Key -in 'PUSHGATEWAY_URL', 'Path') {
        Set-Item -Path "Env:$($entry.Key)" -Value $entry.Value
    }
}
$env:DEPLOYTRACK_METHOD = 'azure-arc'

$zip = Join-Path ([IO.Path]::GetTempPath()) "notes-$([Guid]::NewGuid()).zip"
$line = ''
$code = 0
$status = 'failed'
try {
    Invoke-WebRequest -UseBasicParsing -Uri $ZipUri -OutFile $zip
    $global:LASTEXITCODE = 0
    & $DeployScript -Zip $zip -Version $Version -Json | ForEach-Object {
        if ("$_" -like '{"deployment_id":"*') { $line = "$_" } else { $_ }
    }
    if (-not $line) {
        # Only its exit code is known: it used `exit`, or deploytrack was switched off.
        $code = $LASTEXITCODE
        $message = "$DeployScript ended with exit code $code, without the result"
        if ($code -eq 0) { $status = 'unknown' }
    }
} catch {
    $code = 1
    $message = $_.Exception.Message # not "$_", which has the whole page of a failed download
    [Console]::Error.WriteLine($message)
    if (-not $line) { $line = [string] @(Get-FailedStart $message)[-1] }
} finally {
    Remove-Item -Path $zip -ErrorAction SilentlyContinue
}
if ($line -notlike '{"deployment_id":"*') {
    $line = ConvertTo-Line ([ordered] @{ deployment_id = $null; version = $Version; status = $status; error_message = $message })
}
Limit-Line $line
exit $code
