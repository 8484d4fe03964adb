<#
.SYNOPSIS
Registers a scheduled task that pushes pending deployment metrics every 5 minutes, and after a start of the host.
.DESCRIPTION
For Windows PowerShell 5.1 and PowerShell 7, as Administrator. The task runs as SYSTEM, or as the account of -Credential or of
-ServiceAccount (a group managed service account, DOMAIN\name$). -Remove unregisters it. -WhatIf only shows what it would do.
.EXAMPLE
.\deploytrack-push.ps1 -Gateway http://pushgateway:9091
#>
[CmdletBinding(SupportsShouldProcess = $true, DefaultParameterSetName = 'System')]
param(
    [Parameter(Mandatory = $true, ParameterSetName = 'System')]
    [Parameter(Mandatory = $true, ParameterSetName = 'Account')]
    [Parameter(Mandatory = $true, ParameterSetName = 'Managed')]
    [string] $Gateway,
    [Parameter(Mandatory = $true, ParameterSetName = 'Account')]
    [System.Management.Automation.PSCredential] $Credential,
    [Parameter(Mandatory = $true, ParameterSetName = 'Managed')]
    [string] $ServiceAccount,
    [Parameter(Mandatory = $true, ParameterSetName = 'Remove')]
    [switch] $Remove,
    [string] $TaskName = 'deploytrack push',
    [ValidateRange(1, 1440)] [int] $Minutes = 5
)
$ErrorActionPreference = 'Stop'

if ($Remove) {
    if ($PSCmdlet.ShouldProcess($TaskName, 'Unregister the scheduled task')) {
        Unregister-ScheduledTask -TaskName $TaskName -Confirm:$false
    }
    return
}

# SYSTEM has only the PATH of the machine: both paths are absolute. npm's .cmd starts the script below it. That of the archive is
# in its folder cmd, with Node in the folder above. What another folder has above it may belong to any account.
$shim = (Get-Command deploytrack -CommandType Application)[0].Path
$folder = Split-Path -Parent $shim
$package = Join-Path $folder 'node_modules\deploytrack'
$script = Join-Path $package 'bin\deploytrack.js'
if (Test-Path -LiteralPath $script) {
    $node = (Get-Command node -CommandType Application)[0].Path
} else {
    $package = Split-Path -Parent $folder
    if (-not $package -or (Split-Path -Leaf $folder) -ne 'cmd') { throw "neither from npm nor from an archive: $shim" }
    $description = Get-Content -Raw -LiteralPath (Join-Path $package 'package.json') | ConvertFrom-Json
    if ($description.name -ne 'deploytrack') { throw "not the folder of deploytrack: $package" }
    $script = Join-Path $package 'bin\deploytrack.js'
    $node = Join-Path $package 'node.exe'
}
foreach ($file in $script, $node) { if (-not (Test-Path -LiteralPath $file)) { throw "not found: $file" } }

$action = New-ScheduledTaskAction -Execute $node -Argument "`"$script`" push --gateway `"$Gateway`""
$every = New-ScheduledTaskTrigger -Once -At (Get-Date).Date -RepetitionInterval (New-TimeSpan -Minutes $Minutes)
$afterStart = New-ScheduledTaskTrigger -AtStartup
# Not all hosts at the same second.
$every.RandomDelay = 'PT1M'
$afterStart.Delay = 'PT1M'
$settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Minutes 2) `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
$task = @{
    TaskName = $TaskName
    Description = 'Pushes pending deployment metrics to the Pushgateway'
    Action = $action
    Trigger = @($every, $afterStart)
    Settings = $settings
    Force = $true
}
if ($Credential) {
    $task.User = $Credential.UserName
    $task.Password = $Credential.GetNetworkCredential().Password
} else {
    $name = 'SYSTEM'
    if ($ServiceAccount) { $name = $ServiceAccount }
    $type = 'ServiceAccount'
    if ($ServiceAccount) { $type = 'Password' } # what Windows calls the logon of a managed account
    $task.Principal = New-ScheduledTaskPrincipal -UserId $name -LogonType $type
}
if ($PSCmdlet.ShouldProcess($TaskName, 'Register the scheduled task')) {
    Register-ScheduledTask @task | Out-Null
    Write-Output "registered the scheduled task `"$TaskName`""
}
