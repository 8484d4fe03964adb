# module.ps1 -Ledger <file>: analyzes the PowerShell files and runs the Pester tests of the module, in Windows PowerShell 5.1 or PowerShell 7.
# For .github/workflows/windows.yml.
[CmdletBinding()]
param([Parameter(Mandatory = $true)] [string] $Ledger)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent -Path (Split-Path -Parent -Path $PSScriptRoot)

Set-PSRepository -Name PSGallery -InstallationPolicy Trusted
Install-Module -Name PSScriptAnalyzer -RequiredVersion 1.24.0 -Scope CurrentUser -Force
Install-Module -Name Pester -RequiredVersion 6.2.0 -Scope CurrentUser -Force -SkipPublisherCheck

$settings = Join-Path -Path $root -ChildPath 'PSScriptAnalyzerSettings.psd1'
$found = foreach ($folder in 'shell', 'examples') {
    Invoke-ScriptAnalyzer -Path (Join-Path -Path $root -ChildPath $folder) -Recurse -Settings $settings
}
$found | Format-List -Property 'RuleName', 'ScriptName', 'Line', 'Message'
if ($found) { throw "PSScriptAnalyzer found $(@($found).Count) problems" }

Import-Module -Name Pester -RequiredVersion 6.2.0
$env:DEPLOYTRACK_LEDGER = $Ledger
$configuration = New-PesterConfiguration
$configuration.Run.Path = Join-Path -Path $root -ChildPath 'test\shell'
$configuration.Run.Throw = $true
Invoke-Pester -Configuration $configuration
exit 0
