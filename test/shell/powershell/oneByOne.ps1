# oneByOne.ps1 <scripts.json> [<manifest of the module>]: runs scripts one after the other in this process, each in a folder
# of its own; one line of JSON for each, with how it ended.
param([string] $Scripts, [string] $Module)
if ($Module) { Import-Module -Name $Module }
foreach ($one in (Get-Content -LiteralPath $Scripts -Raw | ConvertFrom-Json -AsHashtable)) {
    Set-Location -LiteralPath $one.folder
    $before = @{}
    foreach ($name in $one.env.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $one.env[$name])
    }
    $PSNativeCommandArgumentPassing = $one.passing
    $PSNativeCommandUseErrorActionPreference = $one.native
    $ErrorActionPreference = $one.action
    Set-StrictMode -Off
    if ($one.strict) { Set-StrictMode -Version Latest }
    $words = $one.arguments
    $global:LASTEXITCODE = 0
    $thrown = $null
    $output = @()
    try { $output = @(& $one.file @words) } catch { $thrown = "$_" }
    $seen = @{
        name = $one.name; code = $LASTEXITCODE; thrown = $thrown; output = @($output | ForEach-Object { "$_" })
        left = $env:DEPLOYTRACK_ID
    }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject $seen))
    $env:DEPLOYTRACK_ID = $null
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
}
