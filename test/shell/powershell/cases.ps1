# cases.ps1 <manifest of the module> <URL that is healthy>: deployments as scripts make them; one line of JSON for each,
# with what the script saw. The last one ends this script with exit code 3.
param([string] $Module, [string] $Healthy)
Set-StrictMode -Version Latest
Import-Module -Name $Module

function Out-Case([string] $Name, [System.Collections.IDictionary] $Seen) {
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -Depth 5 -InputObject @{ case = $Name; seen = $Seen }))
}

# What a caller sees of the error that ends a block.
function Get-Thrown([scriptblock] $Tested) {
    $Error.Clear()
    try { & $Tested 2>$null | Out-Null } catch {
        $at = $_
        return [ordered] @{
            type = $at.Exception.GetType().Name
            text = "$at"
            id = $at.FullyQualifiedErrorId
            category = "$($at.CategoryInfo)"
            line = $at.InvocationInfo.ScriptLineNumber
            position = $at.InvocationInfo.PositionMessage
            errors = $Error.Count
            first = [object]::ReferenceEquals($Error[0].Exception, $at.Exception)
        }
    }
}

# In a runspace of its own, where `exit` ends only that.
function Invoke-Script([string] $Text) {
    $shell = [powershell]::Create()
    try {
        $output = @($shell.AddScript("Import-Module -Name '$Module'`n$Text").Invoke())
        [ordered] @{ output = $output; warnings = @($shell.Streams.Warning | ForEach-Object { "$_" }) }
    } finally { $shell.Dispose() }
}

function Measure-Median([int] $Times, [scriptblock] $Timed) {
    $ticks = foreach ($one in 1..$Times) {
        $begun = [Diagnostics.Stopwatch]::GetTimestamp()
        & $Timed
        [Diagnostics.Stopwatch]::GetTimestamp() - $begun
    }
    @($ticks | Sort-Object)[[Math]::Floor($Times / 2)]
}

# ---- A deployment that succeeds, and leaves the session as it was ----
$kept = @{ path = $env:PATH; id = $env:DEPLOYTRACK_ID; action = "$ErrorActionPreference" }
$Error.Clear()
sh -c 'exit 4'
$output = Invoke-Deployment -Deployment success -Version 1.0 {
    Invoke-DeploymentPhase -Name extract { 'from extract'; $set = 'kept' }
    Start-DeploymentPhase -Name warm-up -Service web
    Complete-DeploymentPhase -Name warm-up -Service web
    Start-DeploymentPhase -Name cutover
    Complete-DeploymentPhase -Name cutover
    Invoke-DeploymentSmokeTest -Name 'log in' { 'from the test' }
    Add-DeploymentCost -Resource 'build minutes' -Usd 1.5
    $env:DEPLOYTRACK_ID
}
Out-Case 'success' @{
    output = @($output[0..1]); set = $set; code = $LASTEXITCODE; errors = $Error.Count
    id = ([string] $output[2]).Length -gt 10 -and $env:DEPLOYTRACK_ID -eq $kept.id
    path = $env:PATH -ceq $kept.path; action = "$ErrorActionPreference"; before = $kept.action
}

# ---- Under each preference: a program that fails, and an error, as they are without the module ----
foreach ($action in 'Stop', 'Continue') {
    foreach ($native in $true, $false) {
        $ErrorActionPreference = $action
        $PSNativeCommandUseErrorActionPreference = $native
        $global:LASTEXITCODE = 0
        $thrown = Get-Thrown {
            Invoke-Deployment -Deployment "native-$action-$native" -Version 1 {
                Invoke-DeploymentPhase -Name migrate -FailOnExitCode { sh -c 'exit 3' }
                throw 'not reached'
            }
        }
        $code = $LASTEXITCODE
        $failures = [ordered] @{
            throw = { throw 'it broke' }
            object = { throw [InvalidOperationException]::new('an object') }
            cmdlet = { Get-Item -LiteralPath /nowhere -ErrorAction Stop }
            method = { [int]::Parse('x') }
            write = { Write-Error -Message 'written' -ErrorAction Stop }
        }
        $compared = [ordered] @{}
        $thrown2 = Get-Thrown {
            Invoke-Deployment -Deployment "errors-$action-$native" -Version 1 {
                $PSNativeCommandUseErrorActionPreference = $false
                $global:LASTEXITCODE = 7
                Invoke-DeploymentPhase -Name build { sh -c 'exit 5' }
                $script:asked = $LASTEXITCODE
                Invoke-DeploymentPhase -Name good -FailOnExitCode { $null = 1 + 1 }
                $PSNativeCommandUseErrorActionPreference = $native
                foreach ($kind in $failures.Keys) {
                    $failure = $failures[$kind]
                    $both = foreach ($run in $failure, { Invoke-DeploymentPhase -Name $kind { . $failure } }) { Get-Thrown { . $run } }
                    $compared[$kind] = @{ plain = $both[0]; phase = $both[1] }
                }
                throw 'as a whole'
            }
        }
        Out-Case "native-$action-$native" @{ text = $thrown.text; code = $code; asked = $asked; later = $LASTEXITCODE; whole = $thrown2.text }
        Out-Case "errors-$action-$native" $compared
    }
}
$ErrorActionPreference = 'Continue'
$PSNativeCommandUseErrorActionPreference = $false

