# powershell-steps.ps1 <jobs.json>: runs the steps of each job as the PowerShell task of Azure DevOps does, except that they
# share this process; one line of JSON for each job.
param([string] $Jobs)
foreach ($job in (Get-Content -LiteralPath $Jobs -Raw | ConvertFrom-Json -AsHashtable)) {
    Set-Location -LiteralPath $job.folder
    foreach ($name in $job.env.Keys) { [Environment]::SetEnvironmentVariable($name, $job.env[$name]) }
    $status = 'Succeeded'
    $said = @()
    foreach ($step in $job.steps) {
        if ($status -ne 'Succeeded' -and -not $step.always) { continue }
        $text = $step.text.Replace('$(Agent.JobStatus)', $status)
        $tail = 'if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }'
        Set-Content -LiteralPath step.ps1 -Value "`$ErrorActionPreference = 'stop'`n$text`n$tail"
        $global:LASTEXITCODE = 0
        $output = @()
        try { & ./step.ps1 *>&1 | Tee-Object -Variable output | Out-Null } catch { $global:LASTEXITCODE = 1; $said += "$_" }
        foreach ($line in $output) {
            $said += "$line"
            if ("$line" -match '^##vso\[task\.setvariable variable=(\w+)\](.*)$') {
                [Environment]::SetEnvironmentVariable($Matches[1], $Matches[2])
            }
        }
        if ($LASTEXITCODE) { $status = 'Failed' }
    }
    $env:DEPLOYTRACK_ID = $null
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject @{ name = $job.name; status = $status; said = $said }))
}
