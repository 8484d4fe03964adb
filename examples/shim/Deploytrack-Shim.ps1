# deploytrack for scripts that must run whatever happens to deploytrack: dot-source this file, or put it at the top of a script.
# For PowerShell 5.1 and 7. docs/shim.md says what it hides. Made by scripts/shellFiles.mjs from src/shell/. Do not edit.

# The program is tried once, with a time limit: a Node that hangs is like none.
function Test-DeploytrackProgram {
    $found = @(Get-Command deploytrack -CommandType 'Application', 'ExternalScript' -ErrorAction SilentlyContinue)
    if ($found.Count -eq 0) { return 127 }
    $seconds = 10
    $set = Get-Variable DeploytrackShimSeconds -ErrorAction SilentlyContinue
    if ($set) { $seconds = [int]$set.Value }
    # In a process of its own, which can be ended: by the .cmd of npm on Windows.
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $found[0].Path
    $start.Arguments = '--version'
    if ($start.FileName -like '*.ps1') {
        $start.FileName = [System.IO.Path]::ChangeExtension($start.FileName, '.cmd')
    }
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    try {
        $process = [System.Diagnostics.Process]::Start($start)
        $process.StandardInput.Close()
        if ($process.WaitForExit($seconds * 1000)) { return $process.ExitCode }
        $process.Kill()
        return 124
    } catch { return 126 }
}
$script:DeploytrackTried = Test-DeploytrackProgram
$script:DeploytrackSaid = $false
# The options of commands that run another command, without a value.
$script:DeploytrackFlags = -split '--allow-failure --any-version --confirm --dry-run --exclusive --failed --gate --gateway-failover --insecure --irreversible --join --keep-stderr --marks --passed --strict --take-over --try'
$script:DeploytrackWraps = @('phase run', 'extract', 'venv-rebuild', 'migrate', 'cutover', 'smoke', 'rollback', 'run')
$script:DeploytrackRecords = @('start', 'phase start', 'phase end', 'phase record', 'error-rate', 'cost', 'finish', 'rollback start', 'rollback end', 'verify', 'init', 'push', 'import', 'prune', 'backup', 'sync')

# Where the program works, there is no function: one would change `-p:x`, `a,b`, `--`, `$?` and what a pipeline gives.
if ($script:DeploytrackTried -eq 0) {
    Remove-Item Function:deploytrack -ErrorAction SilentlyContinue
} else {
    function deploytrack {
        $words = @($args | ForEach-Object { "$_" })
        Write-DeploytrackWarning
        $pair = ($words + '', '')[0..1] -join ' '
        $word = $words[0]
        if ($script:DeploytrackRecords -contains $pair -or $script:DeploytrackWraps -contains $pair) { $word = $pair }
        $global:LASTEXITCODE = 0
        if ($script:DeploytrackWraps -contains $word) {
            $at = Find-DeploytrackCommand $words $word
            if ($at -ge $words.Count) { return } # a rollback without a command, `smoke --passed`
            $rest = @(Join-DeploytrackArgument $args ($at + 1))
            try {
                if ($MyInvocation.ExpectingInput) { $input | & $words[$at] @rest } else { & $words[$at] @rest }
            } catch [System.Management.Automation.CommandNotFoundException] {
                if ($_.Exception.CommandName -ne $words[$at]) { throw } # of a function that was found
                [Console]::Error.WriteLine($_.Exception.Message)
                $global:LASTEXITCODE = 127
            }
        } elseif ($word -eq 'health') {
            if (-not (Test-DeploytrackHealth $words)) { $global:LASTEXITCODE = 1 }
        } elseif ($script:DeploytrackRecords -contains $word) {
            if ($word -eq 'start') { 'none' }
            if ($word -eq 'finish') { $global:LASTEXITCODE = Get-DeploytrackGivenCode $words }
        } else { $global:LASTEXITCODE = 1 } # an answer that only the program can give
    }
}

# The arguments of the wrapped command, as a program gets them: PowerShell splits `-p:x` for a function, and a list is several.
function Join-DeploytrackArgument($all, $from) {
    for ($at = $from; $at -lt $all.Count; $at += 1) {
        if ($all[$at] -is [string] -and $all[$at] -match '^-[A-Za-z][\w-]*:$' -and $at + 1 -lt $all.Count) {
            $at += 1
            $all[$at - 1] + ($all[$at] -join ',')
        } else { $all[$at] }
    }
}

# The index of the wrapped command: after `--`, otherwise after the options and the name of a phase or test.
function Find-DeploytrackCommand($words, $word) {
    $missing = [int](@('phase run', 'smoke') -contains $word)
    for ($at = @($word -split ' ').Count; $at -lt $words.Count; $at += 1) {
        if ($words[$at] -eq '--') { return $at + 1 }
        if ($words[$at] -notlike '-*') {
            if ($missing -eq 0) { break }
            $missing = 0
        } elseif ($words[$at] -notlike '--*=*' -and $script:DeploytrackFlags -notcontains $words[$at]) { $at += 1 }
    }
    $at
}

# The exit code of `finish`: the one that --on-exit gives.
function Get-DeploytrackGivenCode($words) {
    $code = 0
    for ($at = 1; $at -lt $words.Count; $at += 1) {
        $name, $value = $words[$at] -split '=', 2
        if ($null -eq $value -and $at + 1 -lt $words.Count) { $value = $words[$at + 1] }
        if ($name -ne '--on-exit' -or $value -notmatch '^-?\d+$') { continue }
        $code = $value -as [int]
        if ($null -eq $code) { $code = 1 } # too large
    }
    $code
}

# Asks for the version, if one is expected, until --timeout (60 s).
function Test-DeploytrackHealth($words) {
    $wanted = $env:DEPLOYTRACK_VERSION
    $limit = 60
    $url = $null
    for ($at = 1; $at -lt $words.Count; $at += 1) {
        $name, $value = $words[$at] -split '=', 2
        if ($null -eq $value -and $at + 1 -lt $words.Count) { $value = $words[$at + 1] }
        if ($name -eq '--expect-version') { $wanted = $value }
        if ($name -eq '--any-version') { $wanted = '' }
        if ($name -eq '--timeout' -and $value -match '^(\d+)([smh]?)$') {
            $limit = [int]$Matches[1] * @{ '' = 1; s = 1; m = 60; h = 3600 }[$Matches[2]]
        }
        if ($words[$at] -match '^https?://') { $url = $words[$at] }
    }
    if (-not $url) { return $false }
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    do {
        try {
            $answer = (Invoke-WebRequest -UseBasicParsing -TimeoutSec 5 -Uri $url).Content
            if (-not $wanted -or "$answer".Contains('"' + $wanted + '"')) { return $true }
        } catch { Write-Debug "$_" }
        $isOver = $watch.Elapsed.TotalSeconds -ge $limit
        if (-not $isOver) { Start-Sleep -Seconds 1 }
    } until ($isOver)
    $false
}

# Once in each session. Not by Write-Warning: stdout stays that of the commands.
function Write-DeploytrackWarning {
    if ($script:DeploytrackSaid -or $env:DEPLOYTRACK_WARNINGS -eq 'off') { return }
    $script:DeploytrackSaid = $true
    $line = "deploytrack: warning: deploytrack cannot be run here (exit code $script:DeploytrackTried); nothing is recorded"
    [Console]::Error.WriteLine($line)
}
