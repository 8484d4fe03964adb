# found.ps1 <folder>: what copies of the module in that folder find as the program, and what they make of one that crashes;
# one line of JSON with what was seen.
param([string] $Folder)
Set-StrictMode -Version Latest
$seen = [ordered] @{}

function Invoke-Copy([string] $Name, [string] $Module, [string] $Path) {
    Remove-Module -Name DeployTrack -ErrorAction Ignore
    Import-Module -Name "$Folder/$Module/DeployTrack"
    $before = $env:PATH
    $env:PATH = $Path
    $Error.Clear()
    try {
        $output = @(Invoke-Deployment -Deployment $Name -Version 1 {
            Invoke-DeploymentPhase -Name build { 'runs' }
            $script:health = Test-DeploymentHealth -Uri http://127.0.0.1:9/ -Timeout 00:00:00.1
        } 3>&1 | ForEach-Object { "$_" })
    } finally { $env:PATH = $before }
    $seen[$Name] = [ordered] @{ output = $output; errors = $Error.Count; healthy = $health.Healthy }
}

foreach ($kind in 'archive', 'manager') { Invoke-Copy $kind 'copy' "$Folder/${kind}:$env:PATH" }
foreach ($place in 'other/Modules', 'other/shell') { Invoke-Copy $place $place '/nowhere' }

# As on Windows, with a program that prints keys which ConvertFrom-Json refuses.
$env:PROMPT = '$P$G'
$env:MSYSTEM = 'MINGW64'
$env:ODD = '1'
Invoke-Copy 'odd' 'copy' "$Folder/manager:$env:PATH"
& (Get-Module -Name DeployTrack) { $script:OnWindows = $true }
Start-Deployment -Deployment windows -Version 1
Complete-Deployment -Status Success
Complete-Deployment
$env:PROMPT = $env:MSYSTEM = $env:ODD = $null

# Node crashes at its start, or the file in PATH is no program.
$env:NODE_OPTIONS = '--require /missing'
Invoke-Copy 'crash' 'copy' "$Folder/manager:$env:PATH"
$env:NODE_OPTIONS = $null
Invoke-Copy 'no version' 'copy' "$Folder/no-version:$env:PATH"
Invoke-Copy 'no program' 'copy' "$Folder/no-program:$env:PATH"
[Console]::Out.WriteLine((ConvertTo-Json -Compress -Depth 5 -InputObject $seen))
