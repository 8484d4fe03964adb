# Tests of the module in Pester's own words; run by test/shell/powershellPester.test.ts, or by Invoke-Pester with the environment
# that it sets: DEPLOYTRACK_LEDGER names a file that may be written to.
BeforeAll {
    $script:Module = (Resolve-Path -LiteralPath "$PSScriptRoot/../../../shell/DeployTrack/DeployTrack.psd1").Path
    Import-Module -Name $script:Module
    function Get-Recorded([string] $Name) { Get-Deployment -DeploymentId (Get-Deployment -Deployment $Name -Limit 1).DeploymentId }
}

Describe 'Jobs' {
    It 'marks of <Kind> are recorded for the deployment of the session' -ForEach @(
        @{ Kind = 'a thread job'; Start = 'Start-ThreadJob' }
        @{ Kind = 'a job'; Start = 'Start-Job' }
    ) {
        if ($Kind -eq 'a thread job' -and $PSVersionTable.PSVersion.Major -lt 6) {
            Set-ItResult -Skipped -Because 'Windows PowerShell 5.1 has no Start-ThreadJob'
        }
        Invoke-Deployment -Deployment $Kind -Version 1 {
            & $Start -ArgumentList $script:Module -ScriptBlock {
                param($module)
                Import-Module -Name $module
                Invoke-DeploymentPhase -Name build { 'in the job' }
            } | Receive-Job -Wait -AutoRemoveJob | Should -Be 'in the job'
        }
        $found = Get-Recorded $Kind
        $found.Status | Should -Be 'success'
        $found.Phases.Stage | Should -Be 'build'
    }
}

Describe 'Places' {
    It 'marks are recorded from <Name>' -ForEach @(
        @{ Name = 'a folder with brackets and umlauts'; Path = "TestDrive:/a [1] $([char] 0xfc) 'b'" }
        @{ Name = 'a drive that is not a file system'; Path = 'Env:/' }
    ) {
        if ($Path -ne 'Env:/') { [void] [System.IO.Directory]::CreateDirectory((Join-Path $TestDrive "a [1] $([char] 0xfc) 'b'")) }
        Push-Location -LiteralPath $Path
        try {
            Invoke-Deployment -Deployment $Name -Version 1 { Invoke-DeploymentPhase -Name build { $PWD.Path.Replace('\', '/') | Should -Be $Path } }
        } finally { Pop-Location }
        (Get-Recorded $Name).Phases.Status | Should -Be 'success'
    }
}

Describe 'Parameters' {
    It 'a phase cannot be called <_>' -ForEach 'Build', '1st', 'a b', "build`n" {
        { Start-DeploymentPhase -Name $_ } | Should -Throw -ErrorId 'InvalidPhaseName,Start-DeploymentPhase'
    }
    It 'the name of a phase cannot be empty' {
        { Start-DeploymentPhase -Name '' } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorEmptyStringNotAllowed,*'
    }
    It 'a block is the only positional parameter' {
        { Start-DeploymentPhase build } | Should -Throw -ErrorId 'PositionalParameterNotFound,Start-DeploymentPhase'
    }
    It 'the help says what each parameter is' {
        $help = Get-Help -Name Invoke-DeploymentPhase -Full
        $help.Synopsis | Should -Match '\.$'
        $help.examples.example.Count | Should -Be 2
        $help.parameters.parameter | Where-Object { -not $_.description -and $_.name -notin 'WhatIf', 'Confirm' } | Should -BeNullOrEmpty
    }
}

Describe 'What a phase handled' {
    It 'counts and files are recorded' {
        Set-Content -LiteralPath "$TestDrive/count" -Value 4
        Set-Content -LiteralPath "$TestDrive/app.zip" -Value '123456789' -NoNewline
        Invoke-Deployment -Deployment handled -Version 1 {
            Invoke-DeploymentPhase -Name migrate -CountFile "$TestDrive/count" { $null = 1 }
            Start-DeploymentPhase -Name extract
            Complete-DeploymentPhase -Name extract -Artifact "$TestDrive/app.zip"
        }
        $found = Get-Recorded handled
        $found.ArtifactBytes | Should -Be 9
        $found.Phases.Status | Should -Be 'success', 'success'
    }
}

Describe 'Streams' {
    It 'a function that marks has no output' {
        Start-Deployment -Deployment silent -Version 1
        Start-DeploymentPhase -Name build | Should -BeNullOrEmpty
        Complete-DeploymentPhase -Name build | Should -BeNullOrEmpty
        Add-DeploymentCost -Resource vm -Usd 1 | Should -BeNullOrEmpty
        Complete-Deployment -Status Success | Should -BeNullOrEmpty
        Complete-Deployment | Should -BeNullOrEmpty
        $env:DEPLOYTRACK_ID | Should -BeNullOrEmpty
    }
    It 'the output of a block goes on as it comes' {
        $seen = [System.Collections.Generic.List[string]]::new()
        Invoke-Deployment -Deployment streams -Version 1 {
            Invoke-DeploymentPhase -Name build { 'one'; $seen.Add('after one'); 'two' }
        } | ForEach-Object { $seen.Add($_) }
        $seen | Should -Be 'one', 'after one', 'two'
    }
    It 'a version that is not healthy after a rollback is a warning' {
        $said = Invoke-Deployment -Deployment sick -Version 2 {
            Undo-Deployment -Reason test -ToVersion 1 -Uri http://127.0.0.1:9/ -Timeout 00:00:00.1 { 'back' } 3>&1
        }
        $said[0] | Should -Be 'back'
        "$($said[-1])" | Should -Match 'after the rollback: .*not healthy'
    }
    It 'what ends a block reaches the caller with its type' {
        { Invoke-Deployment -Deployment typed -Version 1 { throw [System.TimeoutException]::new('too slow') } } |
            Should -Throw -ExceptionType ([System.TimeoutException])
        (Get-Recorded typed).ErrorMessage | Should -Be 'too slow'
    }
}