# ---- In steps ----
Start-Deployment -Deployment steps -Version 1
$id = $env:DEPLOYTRACK_ID
try {
    Start-DeploymentPhase -Name build
    throw 'in steps'
} catch {
    Complete-Deployment -ErrorRecord $_
} finally {
    Complete-Deployment
}
Out-Case 'steps' @{ wasSet = $id.Length -gt 10; left = $env:DEPLOYTRACK_ID }

Start-Deployment -Deployment outer -Version 1
Start-Deployment -Deployment inner -Version 1
Complete-Deployment -Status Success -Notes "two lines`n`"quoted`" \"
Complete-Deployment
Start-DeploymentPhase -Name never
Complete-DeploymentPhase -Name never -ErrorMessage "gr$([char] 0xfc)n `"x`"`nand $([char] 0xd83d)$([char] 0xde00)"
Complete-Deployment
Out-Case 'nested' @{ left = $env:DEPLOYTRACK_ID }

# ---- Free text, umlauts and quotes ----
$name = "gr$([char] 0xfc)n `"quoted`" \"
Invoke-Deployment -Deployment $name -Version '1 "b"' -Notes "line`n$name" { $null = 1 }
Out-Case 'text' @{ name = $name }

# ---- The way back ----
$thrown = Get-Thrown {
    Invoke-Deployment -Deployment back -Version 2 -Rollback { 'going back' } { throw 'needs the way back' }
}
$twice = Invoke-Script @'
try { Invoke-Deployment -Deployment back-fails -Version 2 -Rollback { throw 'no way' } { throw 'needs it too' } } catch { "$_" }
'@
Invoke-Deployment -Deployment undone -Version 2 {
    Undo-Deployment -Reason 'by hand' -ToVersion 1
    Undo-Deployment -Reason 'by block' -ToVersion 1 { 'back' } | Out-Null
}
Out-Case 'back' @{ text = $thrown.text; twice = $twice }

# ---- The rollback of the example, with a service that does not start ----
$example = [System.Management.Automation.Language.Parser]::ParseFile("$PSScriptRoot/../../../examples/deploy-module.ps1", [ref] $null, [ref] $null)
. ([scriptblock]::Create($example.Find({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] -and $args[0].Name -eq 'Undo-Release' }, $true).Extent.Text))
function Switch-Release { throw 'no way' }
$previous = 'x'
$HealthTimeout = [timespan] '00:00:01'
Invoke-Deployment -Deployment example -Version 2 {
    $health = $Healthy
    $said = @(Undo-Release 'from the example' 3>&1 | ForEach-Object { "$_" })
}
Out-Case 'example' @{ said = $said }

# ---- An error that is longer than an environment may be; the cut is between a name and its secret ----
$long = "DB_PASSWORD=hunter2hunter2`n" * 8000 + 'the end'
$thrown = Get-Thrown {
    Invoke-Deployment -Deployment long -Version 1 {
        Start-DeploymentPhase -Name line
        Complete-DeploymentPhase -Name line -ErrorMessage $long
        Start-DeploymentPhase -Name process
        Complete-DeploymentPhase -Name process -ExitCode 300 -ErrorMessage $long
        throw $long
    }
}
Out-Case 'long' @{ length = $thrown.text.Length }

# ---- Health ----
Invoke-Deployment -Deployment health -Version 1.2.3 {
    $good = Test-DeploymentHealth -Uri $Healthy -Timeout 00:00:10
    $sick = Test-DeploymentHealth -Uri http://127.0.0.1:9/ -Timeout 00:00:00.2 -Interval 00:00:00.05
}
Out-Case 'health' @{
    good = $good.Healthy; version = $good.Version; attempts = $good.Attempts; duration = $good.Duration -is [timespan]
    sick = $sick.Healthy; error = $sick.ErrorMessage
}

# ---- -WhatIf ----
$before = @(Get-Deployment -Limit 1000).Count
$ran = $false
Invoke-Deployment -Deployment not -Version 1 -WhatIf { $ran = $true }
Start-Deployment -Deployment not -Version 1 -WhatIf
Invoke-DeploymentPhase -Name build -WhatIf { $ran = $true }
Start-DeploymentPhase -Name build -WhatIf
Undo-Deployment -WhatIf { $ran = $true }
Add-DeploymentCost -Resource vm -Usd 1 -WhatIf
Invoke-DeploymentSmokeTest -Name x -WhatIf { $ran = $true }
Complete-Deployment -WhatIf
Out-Case 'what if' @{ ran = $ran; same = @(Get-Deployment -Limit 1000).Count -eq $before }

# ---- Reading ----
$newest = Get-Deployment -Deployment success -Status success -Since (Get-Date).AddHours(-1)
$whole = Get-Deployment -DeploymentId $newest.DeploymentId
$statistic = Get-DeploymentStatistic
$view = Get-Deployment -Limit 2 | Out-String -Width 200
$days = [pscustomobject] @{
    PSTypeName = 'DeployTrack.Deployment'; DeploymentStartedAt = $null; Deployment = 'x'; Version = '2'; Status = 'failed'
    TotalDuration = [timespan] '1.01:01:02.5'; DowntimeDuration = [timespan]::FromHours(100); ErrorMessage = $null
} | Out-String -Width 200
$Error.Clear()
$missing = Get-Deployment -DeploymentId nothing-like-it -ErrorAction SilentlyContinue
Out-Case 'reading' @{
    types = $newest.PSObject.TypeNames[0], $newest.DeploymentStartedAt.GetType().Name, "$($newest.DeploymentStartedAt.Kind)", $newest.TotalDuration.GetType().Name
    recent = ((Get-Date) - $newest.DeploymentStartedAt).TotalMinutes -lt 30
    later = @(Get-Deployment -Since (Get-Date).AddDays(1)).Count
    phases = @($whole.Phases | ForEach-Object { $_.Stage }); phase = $whole.Phases[0].Duration.GetType().Name
    statistic = ($statistic.TotalDeployments -gt 10), $statistic.AvgDuration.GetType().Name, $statistic.Total.Median.GetType().Name
    view = @($view.Trim() -split '\r?\n')[0] -replace ' +', ' '
    days = @($days.Trim() -split '\r?\n')[-1].Trim() -replace ' +', ' '
    missing = $null -eq $missing; error = "$($Error[0])"
}

# ---- Several runspaces of one process ----
Start-Deployment -Deployment parallel -Version 1
1..4 | ForEach-Object -Parallel {
    Import-Module -Name $using:Module
    foreach ($round in 1..5) {
        Start-DeploymentPhase -Name "copy$round" -Service "host$_"
        Complete-DeploymentPhase -Name "copy$round" -Service "host$_"
    }
}
Complete-Deployment -Status Success
Complete-Deployment
Out-Case 'parallel' @{ journals = @(Get-ChildItem -LiteralPath "$env:DEPLOYTRACK_LEDGER.journal.d").Count }

# ---- exit in a block ----
Out-Case 'exit' (Invoke-Script @'
Invoke-Deployment -Deployment exit -Version 1 { Invoke-DeploymentPhase -Name build { 'before'; exit 3 } }
'@)
foreach ($one in 1..3) {
    Invoke-Deployment -Deployment break -Version 1 { Invoke-DeploymentPhase -Name build { break } }
    throw 'not reached'
}
Out-Case 'break' @{ one = $one; id = $env:DEPLOYTRACK_ID }

# ---- A journal that is removed, a ledger that is gone, and a switched off program ----
Start-Deployment -Deployment removed -Version 1
Start-DeploymentPhase -Name build
Complete-DeploymentPhase -Name build
$null = Get-Deployment
Get-ChildItem -LiteralPath "$env:DEPLOYTRACK_LEDGER.journal.d" -Filter *.journal | Remove-Item
Start-DeploymentPhase -Name unpack
Complete-DeploymentPhase -Name unpack -ExitCode 300
Complete-Deployment -Status Failed
Complete-Deployment
$env:DEPLOYTRACK_DISABLED = '1'
$off = Invoke-Deployment -Deployment off -Version 1 { Invoke-DeploymentPhase -Name build { 'runs' } }
$env:DEPLOYTRACK_DISABLED = $null
Out-Case 'removed' @{ off = $off }

# ---- Refused ----
Start-Deployment -Deployment refused -Version 1
$refused = Get-Thrown { Invoke-Deployment -Deployment refused -Version 2 -Exclusive { throw 'not reached' } }
Complete-Deployment -Status Success
Complete-Deployment
Out-Case 'refused' @{ text = $refused.text; id = $refused.id }

# ---- Without the program ----
$copy = Join-Path ([IO.Path]::GetDirectoryName($env:DEPLOYTRACK_LEDGER)) 'copy/DeployTrack'
$null = New-Item -ItemType Directory -Path $copy
Copy-Item -Path (Join-Path ([IO.Path]::GetDirectoryName($Module)) '*') -Destination $copy
$path = $env:PATH
$env:PATH = ''
$shell = [powershell]::Create().AddScript("Import-Module '$copy/DeployTrack.psd1'; Invoke-Deployment -Deployment lost -Version 1 { Invoke-DeploymentPhase -Name build { 'still runs' } }")
$output = @($shell.Invoke())
$env:PATH = $path
Out-Case 'without' @{ output = $output; warnings = @($shell.Streams.Warning | ForEach-Object { "$_" }); id = $env:DEPLOYTRACK_ID }

# ---- How long a mark takes, as part of the start of a process ----
Start-Deployment -Deployment speed -Version 1
Start-DeploymentPhase -Name first
Complete-DeploymentPhase -Name first
$marks = Measure-Median 51 { Start-DeploymentPhase -Name build; Complete-DeploymentPhase -Name build }
$process = Measure-Median 21 { & true }
Complete-Deployment -Status Success
Complete-Deployment
Out-Case 'speed' @{ ratio = $marks / $process }

Invoke-Deployment -Deployment last -Version 1 { exit 3 }
